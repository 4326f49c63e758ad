//! What the worker does each time that it is woken.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::turns::{Own, Turns};
use super::worker::{Work, Worker};
use crate::inbox::store::StoreError;

/// The first wait after the store has failed, and the longest.
const STORE_AGAIN: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// Until the client may have a place again.
const PLACE_AGAIN: Duration = Duration::from_millis(250);
/// Until a thread may be had again.
const THREAD_AGAIN: Duration = Duration::from_millis(100);
/// What another worker has is looked at again after this time.
const OTHERS: Duration = Duration::from_secs(1);
/// Old messages are forgotten after so many new ones, or after this time if there are new ones.
const PURGE_AFTER: (u64, Duration) = (256, Duration::from_secs(1));
/// A clock that goes back by less is being slewed.
const JUMP_MS: i64 = 1_000;
const PURGED_AT_ONCE: usize = 128;
/// For each message that came, so many may be forgotten in one pass: it and the parts of its answer were remembered once, and forgetting must not
/// fall behind.
const PURGED_EACH: usize = 8;

/// When to look at the store again.
enum Look {
    /// There is more to do.
    Again,
    At(Instant),
    /// When something has happened.
    Never,
}

impl Work for Turns {
    fn run(&self) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        self.alarm.clear();
        loop {
            match self.pass(&mut own) {
                Ok(Look::Again) if !self.desk.is_closed() => own.failures = 0,
                Ok(Look::Again | Look::Never) => return own.failures = 0,
                Ok(Look::At(at)) => {
                    own.failures = 0;
                    return self.wake_at(at);
                }
                Err(_) => {
                    let wait = self.failed(&mut own.failures);
                    return self.wake_at(Instant::now() + wait);
                }
            }
        }
    }

    fn later(&self, worker: &Arc<Worker>) {
        let at = Instant::now() + THREAD_AGAIN;
        self.alarm.set(at, &self.client, worker);
    }
}

impl Turns {
    fn pass(&self, own: &mut Own) -> Result<Look, StoreError> {
        self.look_at_clock(own);
        let is_answered = self.answers(own);
        self.desk.try_again();
        let (again, pace) = self.desk.begin_again();
        own.unplaced.extend(again);
        self.place(own);
        let is_claimed = self.claim(own)? > 0;
        self.send(own)?;
        let is_purged = self.purge(own)?;
        let typing = self.typing().and_then(|every| self.desk.show_typing(every));
        if is_answered || is_claimed || is_purged || !own.claimed.is_empty() {
            return Ok(Look::Again);
        }
        let now = Instant::now();
        let place = (!own.unplaced.is_empty()).then(|| now + PLACE_AGAIN);
        let due = match self.desk.room() {
            0 => None,
            _ => self.due()?,
        };
        // What is due and was not claimed is another worker's.
        let due = due.map(|wait| now + if wait.is_zero() { OTHERS } else { wait });
        let next = [due, typing, place, pace, own.refused_until]
            .into_iter()
            .flatten()
            .min();
        Ok(next.map_or(Look::Never, Look::At))
    }

    /// Keeps answers: whether there were any. One that the store refuses is tried again later, and all else goes on.
    fn answers(&self, own: &mut Own) -> bool {
        if own.refused_until.is_none_or(|at| at <= Instant::now()) {
            own.refused_until = None;
            self.desk.try_refused();
        }
        let (is_any, why) = self.keep_answers();
        if why.is_err() {
            let wait = self.failed(&mut own.refusals);
            own.refused_until.get_or_insert(Instant::now() + wait);
        } else if own.refused_until.is_none() {
            own.refusals = 0;
        }
        is_any
    }

    /// The store has failed: how long it is left alone, the longer the more often it has.
    fn failed(&self, failures: &mut u32) -> Duration {
        self.counters.storage_error();
        let wait = STORE_AGAIN.0.saturating_mul(1 << (*failures).min(10));
        *failures = failures.saturating_add(1);
        wait.min(STORE_AGAIN.1)
    }

    /// What waits is due by the clock as it was. Set back by less than the horizon, it would have that wait as long.
    fn look_at_clock(&self, own: &mut Own) {
        let (now, tick) = (self.clock.now(), Instant::now());
        let before = own.looked_at.replace((now, tick));
        let Some((wall, before)) = before else { return };
        let passed = i64::try_from((tick - before).as_millis()).unwrap_or(i64::MAX);
        let expected = wall.saturating_add(passed);
        if now < expected.saturating_sub(JUMP_MS) {
            let longest = self.options.quiet_ms.min(self.options.max_wait_ms);
            own.catching_up = Some(expected.saturating_add(longest));
        }
    }

    fn purge(&self, own: &mut Own) -> Result<bool, StoreError> {
        let arrived = self.arrived.load(Ordering::Relaxed);
        let has_waited = || own.purged_at.is_none_or(|at| at.elapsed() >= PURGE_AFTER.1);
        let is_time = arrived >= PURGE_AFTER.0 || (arrived > 0 && has_waited());
        if !is_time && !own.is_purging {
            return Ok(false);
        }
        self.arrived.fetch_sub(arrived, Ordering::Relaxed);
        own.is_purging = true;
        let arrived = usize::try_from(arrived).unwrap_or(usize::MAX);
        let mut left = arrived.saturating_mul(PURGED_EACH).max(PURGED_AT_ONCE);
        while left > 0 && own.is_purging {
            let purged = self.store.purge(PURGED_AT_ONCE, self.at())?;
            left = left.saturating_sub(purged);
            own.is_purging = purged == PURGED_AT_ONCE;
        }
        own.purged_at = Some(Instant::now());
        Ok(own.is_purging)
    }
}
