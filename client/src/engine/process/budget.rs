//! How many connections the process has, all routes together: each holds a permit from before it is dialled.
//!
//! Permits are fair among routes: within a route those who wait stand in one queue, and only the first of them queues for
//! a permit of the process. So a route with ten thousand waiting chats holds up another one by a single permit.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::eviction::Evict;
use crate::sys::descriptors;

/// The process's.
pub(crate) struct Budget {
    limit: usize,
    permits: Arc<Semaphore>,
    /// Routes whose first waits for a permit, and those of them that hold less than their share.
    waiting: AtomicUsize,
    poor: AtomicUsize,
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
            poor: AtomicUsize::new(0),
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
            waits: AtomicBool::new(false),
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
            evict.make_room();
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
    /// Its first waits for a permit.
    waits: AtomicBool,
}

impl Member {
    fn compare_to_share(&self) -> std::cmp::Ordering {
        let routes = self.budget.routes.load(Ordering::Relaxed);
        (self.held.load(Ordering::Relaxed) * routes).cmp(&self.budget.limit)
    }
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
            let _waiting = Waiting::begin(&self.0);
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

    /// The same, for what can do without: none where the route has its share.
    pub(crate) fn try_acquire_spare(&self) -> Option<Permit> {
        match self.0.compare_to_share().is_lt() {
            true => self.try_acquire(),
            false => None,
        }
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

    /// Whether a connection that has done its work may serve a message of this route that waits. With more routes than
    /// permits it never may while somebody waits for a permit, or else that one would wait for ever.
    pub(crate) fn may_reuse(&self) -> bool {
        !self.0.budget.is_contended() || self.0.compare_to_share().is_le()
    }

    /// Whether a connection may be idle. One that is within its route's share gives way to a message of the same route, and
    /// of routes that hold less than theirs.
    pub(crate) fn may_keep(&self) -> bool {
        let is_needed =
            self.0.waits.load(Ordering::Acquire) || self.0.budget.poor.load(Ordering::Acquire) > 0;
        !is_needed && self.may_reuse()
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

struct Waiting<'a> {
    member: &'a Member,
    is_poor: bool,
}

impl<'a> Waiting<'a> {
    fn begin(member: &'a Member) -> Self {
        let is_poor = member.compare_to_share().is_lt();
        member.waits.store(true, Ordering::Release);
        member.budget.waiting.fetch_add(1, Ordering::AcqRel);
        let poor = &member.budget.poor;
        poor.fetch_add(usize::from(is_poor), Ordering::AcqRel);
        let waiting = Self { member, is_poor };
        member.budget.ask_for_room();
        waiting
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let budget = &self.member.budget;
        budget
            .poor
            .fetch_sub(usize::from(self.is_poor), Ordering::AcqRel);
        budget.waiting.fetch_sub(1, Ordering::AcqRel);
        self.member.waits.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests;
