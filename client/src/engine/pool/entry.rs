//! The two kinds of connections that a pool has.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use hyper_util::rt::TokioIo;
use tokio::sync::Notify;

use super::state::Shared;
use crate::engine::connect::stream::Stream;
use crate::engine::http1::Http1;
use crate::engine::http2::{Http2, Owner};
use crate::engine::process::budget::Permit;

/// Of one chat at a time.
pub(crate) struct Single {
    // Dropped in this order: the descriptor is closed before its permit is given back.
    pub(super) http1: Box<Http1<TokioIo<Stream>>>,
    _permit: Permit,
}

impl Single {
    pub(super) fn new(http1: Box<Http1<TokioIo<Stream>>>, permit: Permit) -> Box<Self> {
        Box::new(Self {
            http1,
            _permit: permit,
        })
    }
}

/// Told outside of any lock.
pub(super) trait Listener: Send + Sync {
    /// The service allows another number of streams than before, or the connection is closed.
    fn changed(self: Arc<Self>, connection: Arc<Multiplexed>);
}

/// Of many chats. Its driver has the permit.
pub(crate) struct Multiplexed {
    http2: Http2,
    listener: Weak<dyn Listener>,
    /// The limit on streams has changed, or the connection is closed.
    pub(super) changed: Notify,
    listed: AtomicBool,
    idle_since: Mutex<Option<Instant>>,
}

impl Multiplexed {
    pub(super) fn new(http2: Http2, listener: Weak<dyn Listener>, now: Instant) -> Self {
        Self {
            http2,
            listener,
            changed: Notify::new(),
            listed: AtomicBool::new(false),
            idle_since: Mutex::new(Some(now)),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Option<Instant>> {
        self.idle_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Multiplexed {
    type Target = Http2;

    fn deref(&self) -> &Http2 {
        &self.http2
    }
}

impl Shared for Arc<Multiplexed> {
    fn room(&self) -> usize {
        self.http2.room()
    }

    fn is_closed(&self) -> bool {
        self.http2.is_closed()
    }

    fn enter(&self) {
        self.http2.enter();
        *self.idle() = None;
    }

    fn leave(&self) -> usize {
        self.http2.leave()
    }

    fn set_listed(&self, listed: bool) -> bool {
        self.listed.swap(listed, Ordering::Relaxed)
    }

    fn set_idle_since(&self, now: Instant) {
        *self.idle() = Some(now);
    }

    fn idle_since(&self) -> Option<Instant> {
        *self.idle()
    }
}

impl Owner for Multiplexed {
    fn changed(self: Arc<Self>) {
        self.changed.notify_waiters();
        if let Some(listener) = self.listener.upgrade() {
            listener.changed(self);
        }
    }
}
