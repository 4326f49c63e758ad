//! When typing is shown.

use crate::inbox::options::Options;
use crate::inbox::policy::human::is_paused;

/// When typing is to be shown next: when the turn begins, and again while it lasts. A time that the clock has left behind by
/// going back counts as now.
pub fn next_at(begun_at: i64, shown_at: Option<i64>, now: i64, options: &Options) -> i64 {
    let next = shown_at.map_or(begun_at, |at| at.saturating_add(options.typing_ms));
    next.min(now.saturating_add(options.typing_ms))
}

/// Whether it may be shown: the agent is at work, and no person has the conversation.
pub fn is_shown(at_work: bool, dropped: bool, paused_until: i64, now: i64) -> bool {
    at_work && !dropped && !is_paused(paused_until, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_once_and_every_so_often() {
        let options = Options {
            typing_ms: 20,
            ..Options::default()
        };
        for (shown_at, now, expected) in [
            (None, 100, 100),
            (Some(100), 100, 120),
            (Some(100), 150, 120),
            (Some(100), 5, 25),
        ] {
            assert_eq!(
                next_at(100, shown_at, now, &options),
                expected,
                "{shown_at:?} {now}"
            );
        }
    }

    #[test]
    fn never_over_a_human() {
        for (at_work, dropped, paused_until, expected) in [
            (true, false, 0, true),
            (false, false, 0, false),
            (true, true, 0, false),
            (true, false, 11, false),
            (true, false, 10, true),
        ] {
            assert_eq!(is_shown(at_work, dropped, paused_until, 10), expected);
        }
    }
}
