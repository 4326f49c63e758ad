//! What is kept of a conversation, and how it changes. Every store loads it, changes it with these and saves it.

mod advance;
mod claim;
mod end;
mod receive;
mod turn;

pub use turn::{Part, PartState, Turn};

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::{Class, Message};
use super::options::{Moment, Options};
use super::policy::human;
use super::policy::identity::Identifiers;
use super::policy::turn::burst;
use super::policy::turn::due::{self, Waiting};
use super::store::Key;

/// What is kept of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Nothing is sent before this time.
    pub held_until: i64,
    /// How often in a row its account was ill.
    pub strikes: u32,
}

/// How much of what waits a change looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The first messages, as many as a turn holds.
    Head,
    /// All of it.
    Whole,
}

impl Scope {
    /// How many messages that wait a store has to load, at least.
    pub fn least(self, options: &Options) -> usize {
        match self {
            Self::Head => options.max_messages.max(burst::MOST_ALONE),
            Self::Whole => usize::MAX,
        }
    }
}

/// What waits behind the messages that were loaded, which a store need not load for [`Scope::Head`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// How many messages.
    pub count: usize,
    /// When the last of all that wait was accepted; 0 if there are none.
    pub last_accepted_at: i64,
    /// When it was written.
    pub last_written_at: i64,
}

/// What is kept of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub key: Arc<Key>,
    /// The user's latest phone number.
    pub to: Option<Box<str>>,
    /// The user's latest identifier without a phone number.
    pub recipient: Option<Box<str>>,
    /// Until when the agent is silent.
    pub paused_until: i64,
    /// Whether the user wants no answers.
    pub opted_out: bool,
    /// Whether what waits has waited while the agent was at work.
    pub in_a_hurry: bool,
    /// When a claim is to find it.
    pub due_at: Option<i64>,
    /// What waits, in the order of acceptance: all, or the first and those that have come since.
    pub waiting: VecDeque<Message>,
    /// What waits and is not loaded.
    pub rest: Rest,
    /// What is being answered.
    pub turn: Option<Box<Turn>>,
}

impl Session {
    /// A session of which nothing is known.
    pub fn new(key: Arc<Key>) -> Self {
        Self {
            key,
            to: None,
            recipient: None,
            paused_until: 0,
            opted_out: false,
            in_a_hurry: false,
            due_at: None,
            waiting: VecDeque::new(),
            rest: Rest::default(),
            turn: None,
        }
    }

    /// The user was seen under these identifiers.
    pub fn seen_as(&mut self, given: Identifiers<'_>) {
        for (latest, given) in [
            (&mut self.to, given.phone),
            (&mut self.recipient, given.user_id.or(given.parent_user_id)),
        ] {
            if given.is_some() && latest.as_deref() != given {
                *latest = given.map(Box::from);
            }
        }
    }

    /// Whether nothing has to be kept but the identifiers.
    pub fn is_idle(&self, now: i64) -> bool {
        self.pending() == 0
            && self.turn.is_none()
            && !self.opted_out
            && !human::is_paused(self.paused_until, now)
    }

    /// The messages that have not ended and are loaded, in the order of acceptance.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let turn = self.turn.iter().flat_map(|turn| &turn.messages);
        turn.chain(&self.waiting)
    }

    /// How many messages have not ended.
    pub fn pending(&self) -> usize {
        self.turn.as_ref().map_or(0, |turn| turn.messages.len())
            + self.waiting.len()
            + self.rest.count
    }

    /// When the waiting messages are due, if no turn is under way.
    fn reschedule(&mut self, at: Moment<'_>) {
        if self.turn.is_some() {
            return;
        }
        let (Some(first), Some(last)) = (self.waiting.front(), self.waiting.back()) else {
            self.due_at = None;
            self.in_a_hurry = false;
            return;
        };
        let alone = |message: &Message| {
            message.dropped.is_some() || matches!(message.class, Class::Notice(_))
        };
        let looked_at = || self.waiting.iter().take(at.options.max_messages.max(1));
        let last_at = match self.rest.count {
            0 => last.accepted_at,
            _ => self.rest.last_accepted_at,
        };
        self.due_at = Some(if self.in_a_hurry || looked_at().any(alone) {
            at.now
        } else {
            due::at(
                &Waiting {
                    first_at: first.accepted_at,
                    last_at,
                    messages: self.waiting.len() + self.rest.count,
                    characters: looked_at().map(Message::characters).sum(),
                },
                at.options,
            )
        });
    }
}
