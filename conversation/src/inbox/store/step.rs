//! What a worker does with a turn.

use std::sync::Arc;

use super::key::{Key, TurnId};
use super::outcome::Kind;

/// What a worker is to do next with a turn that it has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Take [`Action::Send`], then ask the agent.
    Ask(Arc<Key>, TurnId),
    /// Take [`Action::HandOut`] when the program wants an outcome.
    HandOut(Arc<Key>, TurnId),
    /// Nothing: a session that was due is put off, since its channel is held, or nothing waits in it.
    PutOff,
}

/// One step of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Its session.
    pub session: &'a Arc<Key>,
    /// The turn.
    pub turn: TurnId,
    /// What is done.
    pub action: Action<'a>,
}

/// What is done to a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// The agent is about to be asked: [`Effect::Ask`](super::Effect::Ask) has the query, which no edit reaches any more.
    Send,
    /// The agent has answered, or will not.
    Answer {
        /// [`Kind::Answer`] or [`Kind::Fallback`].
        kind: Kind,
        /// What to send, in parts that fit.
        parts: &'a [String],
        /// The reply or the error as the program is to see it; a store only keeps it.
        note: &'a str,
    },
    /// The program takes the outcome: whether it may is looked at now.
    HandOut,
    /// A part was sent.
    PartSent {
        /// Its number in the turn.
        part: u32,
        /// The channel's identifier of it. If the channel shows it as a message, that is a duplicate.
        provider_id: &'a str,
    },
    /// A part was not sent, for a reason of [`sending`](crate::inbox::policy::sending). The program stops there: what is not
    /// settled comes again in another outcome, with this part unless it is given up.
    PartFailed {
        /// Its number in the turn.
        part: u32,
        /// The channel's code.
        code: i32,
    },
    /// Typing is to be shown: [`Effect::Outcome`](super::Effect::Outcome), unless nothing is to be seen.
    Type,
}
