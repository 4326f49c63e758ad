//! Moments that conform to a pace, handed out one after another.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::gcra::Gcra;
use crate::options::Pace;

/// A message may cross the network faster than the one before, by a twentieth of the interval up to this: a message that
/// has to wait waits so much longer.
const MAX_JITTER: Duration = Duration::from_millis(20);

pub(super) struct Meter {
    gcra: Gcra,
    jitter: Duration,
    /// Given back. Those that have passed are removed with the next call.
    returned: BTreeSet<Instant>,
}

impl Meter {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            gcra: Gcra::new(pace),
            jitter: MAX_JITTER.min(pace.interval / 20),
            returned: BTreeSet::new(),
        }
    }

    /// The next free moment from `now` on, or how long the wait for it is if that does not end before `deadline`.
    pub(super) fn take(&mut self, now: Instant, deadline: Instant) -> Result<Instant, Duration> {
        self.returned = self.returned.split_off(&now);
        if let Some(&at) = self.returned.first() {
            if at >= deadline {
                return Err(at - now);
            }
            self.returned.pop_first();
            return Ok(at);
        }
        let wait = self.gcra.wait(now);
        let at = match wait.is_zero() {
            true => now,
            false => now + wait + self.jitter,
        };
        if !wait.is_zero() && at >= deadline {
            return Err(wait);
        }
        self.gcra.count(at);
        Ok(at)
    }

    /// A moment that was not used; one that has passed is nobody's.
    pub(super) fn give_back(&mut self, moment: Instant) {
        self.returned.insert(moment);
    }

    /// How much later than its moment an event may be without the next one being too close.
    pub(super) fn jitter(&self) -> Duration {
        self.jitter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(2);

    fn meter() -> Meter {
        Meter::new(Pace {
            interval: INTERVAL,
            burst: 1,
        })
    }

    fn take(meter: &mut Meter, now: Instant) -> Duration {
        meter.take(now, now + INTERVAL * 100).unwrap() - now
    }

    #[test]
    fn who_has_to_wait_waits_longer_by_the_jitter() {
        let (mut meter, now) = (meter(), Instant::now());
        let waits = [(); 3].map(|()| take(&mut meter, now).as_millis());
        assert_eq!(waits, [0, 2020, 4040]);
    }

    #[test]
    fn what_is_not_before_the_deadline_is_not_taken() {
        let (mut meter, now) = (meter(), Instant::now());
        take(&mut meter, now);
        assert_eq!(meter.take(now, now + INTERVAL), Err(INTERVAL));
        let free = take(&mut meter, now);
        meter.give_back(now + free);
        assert_eq!(meter.take(now, now + free), Err(free));
        assert_eq!(take(&mut meter, now), free);
    }

    #[test]
    fn a_moment_that_has_passed_is_nobodys() {
        let (mut meter, now) = (meter(), Instant::now());
        take(&mut meter, now);
        meter.give_back(now);
        assert!(take(&mut meter, now + INTERVAL / 2) > INTERVAL / 2);
    }
}
