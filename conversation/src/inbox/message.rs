//! An accepted message.

/// Which of the two notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// After a stop word.
    Stop,
    /// After a start word.
    Start,
}

/// What a message is for the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The agent reads its text.
    Ask,
    /// A medium that the agent cannot read.
    Media,
    /// A stop word or a start word.
    Notice(Notice),
}

/// Why a message ends unanswered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is older than the window.
    Window,
    /// A person has taken over, or the session was paused.
    Human,
    /// The user wrote a stop word.
    Stopped,
    /// The user deleted it.
    Revoked,
}

/// An accepted message that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its place in the order of acceptance.
    pub seq: u64,
    /// The channel's identifier.
    pub id: Box<str>,
    /// When it was accepted, in milliseconds since 1970.
    pub accepted_at: i64,
    /// When it was written as the channel tells, never later than it was accepted.
    pub written_at: i64,
    /// What it is.
    pub class: Class,
    /// What the agent reads.
    pub text: Box<str>,
    /// Whether the user has deleted it.
    pub revoked: bool,
    /// Why it is no longer to be answered.
    pub dropped: Option<Why>,
}

impl Message {
    /// What the agent is to read, if anything.
    pub fn readable(&self) -> Option<&str> {
        (self.class == Class::Ask && !self.revoked).then_some(&*self.text)
    }

    /// The characters of what the agent is to read.
    pub fn characters(&self) -> usize {
        self.readable().map_or(0, |text| text.chars().count())
    }
}
