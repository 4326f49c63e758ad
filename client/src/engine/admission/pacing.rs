//! Pacing: an account's messages leave no faster than its service allows (GCRA, the leaky bucket as a meter).
//!
//! A message is given its moment when it is accepted. It may come to leave later than that, because its connection had to
//! be made, and then others may too: so those that are about to leave are given their moments once more, and when one
//! leaves later still, these are all put off.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// By how much one message's way through the network may be shorter than another's. Who has to wait waits so much longer,
/// up to a twentieth of the time between two messages.
const MOST_JITTER: Duration = Duration::from_millis(20);

/// Gives each message the moment at which it may leave.
pub(crate) struct Pacer(Mutex<Slots>);

struct Slots {
    accepted: Meter,
    /// Of the accepted: handed out and given back before their time.
    given_back: BTreeSet<Instant>,
    departed: Meter,
}

/// Moments that conform to a quota, one after another, counted from when it began.
struct Meter {
    /// Or later, by what the moments were put off.
    began: Instant,
    jitter: Duration,
    limiter: RateLimiter<NotKeyed, InMemoryState, AskedMoment, NoOpMiddleware<Nanos>>,
    clock: AskedMoment,
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
        let began = Instant::now();
        Self(Mutex::new(Slots {
            accepted: Meter::new(quota, began),
            given_back: BTreeSet::new(),
            departed: Meter::new(quota, began),
        }))
    }

    /// A message's moment, or how long it would have to wait if that is not before `deadline`.
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
            None => slots.accepted.take(now, deadline)?.of(&slots.accepted),
        };
        Ok(Slot {
            pacer: self.clone(),
            at,
            leaves: OnceLock::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn returned(&mut self, now: Instant) -> Option<Instant> {
        self.given_back = self.given_back.split_off(&now);
        self.given_back.pop_first()
    }
}

impl Meter {
    fn new(quota: Quota, began: Instant) -> Self {
        let clock = AskedMoment::default();
        Self {
            began,
            jitter: MOST_JITTER.min(quota.replenish_interval() / 20),
            limiter: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
        }
    }

    /// The next moment from `now` on, or how long it is to that if it is not before `deadline`.
    fn take(&self, now: Instant, deadline: Instant) -> Result<Moment, Duration> {
        let asked = now.saturating_duration_since(self.began);
        self.clock.set(asked);
        let Err(not_until) = self.limiter.check() else {
            return Ok(Moment(asked));
        };
        let earliest = Duration::from_nanos(not_until.earliest_possible().as_u64());
        let moment = Moment(earliest + self.jitter);
        if moment.of(self) >= deadline {
            return Err(earliest.saturating_sub(asked));
        }
        self.clock.set(moment.0);
        // Conforms: the limiter named an earlier one, and nobody else asks meanwhile.
        _ = self.limiter.check();
        Ok(moment)
    }
}

/// On a meter, since it began.
#[derive(Clone, Copy, Debug)]
struct Moment(Duration);

impl Moment {
    fn of(self, meter: &Meter) -> Instant {
        meter.began + self.0
    }
}

/// A message's moment; given back if it is dropped before the message was about to leave.
pub(crate) struct Slot {
    pacer: Arc<Pacer>,
    at: Instant,
    /// On the meter of those that depart.
    leaves: OnceLock<Moment>,
}

impl Slot {
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// The message is about to leave: takes the next moment for that, or tells how long it would have to wait if that is
    /// not before `deadline`.
    pub(crate) fn leave(&self, now: Instant, deadline: Instant) -> Result<(), Duration> {
        let slots = self.pacer.lock();
        if self.leaves.get().is_none() {
            _ = self.leaves.set(slots.departed.take(now, deadline)?);
        }
        Ok(())
    }

    /// When it leaves, as things stand.
    pub(crate) fn leaves_at(&self) -> Option<Instant> {
        let moment = *self.leaves.get()?;
        Some(moment.of(&self.pacer.lock().departed))
    }

    /// It has left.
    pub(crate) fn left(&self, now: Instant) {
        if let Some(moment) = self.leaves.get() {
            let departed = &mut self.pacer.lock().departed;
            departed.began += now.saturating_duration_since(moment.of(departed));
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.leaves.get().is_none() {
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

    fn slot(pacer: &Arc<Pacer>, now: Instant) -> Slot {
        pacer.slot(now, now + NEVER).ok().unwrap()
    }

    /// The waits of so many who come now and leave on time.
    fn taken(pacer: &Arc<Pacer>, now: Instant, count: usize) -> Vec<f64> {
        let waits = (0..count).map(|_| {
            let slot = slot(pacer, now);
            assert_eq!(leave(&slot, slot.at()), 0);
            (slot.at() - now).as_secs_f64()
        });
        waits.collect()
    }

    /// Leaves as soon as it may, being ready `now`: after so many milliseconds.
    fn leave(slot: &Slot, now: Instant) -> u128 {
        slot.leave(now, now + NEVER).unwrap();
        let at = slot.leaves_at().unwrap();
        slot.left(at.max(now));
        (at - now).as_millis()
    }

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_at_the_pace() {
        let waits = taken(&pacer(30, 3), Instant::now(), 6);
        assert_eq!(waits, [0.0, 0.0, 0.0, 2.02, 4.02, 6.02]);
    }

    #[test]
    fn the_burst_is_there_again_after_a_pause() {
        let (pacer, now) = (pacer(60, 2), Instant::now());
        taken(&pacer, now, 3);
        let later = now + Duration::from_secs(10);
        assert_eq!(taken(&pacer, later, 3), [0.0, 0.0, 1.02]);
    }

    #[test]
    fn one_that_cannot_make_its_deadline_is_told_its_wait_and_takes_nothing() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        taken(&pacer, now, 1);
        let refused = pacer.slot(now, now + Duration::from_secs(2));
        assert_eq!(refused.err(), Some(Duration::from_secs(2)));
        assert_eq!(taken(&pacer, now, 1), [2.02]);
    }

    #[test]
    fn a_moment_given_back_is_the_next_ones() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [_first, given_up, _third] = [(); 3].map(|()| slot(&pacer, now));
        drop(given_up);
        let waits = [(); 2].map(|()| (slot(&pacer, now).at() - now).as_secs_f64());
        assert_eq!(waits, [2.02, 2.02], "each is given back");
    }

    #[test]
    fn those_who_are_late_together_do_not_leave_together() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let slots = [(); 3].map(|()| slot(&pacer, now));
        let late = now + Duration::from_secs(9);
        assert_eq!(slots.map(|slot| leave(&slot, late)), [0, 2020, 4040]);
    }

    #[test]
    fn who_makes_a_connection_first_is_not_followed_too_closely() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [first, second] = [(); 2].map(|()| slot(&pacer, now));
        assert_eq!(first.leave(now, now + NEVER), Ok(()));
        first.left(now + Duration::from_millis(300));
        assert_eq!(leave(&second, second.at()), 300);
    }

    #[test]
    fn a_late_burst_stays_a_burst() {
        let (pacer, now) = (pacer(600, 3), Instant::now());
        let slots = [(); 4].map(|()| slot(&pacer, now));
        let late = now + Duration::from_millis(250);
        assert_eq!(slots.map(|slot| leave(&slot, late)), [0, 0, 0, 105]);
    }

    #[test]
    fn who_cannot_leave_before_the_deadline_gives_the_moment_back() {
        let (pacer, now) = (pacer(30, 1), Instant::now());
        let [first, second] = [(); 2].map(|()| slot(&pacer, now));
        let late = second.at();
        leave(&first, late);
        let refused = second.leave(late, late + Duration::from_secs(1));
        assert_eq!(refused, Err(Duration::from_secs(2)));
        drop(second);
        assert_eq!(slot(&pacer, now).at(), late);
    }
}
