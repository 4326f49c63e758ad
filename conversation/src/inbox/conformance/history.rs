//! Random histories.

use super::rng::Rng;
use crate::inbox::options::{MediaPolicy, Options};

/// What happens next. Numbers choose among what there is then, so that a history without some of its events is one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The user writes.
    Say,
    /// The user sends a medium without a caption.
    Medium,
    Stop,
    Start,
    /// What has come comes again.
    Again,
    Edit,
    Revoke,
    /// Something of which nothing comes.
    React,
    Human,
    /// The channel shows a part of the inbox as a person's message.
    Echo,
    Pause,
    Resume,
    /// A person has a user under an identifier that nobody has seen yet.
    Foretell,
    /// The user has another number or identifier.
    Renumber,
    /// Another user gets a number that was given up.
    Inherit,
    Claim,
    Send,
    Answer,
    HandOut,
    PartSent,
    PartFailed,
    Type,
    /// A worker that is gone, or that does not have the turn, takes a step.
    Ghost,
    /// A worker ends and begins again.
    Crash,
    /// All workers end, and the store is opened again.
    Reopen,
    Tick,
    Jump,
    Purge,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) what: What,
    pub(super) who: u32,
    pub(super) size: u32,
}

const WEIGHTS: [(What, u32); 28] = [
    (What::Say, 24),
    (What::Medium, 4),
    (What::Stop, 1),
    (What::Start, 2),
    (What::Again, 7),
    (What::Edit, 4),
    (What::Revoke, 3),
    (What::React, 1),
    (What::Human, 2),
    (What::Echo, 2),
    (What::Pause, 1),
    (What::Resume, 2),
    (What::Foretell, 2),
    (What::Renumber, 4),
    (What::Inherit, 3),
    (What::Claim, 24),
    (What::Send, 18),
    (What::Answer, 16),
    (What::HandOut, 16),
    (What::PartSent, 16),
    (What::PartFailed, 7),
    (What::Type, 3),
    (What::Ghost, 2),
    (What::Crash, 4),
    (What::Reopen, 1),
    (What::Tick, 24),
    (What::Jump, 1),
    (What::Purge, 2),
];

/// A history of this seed, and the rules it runs under.
pub(super) fn generate(seed: u64) -> (Options, Vec<Event>) {
    let mut rng = Rng(seed);
    let options = options(&mut rng);
    let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let length = 20 + rng.below(100);
    let event = |_| {
        let mut chosen = rng.below(total);
        let find = |(what, weight): &(What, u32)| match chosen.checked_sub(*weight) {
            None => Some(*what),
            Some(rest) => {
                chosen = rest;
                None
            }
        };
        let what = WEIGHTS.iter().find_map(find).unwrap_or(What::Say);
        Event {
            what,
            who: rng.below(1 << 16),
            size: rng.below(1 << 16),
        }
    };
    (options, (0..length).map(event).collect())
}

fn options(rng: &mut Rng) -> Options {
    Options {
        max_messages: 2 + rng.below(5) as usize,
        max_characters: 20 + rng.below(60) as usize,
        join: "|".into(),
        dedup_ms: 300_000,
        window_ms: 20_000 + i64::from(rng.below(100_000)),
        retry_ambiguous: rng.one_in(2),
        fallback: if rng.one_in(3) {
            String::new()
        } else {
            "fallback".into()
        },
        media: match rng.below(3) {
            0 => MediaPolicy::Ignore,
            1 => MediaPolicy::Tell("[medium]".into()),
            _ => MediaPolicy::Reply("please write".into()),
        },
        stop_words: vec!["stop".into()],
        start_words: vec!["start".into()],
        stop_text: "stopped".into(),
        start_text: if rng.one_in(2) {
            String::new()
        } else {
            "started".into()
        },
        takeover_ms: 10_000,
        max_pending: if rng.one_in(4) { 4 } else { 1_000 },
        ..Options::default()
    }
}
