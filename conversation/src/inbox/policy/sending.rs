//! What to do when a part could not be sent, by Meta's error codes. The status of HTTP does not tell.

/// The longest time that anything is put off.
pub const LONGEST_MS: i64 = 3_600_000;

/// How often what may have arrived is sent, and how often what has surely not.
const AMBIGUOUS_TRIES: u32 = 3;
const TRIES: u32 = 12;

/// What a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Too fast for this pair of numbers.
    Pair,
    /// Refused before it was looked at: again, it cannot double.
    Refused,
    /// Nobody knows: again, a few times, and it may double.
    Ambiguous,
    /// This part will never be sent.
    Part,
    /// Nothing will be sent to this user now.
    User,
    /// The business's account is ill: nothing is sent in this channel for a while.
    Account,
}

/// What to do about it. Times are milliseconds from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The part is sent again after this time.
    Again(i64),
    /// The part is given up.
    GiveUp,
    /// The part is given up, and all that follow it in this answer.
    GiveUpAll,
    /// The whole channel waits this long.
    Hold(i64),
}

/// What Meta's code says; a status of HTTP from 400 on stands for an answer without a code, and anything below 0 for a connection
/// that was lost. What is not known may have arrived.
pub fn failure(code: i32) -> Failure {
    match code {
        131056 => Failure::Pair,
        130429 | 4 | 80007 | 613 | 17 | 131057 | 133016 | 429 => Failure::Refused,
        100 | 131008 | 131009 | 131021 | 131051 | 400 | 413 | 422 => Failure::Part,
        131026 | 131047 | 131062 | 131030 | 130472 | 131037 | 131050 | 131049 | 404 => {
            Failure::User
        }
        190
        | 0
        | 3
        | 10
        | 200..=299
        | 131005
        | 131031
        | 131042
        | 131044
        | 131045
        | 368
        | 130497
        | 131048
        | 131064
        | 401
        | 403 => Failure::Account,
        _ => Failure::Ambiguous,
    }
}

/// What to do after the part has failed this often, the last time with this code. `strikes` counts the times in a row that
/// the account was ill.
pub fn remedy(code: i32, failures: u32, strikes: u32) -> Remedy {
    let doubled = |first: i64, times: u32| {
        let factor = 1_i64.checked_shl(times.min(20)).unwrap_or(i64::MAX);
        first.saturating_mul(factor).min(LONGEST_MS)
    };
    match failure(code) {
        Failure::Pair if failures < TRIES => Remedy::Again(6_000 * i64::from(failures.max(1))),
        Failure::Refused if failures < TRIES => {
            Remedy::Again(doubled(1_000, failures.saturating_sub(1)))
        }
        Failure::Ambiguous if failures < AMBIGUOUS_TRIES => {
            Remedy::Again(doubled(2_000, failures.saturating_sub(1)))
        }
        Failure::Account => Remedy::Hold(doubled(60_000, strikes)),
        Failure::User => Remedy::GiveUpAll,
        Failure::Pair | Failure::Refused | Failure::Ambiguous | Failure::Part => Remedy::GiveUp,
    }
}

/// Whether a channel that is held until then is held now. No hold is longer than the longest: the clock went back.
pub fn is_held(held_until: i64, now: i64) -> bool {
    now < held_until && held_until <= now.saturating_add(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_code() {
        for (codes, expected) in [
            (&[131056][..], Failure::Pair),
            (
                &[130429, 4, 80007, 613, 17, 131057, 133016],
                Failure::Refused,
            ),
            (
                &[1, 2, 131000, 131016, 135000, 500, 503, -1, 999_999],
                Failure::Ambiguous,
            ),
            (&[100, 131008, 131009, 131021, 131051], Failure::Part),
            (
                &[
                    131026, 131047, 131062, 131030, 130472, 131037, 131050, 131049,
                ],
                Failure::User,
            ),
            (
                &[
                    190, 0, 3, 10, 200, 299, 131005, 131031, 131042, 131044, 131045, 368,
                ],
                Failure::Account,
            ),
            (&[130497, 131048, 131064], Failure::Account),
        ] {
            for &code in codes {
                assert_eq!(failure(code), expected, "{code}");
            }
        }
    }

    #[test]
    fn the_pauses_grow_and_the_tries_end() {
        for (code, failures, strikes, expected) in [
            (131056, 1, 0, Remedy::Again(6_000)),
            (131056, 3, 0, Remedy::Again(18_000)),
            (130429, 1, 0, Remedy::Again(1_000)),
            (130429, 4, 0, Remedy::Again(8_000)),
            (130429, 12, 0, Remedy::GiveUp),
            (131000, 1, 0, Remedy::Again(2_000)),
            (131000, 2, 0, Remedy::Again(4_000)),
            (131000, 3, 0, Remedy::GiveUp),
            (100, 1, 0, Remedy::GiveUp),
            (131047, 1, 0, Remedy::GiveUpAll),
            (190, 1, 0, Remedy::Hold(60_000)),
            (190, 9, 2, Remedy::Hold(240_000)),
            (190, 9, u32::MAX, Remedy::Hold(LONGEST_MS)),
        ] {
            assert_eq!(
                remedy(code, failures, strikes),
                expected,
                "{code} {failures} {strikes}"
            );
        }
    }

    #[test]
    fn a_hold_ends_even_if_the_clock_goes_back() {
        for (until, now, held) in [
            (0, 0, false),
            (10, 9, true),
            (10, 10, false),
            (LONGEST_MS + 10, 9, false),
        ] {
            assert_eq!(is_held(until, now), held, "{until} {now}");
        }
    }
}
