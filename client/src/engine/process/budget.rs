//! How many connections the process has, all routes together: each holds a permit from before it is dialled.
//!
//! Permits are fair among routes: within a route those who wait stand in one queue, and only the first of them queues for
//! a permit of the process. So a route with ten thousand waiting chats holds up another one by a single permit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::eviction::Evict;
use crate::sys::descriptors;

/// The process's.
pub(crate) struct Budget {
    limit: usize,
    permits: Arc<Semaphore>,
    /// Routes whose first waits for a permit.
    waiting: AtomicUsize,
    routes: AtomicUsize,
    evicting: Mutex<Vec<Weak<dyn Evict>>>,
}

impl Budget {
    pub(crate) fn new() -> Arc<Self> {
        Self::of(descriptors::for_connections())
    }

    pub(crate) fn of(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            permits: Arc::new(Semaphore::new(limit)),
            waiting: AtomicUsize::new(0),
            routes: AtomicUsize::new(0),
            evicting: Mutex::default(),
        })
    }

    /// A route's share, for as long as it lives.
    pub(crate) fn join(self: &Arc<Self>) -> Share {
        self.routes.fetch_add(1, Ordering::Relaxed);
        Share(Arc::new(Member {
            budget: self.clone(),
            turn: Semaphore::new(1),
            held: AtomicUsize::new(0),
        }))
    }

    /// From now on told when somebody begins to wait, for as long as it lives.
    pub(crate) fn watch(&self, evict: Weak<dyn Evict>) {
        let mut evicting = self.evicting.lock().unwrap_or_else(PoisonError::into_inner);
        evicting.retain(|known| known.strong_count() > 0);
        evicting.push(evict);
    }

    /// Whether somebody waits for a permit.
    fn is_contended(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    fn ask_for_room(&self) {
        let evicting: Vec<_> = {
            let known = self.evicting.lock().unwrap_or_else(PoisonError::into_inner);
            known.iter().filter_map(Weak::upgrade).collect()
        };
        for evict in evicting {
            evict.evict_idle();
        }
    }
}

/// One route's part in the budget.
#[derive(Clone)]
pub(crate) struct Share(Arc<Member>);

