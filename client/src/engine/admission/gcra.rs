//! The generic cell rate algorithm, a leaky bucket as a meter (ITU-T I.371, annex A).

use std::time::{Duration, Instant};

use crate::options::Pace;

/// Decides when the next of a sequence of events conforms to a pace.
pub(super) struct Gcra {
    interval: Duration,
    /// How far ahead of an even spread an event may be.
    tolerance: Duration,
    /// The theoretical arrival time: when the next event is due in an even spread.
    due: Option<Instant>,
}

impl Gcra {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            interval: pace.interval,
            tolerance: pace.interval * pace.burst.saturating_sub(1),
            due: None,
        }
    }

    /// How long after `now` the next event conforms.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        let early = self.due.map(|due| due.saturating_duration_since(now));
        early.unwrap_or_default().saturating_sub(self.tolerance)
    }

    /// Counts an event at `at`, which has to conform.
    pub(super) fn count(&mut self, at: Instant) {
        let due = self.due.map_or(at, |due| due.max(at));
        self.due = Some(due + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn gcra(burst: u32) -> Gcra {
        Gcra::new(Pace {
            interval: SECOND,
            burst,
        })
    }

    #[test]
    fn events_are_an_interval_apart() {
        let (mut gcra, now) = (gcra(1), Instant::now());
        assert_eq!(gcra.wait(now), Duration::ZERO);
        gcra.count(now);
        assert_eq!(gcra.wait(now), SECOND);
        assert_eq!(gcra.wait(now + SECOND / 4), SECOND * 3 / 4);
        assert_eq!(gcra.wait(now + SECOND), Duration::ZERO);
    }

    #[test]
    fn a_burst_conforms_at_once_and_comes_back_with_time() {
        let (mut gcra, now) = (gcra(3), Instant::now());
        for _ in 0..3 {
            assert_eq!(gcra.wait(now), Duration::ZERO);
            gcra.count(now);
        }
        assert_eq!(gcra.wait(now), SECOND);
        let later = now + SECOND * 2;
        gcra.count(later);
        assert_eq!(gcra.wait(later), Duration::ZERO);
        gcra.count(later);
        assert_eq!(gcra.wait(later), SECOND);
    }

    #[test]
    fn a_pause_earns_no_more_than_the_burst() {
        let (mut gcra, now) = (gcra(2), Instant::now());
        gcra.count(now);
        let later = now + SECOND * 100;
        gcra.count(later);
        gcra.count(later);
        assert_eq!(gcra.wait(later), SECOND);
    }
}
