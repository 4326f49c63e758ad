//! The connections of blocked callers.
//!
//! Over HTTP/1.1 each call takes one, runs it on its own thread, and puts it back. Over HTTP/2 a call does so while it is
//! alone; calls that come together share a connection of the runtime, which costs them less. Nobody watches such a
//! connection between two calls: each call looks whether the service has closed it before it writes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::caller::Caller;
use super::dialer::Dialer;
use crate::engine::connect::{Connected, Connector, Protocol};
use crate::engine::process::budget::Share;
use crate::engine::process::eviction::{Evict, evict_in_time};

/// As for each connection that nobody watches: Node closes an idle one after 5 s.
const IDLE: Duration = Duration::from_secs(4);
/// How many of the connections used last a thread looks through for its own.
const RECENT: usize = 8;
/// For a connection that nobody waits for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct LocalPool {
    dialer: Arc<Dialer>,
    /// Blocking calls under way, those that share a connection too.
    calls: AtomicUsize,
    idle: Mutex<Idle>,
}

/// A connection, and since when it is idle.
type Idler = (Instant, Caller);

#[derive(Default)]
struct Idle {
    /// The one used last at the end.
    kept: Vec<Idler>,
    /// For the next caller who is alone on a service that speaks HTTP/2.
    connected: Option<(Instant, Connected)>,
    /// When the last such caller came.
    alone: Option<Instant>,
    connecting: bool,
    evicting: bool,
}

impl LocalPool {
    pub(crate) fn new(connector: Connector, share: Share, handle: Handle) -> Self {
        Self {
            dialer: Arc::new(Dialer {
                connector,
                share,
                handle,
            }),
            calls: AtomicUsize::new(0),
            idle: Mutex::default(),
        }
    }

    /// A blocking call begins.
    pub(crate) fn call(self: &Arc<Self>) -> Call<'_> {
        let others = self.calls.fetch_add(1, Ordering::Relaxed);
        Call {
            pool: self,
            is_alone: others == 0,
        }
    }

    /// A connection of one's own: over HTTP/1.1 each caller makes one if need be.
    fn take(self: &Arc<Self>) -> Caller {
        let kept = self.lock().take();
        let mut caller = kept.unwrap_or_else(|| Caller::new(self.dialer.clone(), None));
        caller.thread = this_thread();
        caller
    }

    /// Over HTTP/2 one is made beside the calls, for those who come alone and again.
    fn take_connected(self: &Arc<Self>, now: Instant) -> Option<Caller> {
        let mut idle = self.lock();
        if let Some(caller) = idle.take() {
            return Some(caller);
        }
        let before = idle.alone.replace(now);
        if let Some((since, connected)) = idle.connected.take()
            && now < since + IDLE
        {
            return Some(Caller::new(self.dialer.clone(), Some(connected)));
        }
        // Nobody waits for it, and so it does not wait for a permit in front of those who do.
        let has_room = self.dialer.share.available() > 0;
        if before.is_some_and(|before| now < before + IDLE) && has_room && !idle.connecting {
            idle.connecting = true;
            self.dialer.handle.spawn(connect(self.clone()));
        }
        None
    }

    /// Who begins to wait for a permit is counted, and then evicts under this lock: one of the two sees the other.
    fn keep(self: &Arc<Self>, caller: Caller) {
        let mut idle = self.lock();
        if self.dialer.share.may_keep() {
            idle.kept.push((Instant::now(), caller));
            self.evict_later(&mut idle);
        } else {
            drop(idle);
            drop(caller);
        }
    }

    fn connected(self: &Arc<Self>, connected: Option<Connected>) {
        let mut idle = self.lock();
        idle.connecting = false;
        if self.dialer.share.may_keep() {
            idle.connected = connected.map(|connected| (Instant::now(), connected));
            self.evict_later(&mut idle);
        } else {
            drop(idle);
            drop(connected);
        }
    }

    fn evict_later(self: &Arc<Self>, idle: &mut Idle) {
        if !idle.evicting {
            idle.evicting = true;
            self.dialer
                .handle
                .spawn(evict_in_time(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evict for LocalPool {
    fn make_room(&self) {
        let mut idle = self.lock();
        if !self.dialer.share.may_keep() {
            let evicted = (std::mem::take(&mut idle.kept), idle.connected.take());
            drop(idle);
            drop(evicted);
        }
    }

    fn evict_old(&self) -> Option<Instant> {
        let mut idle = self.lock();
        let evicted = idle.evict(Instant::now());
        let next = idle.since().map(|since| since + IDLE);
        idle.evicting = next.is_some();
        drop(idle);
        drop(evicted);
        next
    }
}

impl Idle {
    /// One used lately, so that the others fall idle. Best is the one that this thread had before: the scheduler has
    /// brought it and its peer together, where they share one.
    fn take(&mut self) -> Option<Caller> {
        let me = this_thread();
        let late = self.kept.len().saturating_sub(RECENT);
        let known = self.kept[late..]
            .iter()
            .rposition(|(_, caller)| caller.thread == me);
        let (since, caller) = match known {
            Some(at) => self.kept.remove(late + at),
            None => self.kept.pop()?,
        };
        (since.elapsed() < IDLE).then_some(caller)
    }

    fn evict(&mut self, now: Instant) -> (Vec<Idler>, Option<(Instant, Connected)>) {
        let old = self.kept.partition_point(|(since, _)| *since + IDLE <= now);
        let connected = self.connected.take_if(|(since, _)| *since + IDLE <= now);
        (self.kept.drain(..old).collect(), connected)
    }

    fn since(&self) -> Option<Instant> {
        let kept = self.kept.first().map(|(since, _)| *since);
        let connected = self.connected.as_ref().map(|(since, _)| *since);
        kept.into_iter().chain(connected).min()
    }
}

/// Tells threads apart, of those that live.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

async fn connect(pool: Arc<LocalPool>) {
    let connecting = pool.dialer.connector.connect();
    let connected = timeout(CONNECT_TIMEOUT, connecting).await;
    pool.connected(connected.ok().and_then(Result::ok));
}

/// A blocking call, counted while it is under way.
pub(crate) struct Call<'a> {
    pool: &'a Arc<LocalPool>,
    is_alone: bool,
}

impl Call<'_> {
    /// A connection that the caller drives himself, if that is better than to share one.
    pub(crate) fn checkout(&self, protocol: Option<Protocol>) -> Option<Checkout<'_>> {
        let caller = match protocol? {
            Protocol::Http1 => self.pool.take(),
            Protocol::Http2 if self.is_alone => self.pool.take_connected(Instant::now())?,
            Protocol::Http2 => return None,
        };
        Some(Checkout {
            pool: self.pool,
            caller: Some(caller),
        })
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.pool.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection in use, put back on drop if it is in good order.
pub(crate) struct Checkout<'a> {
    pool: &'a Arc<LocalPool>,
    caller: Option<Caller>,
}

impl Checkout<'_> {
    pub(crate) fn caller(&mut self) -> Option<&mut Caller> {
        self.caller.as_mut()
    }
}

impl Drop for Checkout<'_> {
    fn drop(&mut self) {
        if let Some(caller) = self.caller.take()
            && caller.is_connected()
        {
            self.pool.keep(caller);
        }
    }
}

#[cfg(test)]
mod tests;