struct Member {
    budget: Arc<Budget>,
    /// Held by the route's first in the queue.
    turn: Semaphore,
    held: AtomicUsize,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.budget.routes.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Share {
    /// A permit, once there is one. Dropped before that, the future leaves the queue.
    pub(crate) async fn acquire(&self) -> Permit {
        // Neither semaphore is ever closed.
        let _turn = self.0.turn.acquire().await;
        loop {
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            let _waiting = Waiting::begin(&self.0.budget);
            if let Ok(permit) = self.0.budget.permits.clone().acquire_owned().await {
                return self.hold(permit);
            }
        }
    }

    /// A permit that is free.
    pub(crate) fn try_acquire(&self) -> Option<Permit> {
        // Who waits is given what comes free, so nobody is overtaken here.
        let permit = self.0.budget.permits.clone().try_acquire_owned();
        permit.ok().map(|permit| self.hold(permit))
    }

    fn hold(&self, permit: OwnedSemaphorePermit) -> Permit {
        self.0.held.fetch_add(1, Ordering::Relaxed);
        Permit {
            _permit: permit,
            member: self.0.clone(),
        }
    }

    /// Permits that nobody holds or waits for.
    pub(crate) fn available(&self) -> usize {
        self.0.budget.permits.available_permits()
    }

    /// Whether somebody of this route waits for a permit.
    pub(crate) fn is_waiting(&self) -> bool {
        self.0.turn.available_permits() == 0
    }

    /// How many permits this route holds.
    pub(crate) fn held(&self) -> usize {
        self.0.held.load(Ordering::Relaxed)
    }

    /// Whether anybody waits for a permit: nothing is to be idle then.
    pub(crate) fn is_contended(&self) -> bool {
        self.0.budget.is_contended()
    }

    /// Whether a connection that has done its work may serve a message of this route that waits. With more routes than
    /// permits it never may while somebody waits for a permit, or else that one would wait for ever.
    pub(crate) fn may_reuse(&self) -> bool {
        let budget = &self.0.budget;
        !budget.is_contended()
            || self.held() * budget.routes.load(Ordering::Relaxed) <= budget.limit
    }
}

/// One connection's, or one's that is being dialled.
pub(crate) struct Permit {
    _permit: OwnedSemaphorePermit,
    member: Arc<Member>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.member.held.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Waiting<'a>(&'a Budget);

impl<'a> Waiting<'a> {
    fn begin(budget: &'a Budget) -> Self {
        budget.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Self(budget);
        budget.ask_for_room();
        waiting
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Instant;

    use super::*;

    /// Polled once: a permit, or a place in the queue.
    fn poll<F: Future<Output = Permit>>(waiting: std::pin::Pin<&mut F>) -> Option<Permit> {
        match waiting.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_permit_is_held_until_it_is_dropped() {
        let share = Budget::of(1).join();
        let permit = share.try_acquire().unwrap();
        assert_eq!(share.held(), 1);
        assert!(share.try_acquire().is_none());
        drop(permit);
        assert_eq!(share.held(), 0);
        assert!(share.try_acquire().is_some());
    }

    #[test]
    fn a_route_with_many_waiting_holds_up_another_by_one_permit() {
        let budget = Budget::of(1);
        let (crowd, other) = (budget.join(), budget.join());
        let permit = crowd.try_acquire().unwrap();
        let (mut first, mut second) = (pin!(crowd.acquire()), pin!(crowd.acquire()));
        let mut third = pin!(other.acquire());
        assert!(poll(first.as_mut()).is_none());
        assert!(poll(second.as_mut()).is_none());
        assert!(poll(third.as_mut()).is_none());
        assert!(budget.is_contended());
        drop(permit);
        let permit = poll(first.as_mut()).unwrap();
        assert!(poll(second.as_mut()).is_none());
        drop(permit);
        assert!(poll(second.as_mut()).is_none());
        let permit = poll(third.as_mut()).unwrap();
        drop(permit);
        assert!(poll(second.as_mut()).is_some());
        assert!(!budget.is_contended());
    }

    #[test]
    fn whoever_gives_up_leaves_the_queue() {
        let budget = Budget::of(1);
        let share = budget.join();
        let permit = share.try_acquire().unwrap();
        {
            let mut given_up = pin!(share.acquire());
            assert!(poll(given_up.as_mut()).is_none());
            let mut behind = pin!(share.acquire());
            assert!(poll(behind.as_mut()).is_none());
        }
        assert!(!budget.is_contended());
        drop(permit);
        assert!(poll(pin!(share.acquire())).is_some());
    }

    #[test]
    fn more_than_the_share_is_used_again_only_while_nobody_waits() {
        let budget = Budget::of(2);
        let (share, other) = (budget.join(), budget.join());
        let permit = share.try_acquire().unwrap();
        let second = share.try_acquire().unwrap();
        assert!(share.may_reuse());
        let mut waiting = pin!(other.acquire());
        assert!(poll(waiting.as_mut()).is_none());
        assert!(!share.may_reuse());
        drop(second);
        assert!(share.may_reuse());
        let _third = budget.join();
        let _held = poll(waiting.as_mut()).unwrap();
        let fourth = budget.join();
        let mut waiting = pin!(fourth.acquire());
        assert!(poll(waiting.as_mut()).is_none());
        assert!(!share.may_reuse(), "four routes, two permits");
        drop(permit);
    }

    #[test]
    fn who_begins_to_wait_has_idle_connections_closed() {
        struct Idle(Mutex<Option<Permit>>);
        impl Evict for Idle {
            fn evict_idle(&self) {
                self.0.lock().unwrap().take();
            }

            fn evict_old(&self) -> Option<Instant> {
                None
            }
        }
        let budget = Budget::of(1);
        let (share, other) = (budget.join(), budget.join());
        let idle = Arc::new(Idle(Mutex::new(share.try_acquire())));
        let evict: Arc<dyn Evict> = idle.clone();
        budget.watch(Arc::downgrade(&evict));
        assert!(poll(pin!(other.acquire())).is_some());
    }
}
