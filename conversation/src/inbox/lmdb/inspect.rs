//! A store at rest, for a person.

use std::path::Path;

use super::encoding::VERSION;
use super::place::Place;
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::session::{PartState, Session};
use crate::inbox::store::{Counts, Kind, StoreError};

/// How much of the messages is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Their identifiers.
    Identifiers,
    /// What users wrote, too.
    Texts,
}

/// What a store keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The version of its records.
    pub version: u32,
    /// How much it is.
    pub counts: Counts,
    /// How often it was opened for writing.
    pub opened: u64,
    /// The sessions that have something to do, a pause or a stop word.
    pub sessions: Vec<Asleep>,
}

/// A session in a store at rest. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asleep {
    /// The business's side.
    pub channel: Box<str>,
    /// Its name there.
    pub session: Box<str>,
    /// Until when the agent is silent; 0: never paused.
    pub paused_until: i64,
    /// Whether the user wants no answers.
    pub opted_out: bool,
    /// When something is to be done.
    pub due_at: Option<i64>,
    /// The messages that have not ended, in the order of acceptance: the identifier, and the text if that was asked for.
    pub messages: Vec<(Box<str>, Option<Box<str>>)>,
    /// What is being answered.
    pub turn: Option<TurnSummary>,
}

/// A turn in a store at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnSummary {
    /// How far it has come.
    pub stage: Stage,
    /// How many of the session's messages it holds, from the first one on.
    pub messages: usize,
    /// How often the agent was asked.
    pub attempts: u32,
    /// How it ends, once that is known.
    pub end: Option<Kind>,
    /// The parts of the answer.
    pub parts: usize,
    /// Those that are not settled.
    pub unsettled: usize,
    /// Whether the program has polled its outcome.
    pub handed_out: bool,
}

/// Reads the store of this folder, which no process has open, and changes nothing in it. The time and the memory that
/// it takes grow with the sessions that are not idle.
///
/// # Errors
///
/// Those of [`Lmdb::open`](super::Lmdb::open), except that a read-only file system is none, and that nothing is made where there is no
/// store: [`Unavailable`](crate::inbox::store::StoreFault::Unavailable) without the folder,
/// [`Damaged`](crate::inbox::store::StoreFault::Damaged) without its file.
pub fn inspect(path: impl AsRef<Path>, show: Show) -> Result<Summary, StoreError> {
    let place = Place::look(path.as_ref())?;
    let mut tables = place.open_to_read()?;
    tables.begin()?;
    let mut sessions = Vec::new();
    tables.each_session(|session| sessions.push(asleep(&session, show)))?;
    Ok(Summary {
        version: VERSION,
        counts: tables.view()?.counts,
        opened: tables.opened_times(),
        sessions,
    })
}

fn asleep(session: &Session, show: Show) -> Asleep {
    let turn = session.turn.as_ref().map(|turn| TurnSummary {
        stage: turn.stage,
        messages: turn.messages.len(),
        attempts: turn.attempts,
        end: turn.end,
        parts: turn.parts.len(),
        unsettled: turn
            .parts
            .iter()
            .filter(|part| part.state == PartState::Unsettled)
            .count(),
        handed_out: turn.handed_out,
    });
    let messages = session.messages().map(|message| {
        let text = (show == Show::Texts).then(|| message.text.clone());
        (message.id.clone(), text)
    });
    Asleep {
        channel: session.key.channel.clone(),
        session: session.key.session.clone(),
        paused_until: session.paused_until,
        opted_out: session.opted_out,
        due_at: session.due_at,
        messages: messages.collect(),
        turn,
    }
}
