//! How long a message may be answered, and how long it is remembered.

use crate::inbox::options::Moment;

/// Whether a message that was written then can no longer be answered.
pub fn is_outside_window(written_at: i64, at: Moment<'_>) -> bool {
    written_at.saturating_add(at.options.window_ms) <= at.now
}

/// Whether a message that was accepted then is no longer a duplicate when it comes again. What has a later time than now
/// is remembered: the clock went back.
pub fn is_forgotten(seen_at: i64, at: Moment<'_>) -> bool {
    seen_at.saturating_add(at.options.dedup_ms) <= at.now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::options::Options;

    #[test]
    fn both_end_at_their_time() {
        let options = Options {
            window_ms: 100,
            dedup_ms: 300,
            ..Options::default()
        };
        for (then, now, outside, forgotten) in [
            (1_000, 1_000, false, false),
            (1_000, 1_099, false, false),
            (1_000, 1_100, true, false),
            (1_000, 1_299, true, false),
            (1_000, 1_300, true, true),
            (1_000, 0, false, false),
            (i64::MAX, i64::MAX - 1, false, false),
        ] {
            let at = Moment {
                now,
                options: &options,
            };
            assert_eq!(is_outside_window(then, at), outside, "{then} {now}");
            assert_eq!(is_forgotten(then, at), forgotten, "{then} {now}");
        }
    }
}
