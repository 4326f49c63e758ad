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

    /// How many events conform by `until`, if all come as early as they may.
    pub(super) fn room(&self, now: Instant, until: Instant) -> usize {
        let due = self.due.map_or(now, |due| due.max(now));
        let Some(early) = (until + self.tolerance).checked_duration_since(due) else {
            return 0;
        };
        let more = early.as_nanos() / self.interval.as_nanos().max(1);
        usize::try_from(more)
            .unwrap_or(usize::MAX)
            .saturating_add(1)
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
    fn there_is_room_for_what_conforms_by_then() {
        let now = Instant::now();
        for (burst, counted, ahead, room) in [
            (1, 0, Duration::ZERO, 1),
            (1, 0, SECOND * 2, 3),
            (1, 1, SECOND / 2, 0),
            (1, 1, SECOND, 1),
            (5, 0, Duration::ZERO, 5),
            (5, 3, Duration::ZERO, 2),
            (5, 9, SECOND * 4, 0),
            (5, 9, SECOND * 5, 1),
        ] {
            let mut gcra = gcra(burst);
            for _ in 0..counted {
                gcra.count(now + gcra.wait(now));
            }
            assert_eq!(
                gcra.room(now, now + ahead),
                room,
                "{burst} {counted} {ahead:?}"
            );
            for _ in 0..room {
                let wait = gcra.wait(now);
                assert!(wait <= ahead);
                gcra.count(now + wait);
            }
            assert!(gcra.wait(now) > ahead);
        }
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
