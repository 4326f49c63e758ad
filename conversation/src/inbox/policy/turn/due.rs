//! When a turn is due.

use crate::inbox::options::Options;
use crate::inbox::policy::sending;

/// The messages that wait in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When the first was accepted.
    pub first_at: i64,
    /// When the last was accepted.
    pub last_at: i64,
    /// How many they are; more than a turn holds need not be counted.
    pub messages: usize,
    /// Their characters.
    pub characters: usize,
}

/// When the turn of these messages is due: after a pause of the user, at the latest after the longest wait, and at once
/// if it is full.
pub fn at(waiting: &Waiting, options: &Options) -> i64 {
    let full =
        waiting.messages >= options.max_messages || waiting.characters >= options.max_characters;
    if full {
        return waiting.last_at;
    }
    let quiet = waiting.last_at.saturating_add(options.quiet_ms);
    quiet.min(waiting.first_at.saturating_add(options.max_wait_ms))
}

/// The longest time that anything is put off. What is due later was put off before the clock went back.
pub fn horizon(options: &Options) -> i64 {
    options
        .max_wait_ms
        .max(options.quiet_ms)
        .max(sending::LONGEST_MS)
}

/// Whether what is due then is due now.
pub fn is_due(due_at: i64, now: i64, options: &Options) -> bool {
    due_at <= now || due_at > now.saturating_add(horizon(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_pause_or_the_longest_wait_or_when_full() {
        let options = Options {
            max_messages: 3,
            max_characters: 100,
            ..Options::default()
        };
        for (first_at, last_at, messages, characters, due) in [
            (1_000, 1_000, 1, 10, 2_500),
            (1_000, 2_000, 2, 20, 3_500),
            (1_000, 8_000, 2, 20, 9_000),
            (1_000, 2_000, 3, 20, 2_000),
            (1_000, 2_000, 2, 100, 2_000),
            // The clock went back between the two.
            (9_000, 1_000, 2, 20, 2_500),
            (i64::MAX, i64::MAX, 1, 1, i64::MAX),
        ] {
            let waiting = Waiting {
                first_at,
                last_at,
                messages,
                characters,
            };
            assert_eq!(at(&waiting, &options), due, "{waiting:?}");
        }
    }

    #[test]
    fn what_a_clock_put_too_far_away_is_due() {
        let options = Options::default();
        let horizon = horizon(&options);
        for (due_at, due) in [
            (99, true),
            (100, true),
            (101, false),
            (100 + horizon, false),
            (101 + horizon, true),
        ] {
            assert_eq!(is_due(due_at, 100, &options), due, "{due_at}");
        }
    }
}
