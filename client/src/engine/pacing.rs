//! Pacing: an account's messages leave no faster than its service allows (GCRA, the leaky bucket as a meter).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// Gives each message the moment at which it may leave.
pub(crate) struct Pacer {
    began: Instant,
    slots: Mutex<Slots>,
}

struct Slots {
    limiter: RateLimiter<NotKeyed, InMemoryState, AskedMoment, NoOpMiddleware<Nanos>>,
    clock: AskedMoment,
    /// Handed out and given back before their time.
    given_back: BTreeSet<Instant>,
}

/// The limiter answers for the present; a chat wants to know its place in the future. So the limiter's clock shows
/// whichever moment is asked about.
#[derive(Clone, Default)]
struct AskedMoment(Arc<AtomicU64>);

impl Clock for AskedMoment {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

impl AskedMoment {
    fn set(&self, moment: Duration) {
        let nanos = u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX);
        self.0.store(nanos, Ordering::Relaxed);
    }
}

impl Pacer {
    pub(crate) fn new(quota: Quota) -> Self {
        let clock = AskedMoment::default();
        Self {
            began: Instant::now(),
            slots: Mutex::new(Slots {
                limiter: RateLimiter::direct_with_clock(quota, clock.clone()),
                clock,
                given_back: BTreeSet::new(),
            }),
        }
    }

    /// The moment at which a message may leave, or how long it would have to wait if that is not before `deadline`.
    pub(crate) fn slot(
        self: &Arc<Self>,
        now: Instant,
        deadline: Instant,
    ) -> Result<Slot, Duration> {
        let mut slots = self.lock();
        let at = match slots.returned(now) {
            Some(at) if at < deadline => at,
            Some(at) => {
                slots.given_back.insert(at);
                return Err(at - now);
            }
            None => slots.next(self.began, now, deadline)?,
        };
        Ok(Slot {
            pacer: self.clone(),
            at,
            used: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn returned(&mut self, now: Instant) -> Option<Instant> {
        self.given_back = self.given_back.split_off(&now);
        self.given_back.pop_first()
    }

    fn next(
        &mut self,
        began: Instant,
        now: Instant,
        deadline: Instant,
    ) -> Result<Instant, Duration> {
        self.clock.set(now.saturating_duration_since(began));
        let Err(not_until) = self.limiter.check() else {
            return Ok(now);
        };
        let moment = Duration::from_nanos(not_until.earliest_possible().as_u64());
        let at = began + moment;
        if at >= deadline {
            return Err(at.saturating_duration_since(now));
        }
        self.clock.set(moment);
        // Conforms: it is the moment that the limiter named, and nobody else asks meanwhile.
        _ = self.limiter.check();
        Ok(at)
    }
}

/// A message's moment; given back if it is dropped before it was used.
pub(crate) struct Slot {
    pacer: Arc<Pacer>,
    at: Instant,
    used: bool,
}

impl Slot {
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    pub(crate) fn use_up(mut self) {
        self.used = true;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.used {
            self.pacer.lock().given_back.insert(self.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);

    fn pacer(per_minute: u32, burst: u32) -> Arc<Pacer> {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap())
            .allow_burst(NonZeroU32::new(burst).unwrap());
        Arc::new(Pacer::new(quota))
    }

    fn taken(pacer: &Arc<Pacer>, now: Instant, count: usize) -> Vec<f64> {
        let waits = (0..count).map(|_| {
            let slot = pacer.slot(now, now + NEVER).ok().unwrap();
            let wait = slot.at() - now;
            slot.use_up();
            wait.as_secs_f64()
        });
        waits.collect()
    }

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_at_the_pace() {
        let pacer = pacer(30, 3);
        let waits = taken(&pacer, pacer.began, 6);
        assert_eq!(waits, [0.0, 0.0, 0.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn the_burst_is_there_again_after_a_pause() {
        let pacer = pacer(60, 2);
        taken(&pacer, pacer.began, 3);
        let later = pacer.began + Duration::from_secs(10);
        assert_eq!(taken(&pacer, later, 3), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn one_that_cannot_make_its_deadline_is_told_its_wait_and_takes_nothing() {
        let pacer = pacer(30, 1);
        let now = pacer.began;
        taken(&pacer, now, 1);
        let refused = pacer.slot(now, now + Duration::from_secs(2));
        assert_eq!(refused.err(), Some(Duration::from_secs(2)));
        assert_eq!(taken(&pacer, now, 1), [2.0]);
    }

    #[test]
    fn a_moment_given_back_is_the_next_ones() {
        let pacer = pacer(30, 1);
        let now = pacer.began;
        taken(&pacer, now, 1);
        let given_up = pacer.slot(now, now + NEVER);
        taken(&pacer, now, 1);
        drop(given_up);
        assert_eq!(taken(&pacer, now, 2), [2.0, 6.0]);
    }
}
