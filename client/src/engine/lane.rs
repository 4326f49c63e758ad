//! One lane: its connection, and how many chats are on it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::gate::Gate;
use super::transport::{Protocol, Spoken};
use crate::error::Error;

/// For the service's settings to arrive (RFC 9113, section 3.4) on a connection that took this long to make or longer.
const MOST_FOR_SETTINGS: Duration = Duration::from_millis(250);

/// The counters change under the lock of [`Lanes`](super::lanes::Lanes) only.
pub(crate) struct Lane {
    pub(super) client: reqwest::Client,
    pub(super) gate: Gate,
    scout: Mutex<Option<Scout>>,
    chats: AtomicUsize,
    /// How many it can carry, if that turned out to be fewer than others.
    most: AtomicUsize,
    /// Chats whose message has no stream yet.
    undeparted: AtomicUsize,
    /// One message at a time is handed to the connection: given many at once, it takes more of them than the service
    /// allows streams, and then they cannot be moved to another lane any more.
    door: Semaphore,
    listed: AtomicBool,
    broken: AtomicBool,
    idle_since: Mutex<Instant>,
    /// Of all lanes.
    count: Arc<AtomicUsize>,
}

impl Lane {
    pub(super) fn new(
        client: reqwest::Client,
        scout: Option<Scout>,
        count: Arc<AtomicUsize>,
    ) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self {
            client,
            gate: Gate::new(),
            scout: Mutex::new(scout),
            chats: AtomicUsize::new(0),
            most: AtomicUsize::new(usize::MAX),
            undeparted: AtomicUsize::new(0),
            door: Semaphore::new(1),
            listed: AtomicBool::new(true),
            broken: AtomicBool::new(false),
            idle_since: Mutex::new(Instant::now()),
            count,
        }
    }

    /// A chat comes; true if it is the only one, and leads.
    pub(super) fn enter(&self) -> bool {
        self.undeparted.fetch_add(1, Ordering::Relaxed);
        let leads = self.stay() == 1;
        if leads {
            self.gate.lead();
        }
        leads
    }

    /// One more takes room; how many they are then.
    pub(super) fn stay(&self) -> usize {
        self.chats.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// One less takes room; how many they are then.
    pub(super) fn leave(&self) -> usize {
        let left = self.chats.fetch_sub(1, Ordering::Relaxed) - 1;
        if left == 0 {
            *self.idle_since() = Instant::now();
        }
        left
    }

    pub(super) async fn pass_door(&self) -> Result<(), Error> {
        let permit = self.door.acquire().await.map_err(Error::internal)?;
        permit.forget();
        Ok(())
    }

    pub(crate) fn open_door(&self) {
        self.door.add_permits(1);
    }

    /// The connection stands: a message has got its stream.
    pub(crate) fn message_left(self: &Arc<Self>) {
        self.message_stayed();
        let scout = self.scout.lock();
        let scout = scout.unwrap_or_else(PoisonError::into_inner).take();
        match (scout, Handle::try_current()) {
            (Some(scout), Ok(runtime)) => {
                let lane = self.clone();
                runtime.spawn(async move {
                    scout.settings().await;
                    lane.gate.open();
                });
            }
            _ => self.gate.open(),
        }
    }

    /// Its chat does not wait for a stream any more.
    pub(super) fn message_stayed(&self) {
        self.undeparted.fetch_sub(1, Ordering::Relaxed);
    }

    /// Chats whose message has got its stream, and that wait for its answer.
    pub(super) fn departed(&self) -> usize {
        let undeparted = self.undeparted.load(Ordering::Relaxed);
        self.chats().saturating_sub(undeparted)
    }

    pub(super) fn chats(&self) -> usize {
        self.chats.load(Ordering::Relaxed)
    }

    /// So many have streams, and the service allows it no more.
    pub(super) fn is_full_with(&self, chats: usize) {
        self.most.fetch_min(chats, Ordering::Relaxed);
    }

    /// Whether one more may come, where lanes carry `limit`.
    pub(super) fn has_room(&self, limit: usize) -> bool {
        self.chats() < self.carries(limit)
    }

    /// Whether it is not overcrowded, where lanes carry `limit`.
    pub(super) fn is_within(&self, limit: usize) -> bool {
        self.chats() <= self.carries(limit)
    }

    fn carries(&self, limit: usize) -> usize {
        limit.min(self.most.load(Ordering::Relaxed))
    }

    /// Whether it was on the list of lanes with room.
    pub(super) fn set_listed(&self, listed: bool) -> bool {
        self.listed.swap(listed, Ordering::Relaxed)
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// The connection was lost: whoever is still on it finds out alone, and nobody new comes.
    pub(super) fn set_broken(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }

    pub(super) fn idle_until(&self, idle: Duration) -> Option<Instant> {
        (self.chats() == 0).then(|| *self.idle_since() + idle)
    }

    fn idle_since(&self) -> MutexGuard<'_, Instant> {
        self.idle_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The first connection to a service: others follow when the service has had the time to say how many streams it takes.
pub(super) struct Scout {
    pub(super) set_out: Instant,
    pub(super) spoken: Spoken,
    pub(super) acquainted: Arc<AtomicBool>,
}

impl Scout {
    /// The settings come a round trip after the request has left, and connecting took two or more.
    async fn settings(self) {
        if self.spoken.get() == Protocol::Http2 {
            sleep(self.set_out.elapsed().min(MOST_FOR_SETTINGS)).await;
        }
        self.acquainted.store(true, Ordering::Relaxed);
    }
}
