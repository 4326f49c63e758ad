//! What comes of a step.

use std::sync::Arc;

use super::key::{Key, TurnId};
use crate::inbox::message::{Notice, Why};

/// What an outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The agent's answer.
    Answer,
    /// The agent has not answered.
    Fallback,
    /// The agent is at work: no end of anything.
    Typing,
    /// A stop word or a start word.
    Notice(Notice),
    /// There was nothing that the agent could read.
    Media,
    /// Nothing is answered.
    Expired(Why),
}

impl Kind {
    /// Its name, in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Fallback => "fallback",
            Self::Typing => "typing",
            Self::Notice(_) => "notice",
            Self::Media => "media",
            Self::Expired(_) => "expired",
        }
    }

    /// The number that it has for other languages; stable.
    pub fn number(self) -> u8 {
        match self {
            Self::Answer => 0,
            Self::Fallback => 1,
            Self::Typing => 2,
            Self::Notice(_) => 3,
            Self::Media => 4,
            Self::Expired(_) => 5,
        }
    }
}

/// What the program is to do, or to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The session.
    pub session: Arc<Key>,
    /// The turn.
    pub turn: TurnId,
    /// What it is.
    pub kind: Kind,
    /// The user's latest phone number.
    pub to: Option<Box<str>>,
    /// The user's latest identifier without a phone number.
    pub recipient: Option<Box<str>>,
    /// The messages that end in it, in the order of acceptance.
    pub messages: Vec<Box<str>>,
    /// What to send, each with its number in the turn; only what is not settled.
    pub parts: Vec<(u32, Box<str>)>,
    /// What [`Action::Answer`](super::Action::Answer) noted.
    pub note: Box<str>,
    /// Whether nothing has to be reported: the turn is settled. If the process ends before the program has seen it, it does not come again.
    pub settled: bool,
}

/// What comes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the agent this; that it is asked is kept.
    Ask(String),
    /// The turn has its end: it is to be handed out.
    Ready,
    /// Hand this out.
    Outcome(Outcome),
    /// It is kept; other parts of the turn are not settled.
    Noted,
    /// All parts are settled, and these messages have ended.
    Settled(Vec<Box<str>>),
    /// It comes again at this time.
    Later(i64),
    /// Nothing is to be done: the step comes too late, or the worker does not have the turn.
    Stale,
}
