//! What an inbox has done and is doing.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::inbox::store::{Accept, Counts, Kind};

/// A snapshot of one inbox. Counters only grow, and begin at 0 with the inbox; gauges of a store that keeps are there at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Gauge: messages that wait or are being answered.
    pub pending: u64,
    /// Gauge: turns that are not settled.
    pub turns: u64,
    /// Gauge: turns that the agent has.
    pub in_flight: u64,
    /// Gauge: outcomes that wait to be polled.
    pub unpolled: u64,
    /// Gauge: sessions that have something to do, or are paused.
    pub sessions: u64,
    /// Gauge: messages that would be known as duplicates.
    pub remembered: u64,
    /// Counter: offers that were queued.
    pub queued: u64,
    /// Counter: offers that were duplicates.
    pub duplicates: u64,
    /// Counter: offers to a paused session, or of a user who wants no answers.
    pub paused: u64,
    /// Counter: offers that nothing came of.
    pub ignored: u64,
    /// Counter: offers for which there was no room.
    pub refused: u64,
    /// Counter: takeovers by a person.
    pub took_over: u64,
    /// Counter: answers polled. One that is polled again for parts that were not sent counts again, as with all that follow.
    pub answers: u64,
    /// Counter: fallbacks polled.
    pub fallbacks: u64,
    /// Counter: typing polled.
    pub typing: u64,
    /// Counter: notices polled.
    pub notices: u64,
    /// Counter: replies to media polled.
    pub media: u64,
    /// Counter: expired turns polled.
    pub expired: u64,
    /// Counter: parts reported as sent.
    pub parts_sent: u64,
    /// Counter: failures of parts reported.
    pub parts_failed: u64,
    /// Counter: calls of the store that failed.
    pub storage_errors: u64,
}

impl Stats {
    /// The snapshot as a JSON object, the fields by the names they have here.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The counters behind it.
#[derive(Default)]
pub(super) struct Counters {
    accepts: [AtomicU64; 6],
    outcomes: [AtomicU64; 6],
    parts_sent: AtomicU64,
    parts_failed: AtomicU64,
    storage_errors: AtomicU64,
}

impl Counters {
    pub(super) fn accepted(&self, accept: Accept) {
        add(&self.accepts[accept as usize]);
    }

    pub(super) fn polled(&self, kind: Kind) {
        add(&self.outcomes[usize::from(kind.number())]);
    }

    pub(super) fn part(&self, is_sent: bool) {
        add(if is_sent {
            &self.parts_sent
        } else {
            &self.parts_failed
        });
    }

    pub(super) fn storage_error(&self) {
        add(&self.storage_errors);
    }

    pub(super) fn snapshot(&self, kept: Counts, in_flight: usize, unpolled: usize) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let [refused, queued, duplicates, paused, ignored, took_over] =
            self.accepts.each_ref().map(read);
        let [answers, fallbacks, typing, notices, media, expired] =
            self.outcomes.each_ref().map(read);
        Stats {
            pending: kept.pending as u64,
            turns: kept.turns as u64,
            in_flight: in_flight as u64,
            unpolled: unpolled as u64,
            sessions: kept.sessions as u64,
            remembered: kept.seen as u64,
            queued,
            duplicates,
            paused,
            ignored,
            refused,
            took_over,
            answers,
            fallbacks,
            typing,
            notices,
            media,
            expired,
            parts_sent: read(&self.parts_sent),
            parts_failed: read(&self.parts_failed),
            storage_errors: read(&self.storage_errors),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
