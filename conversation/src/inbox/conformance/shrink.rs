//! Makes a failing history short.

use std::fmt;

use super::history::Event;
use super::subject::Subject;
use super::world::live;
use crate::inbox::options::Options;

/// A history that a store did not live through as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What [`replay`](super::replay) makes it of again.
    pub seed: u64,
    /// What went wrong at the end of the shortened history.
    pub what: String,
    /// The shortened history, an event a line.
    pub history: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {:#x}: {}", self.seed, self.what)?;
        self.history
            .iter()
            .try_for_each(|event| writeln!(f, "  {event}"))
    }
}

impl std::error::Error for Failure {}

/// Takes events out, fewer and fewer at a time, as long as it still fails.
pub(super) fn shrink<S: Subject>(
    seed: u64,
    subject: &mut S,
    options: &Options,
    mut events: Vec<Event>,
) -> Failure {
    let mut size = events.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < events.len() {
            let mut fewer = events.clone();
            fewer.drain(at..(at + size).min(events.len()));
            if live(subject, options, &fewer).is_err() {
                events = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    Failure {
        seed,
        what: live(subject, options, &events)
            .err()
            .unwrap_or_else(|| "it fails only sometimes".into()),
        history: events.iter().map(|event| format!("{event:?}")).collect(),
    }
}
