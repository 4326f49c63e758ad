//! The pool: the lock and the tasks around what [`State`] decides.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::connecting::{Requester, attempt};
use super::entry::{Listener, Multiplexed, Single};
use super::state::{Granted, Shared, State, Waiter};
use crate::engine::connect::{Connector, Protocol};
use crate::engine::process::budget::Share;
use crate::engine::process::eviction::{Evict, evict_in_time};
use crate::error::Error;

/// A timer this short has a sleeping worker look again at what it sleeps for, and not for the deadline of a chat that is
/// over.
const ALMOST_NOTHING: Duration = Duration::from_millis(1);

/// A connection for a chat, not yet guarded.
pub(super) type Grant = Granted<Arc<Multiplexed>, Box<Single>>;
pub(super) type Receiver = oneshot::Receiver<Result<Grant, Error>>;

/// The pool's end of a chat's wait.
struct Sender(oneshot::Sender<Result<Grant, Error>>);

impl Waiter<Grant, Error> for Sender {
    fn is_gone(&self) -> bool {
        self.0.is_closed()
    }

    /// Cannot fail: a chat leaves the queue under the lock under which this is called.
    fn grant(self, granted: Grant) {
        _ = self.0.send(Ok(granted));
    }

    fn fail(self, error: Error) {
        _ = self.0.send(Err(error));
    }
}

pub(crate) struct Pool {
    connector: Connector,
    share: Share,
    handle: Handle,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State<Arc<Multiplexed>, Box<Single>, Sender>,
    /// For what an attempt to connect does not live to see: everyone who waits for it has gone.
    attempts: Vec<AbortHandle>,
    /// The longest that one of those who wait gives a connection.
    connect_timeout: Duration,
    evicting: bool,
}

impl Pool {
    /// `protocol` is known where there is no choice.
    pub(crate) fn new(
        connector: Connector,
        share: Share,
        protocol: Option<Protocol>,
        handle: Handle,
    ) -> Self {
        Self {
            connector,
            share,
            handle,
            inner: Mutex::new(Inner {
                state: State::new(protocol),
                attempts: Vec::new(),
                connect_timeout: Duration::ZERO,
                evicting: false,
            }),
        }
    }

    /// What the service spoke last.
    pub(crate) fn protocol(&self) -> Option<Protocol> {
        self.lock().state.protocol()
    }

    /// A connection for a chat of `tenant`, or the wait for one.
    pub(super) fn grant(
        self: &Arc<Self>,
        tenant: usize,
        connect_timeout: Duration,
    ) -> Result<Grant, Receiver> {
        let mut inner = self.lock();
        if inner.state.waiting() == 0 {
            if let Some(granted) = inner.state.take(Instant::now()) {
                return Ok(granted);
            }
            inner.connect_timeout = connect_timeout;
        }
        inner.connect_timeout = inner.connect_timeout.max(connect_timeout);
        let (sender, receiver) = oneshot::channel();
        inner.state.wait(tenant, Sender(sender));
        self.connect(&mut inner);
        Err(receiver)
    }

    /// Returns what a chat was granted that waits no longer.
    pub(super) fn leave_queue(&self, receiver: &mut Receiver) -> Option<Result<Grant, Error>> {
        let mut inner = self.lock();
        receiver.close();
        if let Ok(granted) = receiver.try_recv() {
            return Some(granted);
        }
        if inner.state.leave_queue::<Error>() {
            for attempt in std::mem::take(&mut inner.attempts) {
                attempt.abort();
            }
        }
        None
    }

    pub(super) fn release(self: &Arc<Self>, connection: &Arc<Multiplexed>) {
        let mut inner = self.lock();
        let is_surplus = !self.share.may_reuse();
        let now = Instant::now();
        inner.state.release(now, connection, is_surplus);
        inner.state.serve(now);
        if connection.idle_since().is_some() {
            self.keep(inner);
        }
    }

    pub(super) fn put_back(self: &Arc<Self>, single: Box<Single>) {
        let is_reusable = single.http1.is_reusable();
        let mut inner = self.lock();
        if is_reusable && self.share.may_reuse() {
            let now = Instant::now();
            inner.state.put_back(now, single);
            inner.state.serve(now);
            self.keep(inner);
        } else {
            drop(inner);
            drop(single);
            self.connect(&mut self.lock());
        }
    }

    /// Makes the connections that are wanted, as far as the process has room. One attempt at least waits for that.
    fn connect(self: &Arc<Self>, inner: &mut Inner) {
        let most = self.share.available().max(1);
        while inner.state.wanted() > 0 && inner.state.attempts() < most {
            let round = inner.state.connecting();
            let attempt = self
                .handle
                .spawn(attempt(self.clone(), round, inner.connect_timeout));
            inner.attempts.retain(|attempt| !attempt.is_finished());
            inner.attempts.push(attempt.abort_handle());
        }
    }

    /// What nobody of this route waits for is kept for a while, if it may be. Who begins to wait for a permit is counted,
    /// and then evicts under this lock: one of the two sees the other.
    fn keep(self: &Arc<Self>, mut inner: MutexGuard<'_, Inner>) {
        if !self.share.may_keep() {
            let evicted = inner.state.evict_idle();
            drop(inner);
            drop(evicted);
            return;
        }
        self.handle.spawn(sleep(ALMOST_NOTHING));
        if !inner.evicting {
            inner.evicting = true;
            self.handle.spawn(evict_in_time(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Requester for Pool {
    fn connector(&self) -> &Connector {
        &self.connector
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }

    fn is_starved(&self) -> bool {
        self.share.is_waiting()
    }

    fn add_shared(self: &Arc<Self>, connection: Arc<Multiplexed>) {
        let mut inner = self.lock();
        inner.state.add_shared(connection.clone());
        inner.state.serve(Instant::now());
        if connection.idle_since().is_some() {
            self.keep(inner);
        }
    }

    fn add_single(self: &Arc<Self>, single: Box<Single>) {
        let mut inner = self.lock();
        let now = Instant::now();
        inner.state.add_single(now, single);
        inner.state.serve(now);
        self.keep(inner);
    }

    fn attempted(self: &Arc<Self>, round: usize, failure: Option<&Error>) {
        let mut inner = self.lock();
        let counts = inner.state.connected(round);
        if let Some(error) = failure.filter(|_| counts) {
            inner.state.fail(error);
        }
        inner.state.serve(Instant::now());
        self.connect(&mut inner);
    }
}

impl Evict for Pool {
    fn make_room(&self) {
        let mut inner = self.lock();
        if !self.share.may_keep() {
            let evicted = inner.state.evict_idle();
            drop(inner);
            drop(evicted);
        }
    }

    fn evict_old(&self) -> Option<Instant> {
        let mut inner = self.lock();
        let (evicted, next) = inner.state.evict(Instant::now());
        inner.evicting = next.is_some();
        drop(inner);
        drop(evicted);
        next
    }
}

impl Listener for Pool {
    fn changed(self: Arc<Self>, connection: Arc<Multiplexed>) {
        let mut inner = self.lock();
        match connection.streams() {
            _ if connection.is_closed() => inner.state.unlist(&connection),
            Some(streams) => inner.state.allowed(connection, streams),
            None => {}
        }
        inner.state.serve(Instant::now());
        self.connect(&mut inner);
    }
}

#[cfg(test)]
mod tests;
