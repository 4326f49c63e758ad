//! The names of sessions, turns and workers.

/// A session's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The business's side of the conversation.
    pub channel: Box<str>,
    /// The first identifier under which the user was seen there; the agent knows the session by it.
    pub session: Box<str>,
}

impl Key {
    /// The session of this user in this channel.
    pub fn new(channel: &str, session: &str) -> Self {
        Self {
            channel: channel.into(),
            session: session.into(),
        }
    }
}

/// A turn's number, never used again in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TurnId(pub u64);

/// One life of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);
