//! One lane: its connection, and how many chats are on it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;

/// How many chats there are changes under the lock of [`Lanes`](super::lanes::Lanes) only.
pub(crate) struct Lane {
    /// Makes the connection, and keeps it where it speaks HTTP/1.1.
    pub(super) client: reqwest::Client,
    pub(super) connection: Arc<Connection>,
    listed: AtomicBool,
    idle_since: Mutex<Instant>,
    /// Of all lanes.
    count: Arc<AtomicUsize>,
}

impl Lane {
    pub(super) fn new(
        client: reqwest::Client,
        connection: Arc<Connection>,
        count: Arc<AtomicUsize>,
    ) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self {
            client,
            connection,
            listed: AtomicBool::new(true),
            idle_since: Mutex::new(Instant::now()),
            count,
        }
    }

    /// A chat comes; true if the connection is its to make.
    pub(super) fn enter(&self) -> bool {
        let leads = self.connection.enter() == 1 && self.connection.http2().is_none();
        if leads {
            self.connection.gate.lead();
        }
        leads
    }

    /// A chat leaves; true if it was the last.
    pub(super) fn leave(&self) -> bool {
        let is_idle = self.connection.leave() == 0;
        if is_idle {
            *self.idle_since() = Instant::now();
        }
        is_idle
    }

    /// Whether one more chat may come.
    pub(super) fn has_room(&self) -> bool {
        !self.connection.is_broken() && self.connection.chats() < self.connection.carries()
    }

    /// Whether it was on the list of lanes with room.
    pub(super) fn set_listed(&self, listed: bool) -> bool {
        self.listed.swap(listed, Ordering::Relaxed)
    }

    pub(super) fn idle_until(&self, idle: Duration) -> Option<Instant> {
        (self.connection.chats() == 0).then(|| *self.idle_since() + idle)
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
