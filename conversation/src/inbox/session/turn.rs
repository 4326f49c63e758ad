//! What is being answered.

use crate::inbox::message::{Message, Why};
use crate::inbox::options::Options;
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::store::{Epoch, Kind, TurnId};
use crate::text;

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// It is to be sent, or nobody knows.
    Unsettled,
    /// It was sent.
    Sent,
    /// It will not be sent.
    GivenUp,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is sent.
    pub text: Box<str>,
    /// What became of it.
    pub state: PartState,
    /// How often it has failed.
    pub failures: u32,
    /// The channel's identifier, once it is sent.
    pub provider_id: Option<Box<str>>,
}

/// Messages that are answered together. It has an `end` exactly if its stage is [`Stage::Answered`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number.
    pub id: TurnId,
    /// Who has it.
    pub owner: Epoch,
    /// How far it has come.
    pub stage: Stage,
    /// What is answered, in the order of acceptance.
    pub messages: Vec<Message>,
    /// How often the agent was asked.
    pub attempts: u32,
    /// Why its answer is not to be sent any more.
    pub dropped: Option<Why>,
    /// How it ends.
    pub end: Option<Kind>,
    /// What is sent.
    pub parts: Vec<Part>,
    /// What the program is to see beside the parts.
    pub note: Box<str>,
    /// Whether the program has seen its outcome.
    pub handed_out: bool,
}

impl Turn {
    /// A turn that nothing has been done for.
    pub fn new(id: TurnId, owner: Epoch, messages: Vec<Message>) -> Self {
        Self {
            id,
            owner,
            stage: Stage::Claimed,
            messages,
            attempts: 0,
            dropped: None,
            end: None,
            parts: Vec::new(),
            note: Box::default(),
            handed_out: false,
        }
    }

    /// Gives it its end.
    pub fn end(&mut self, kind: Kind, parts: impl IntoIterator<Item = Box<str>>) {
        self.stage = Stage::Answered;
        self.end = Some(kind);
        let part = |text| Part {
            text,
            state: PartState::Unsettled,
            failures: 0,
            provider_id: None,
        };
        self.parts = parts.into_iter().map(part).collect();
    }

    /// Gives it an end with a text of the options.
    pub fn end_with(&mut self, kind: Kind, text: &str, options: &Options) {
        let parts = text::split(text, options.limit);
        self.end(kind, parts.into_iter().map(String::into_boxed_str));
    }

    /// The parts that are not settled, each with its number.
    pub fn unsettled(&self) -> impl Iterator<Item = (u32, &Part)> {
        (0..)
            .zip(&self.parts)
            .filter(|(_, part)| part.state == PartState::Unsettled)
    }

    /// No part that is not settled will be sent.
    pub fn give_up(&mut self) {
        for part in &mut self.parts {
            if part.state == PartState::Unsettled {
                part.state = PartState::GivenUp;
            }
        }
    }
}
