//! When a message is sent again, and after which wait.

use std::time::{Duration, Instant, SystemTime};

use crate::error::{Error, Resend, Status};

const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// The caller's choice of retries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryPolicy {
    pub(crate) max_retries: u32,
    /// Also where the agent may have seen the message.
    pub(crate) ambiguous: bool,
}

impl RetryPolicy {
    /// The wait before the message is sent again after `attempts`, or `None` if it is not.
    pub(crate) fn next_wait(
        self,
        attempts: u32,
        error: &Error,
        now: Instant,
        deadline: Instant,
    ) -> Option<Duration> {
        let allowed = match error.resend() {
            Resend::Safe => error.status() != Status::Timeout,
            Resend::Ambiguous => self.ambiguous,
            Resend::Never => false,
        };
        if !allowed || attempts > self.max_retries {
            return None;
        }
        let wait = backoff(attempts).max(error.retry_after().unwrap_or_default());
        let left = deadline.saturating_duration_since(now);
        (wait < left).then_some(wait)
    }
}

/// Whether the service cannot have seen a request: it was not reached, or it has refused the stream. Another call than a
/// read is sent again only then.
pub(crate) fn is_unseen(error: &Error) -> bool {
    error.status() == Status::Connect && error.resend() == Resend::Safe
}

/// Exponential, with full jitter: anything from zero to the bound, so that clients that failed together do not come
/// back together.
fn backoff(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let bound = FIRST_BACKOFF
        .saturating_mul(1 << doublings)
        .min(LONGEST_BACKOFF);
    bound.mul_f64(fastrand::f64())
}

/// `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3); anything else says nothing.
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_retries: 2,
        ambiguous: false,
    };

    /// The wait where a minute is left.
    fn next_wait(policy: RetryPolicy, attempts: u32, error: &Error) -> Option<Duration> {
        let now = Instant::now();
        policy.next_wait(attempts, error, now, now + Duration::from_secs(60))
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("1000000000", Some(1_000_000_000)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:49:40 GMT", Some(3)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(parse_retry_after(value, now), expected, "{value:?}");
        }
    }

    #[test]
    fn only_what_the_agent_cannot_have_seen_is_sent_again() {
        let wait = |status| next_wait(POLICY, 1, &Error::new(status, "test"));
        assert!(wait(Status::Connect).is_some());
        assert!(wait(Status::Interrupted).is_none());
        assert!(wait(Status::Tls).is_none());
    }

    #[test]
    fn ambiguous_failures_are_sent_again_on_request() {
        let policy = RetryPolicy {
            ambiguous: true,
            ..POLICY
        };
        let lost = Error::new(Status::Interrupted, "test");
        assert!(next_wait(policy, 1, &lost).is_some());
        let garbage = Error::new(Status::Protocol, "test");
        assert!(next_wait(policy, 1, &garbage).is_none());
    }

    #[test]
    fn what_changes_something_is_sent_again_only_where_nobody_has_seen_it() {
        assert!(is_unseen(&Error::new(Status::Connect, "refused")));
        let said_safe = |status| Error::new(status, "test").with_resend(Resend::Safe);
        for status in [Status::Server, Status::RateLimited, Status::Timeout] {
            assert!(!is_unseen(&said_safe(status)), "{status}");
        }
        let lost = Error::new(Status::Interrupted, "lost");
        assert!(!is_unseen(&lost));
        assert!(!is_unseen(
            &Error::new(Status::Connect, "refused").after(&lost)
        ));
    }

    #[test]
    fn retries_end() {
        let refused = Error::new(Status::Connect, "test");
        assert!(next_wait(POLICY, 2, &refused).is_some());
        assert!(next_wait(POLICY, 3, &refused).is_none());
    }

    #[test]
    fn a_wait_past_the_deadline_is_not_begun() {
        let busy = Error::new(Status::Connect, "test").with_retry_after(Some(Duration::MAX));
        assert!(next_wait(POLICY, 1, &busy).is_none());
    }

    #[test]
    fn the_service_says_how_long_to_wait_at_least() {
        let wait = Duration::from_secs(9);
        let busy = Error::new(Status::Connect, "test").with_retry_after(Some(wait));
        assert!(next_wait(POLICY, 1, &busy).unwrap() >= wait);
    }

    #[test]
    fn the_backoff_doubles_up_to_a_bound() {
        for attempts in 1..40 {
            let bound = FIRST_BACKOFF * 2u32.pow((attempts - 1).min(4));
            assert!(backoff(attempts) <= bound.min(LONGEST_BACKOFF));
        }
    }
}
