//! The pool: the lock and the tasks around what [`State`] decides.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, sleep_until, timeout};

use super::connecting::{allowed, multiplexed, single};
use super::entry::{Listener, Multiplexed, Single};
use super::state::{Granted, Shared, State, Waiter};
use crate::engine::connect::{Connector, Protocol};
use crate::engine::process::budget::{Evict, Share};
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

    /// Whether those who wait do so for the process's other connections, and not for the service.
    pub(crate) fn is_starved(&self) -> bool {
        self.share.is_waiting()
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

    /// Who begins to wait for a permit is counted, and then evicts under this lock: one of the two sees the other.
    pub(super) fn release(self: &Arc<Self>, connection: &Arc<Multiplexed>) {
        let mut inner = self.lock();
        let is_surplus = !self.share.may_keep();
        let now = Instant::now();
        inner.state.release(now, connection, is_surplus);
        inner.state.serve(now);
        if connection.idle_since().is_some() {
            self.evict_later(&mut inner);
        }
    }

    pub(super) fn put_back(self: &Arc<Self>, single: Box<Single>) {
        let is_reusable = single.http1.is_reusable();
        let mut inner = self.lock();
        if is_reusable && self.share.may_keep() {
            let now = Instant::now();
            inner.state.put_back(now, single);
            inner.state.serve(now);
            self.evict_later(&mut inner);
        } else {
            drop(inner);
            drop(single);
            self.connect(&mut self.lock());
        }
    }

    fn add_shared(self: &Arc<Self>, connection: Arc<Multiplexed>) {
        let mut inner = self.lock();
        inner.state.add_shared(connection.clone());
        inner.state.serve(Instant::now());
        if connection.idle_since().is_some() {
            self.evict_later(&mut inner);
        }
    }

    fn add_single(self: &Arc<Self>, single: Box<Single>) {
        let mut inner = self.lock();
        let now = Instant::now();
        inner.state.add_single(now, single);
        inner.state.serve(now);
        self.evict_later(&mut inner);
    }

    /// An attempt to connect is over. `failure` is that of those who waited for it.
    fn connected(self: &Arc<Self>, round: usize, failure: Option<&Error>) {
        let mut inner = self.lock();
        let counts = inner.state.connected(round);
        if let Some(error) = failure.filter(|_| counts) {
            inner.state.fail(error);
        }
        inner.state.serve(Instant::now());
        self.connect(&mut inner);
    }

    /// Makes the connections that are wanted, as far as the process has room. One attempt at least waits for that.
    fn connect(self: &Arc<Self>, inner: &mut Inner) {
        let most = self.share.available().max(1);
        while inner.state.wanted() > 0 && inner.state.attempts() < most {
            let round = inner.state.connecting();
            let attempt = attempt(self.clone(), round, inner.connect_timeout);
            let attempt = self.handle.spawn(attempt);
            inner.attempts.retain(|attempt| !attempt.is_finished());
            inner.attempts.push(attempt.abort_handle());
        }
    }

    /// Over HTTP/2 the first chat goes as soon as it can, and the others once the service has told its limit.
    async fn make(self: &Arc<Self>, shared: &mut Option<Arc<Multiplexed>>) -> Result<(), Error> {
        let connected = self.connector.connect().await?;
        match connected.protocol {
            Protocol::Http1 => self.add_single(single(connected)?),
            Protocol::Http2 => {
                let listener: Weak<Self> = Arc::downgrade(self);
                let connection = multiplexed(listener, &self.handle, connected).await?;
                self.add_shared(connection.clone());
                allowed(shared.insert(connection)).await?;
            }
        }
        Ok(())
    }

    fn evict_later(self: &Arc<Self>, inner: &mut Inner) {
        self.handle.spawn(sleep(ALMOST_NOTHING));
        if !inner.evicting {
            inner.evicting = true;
            self.handle.spawn(evict(Arc::downgrade(self)));
        }
    }

    /// The time of the next look, if anything is idle.
    fn evict_old(&self) -> Option<Instant> {
        let mut inner = self.lock();
        let (evicted, next) = inner.state.evict(Instant::now());
        inner.evicting = next.is_some();
        drop(inner);
        drop(evicted);
        next
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evict for Pool {
    fn evict(&self) {
        let evicted = self.lock().state.evict_idle();
        drop(evicted);
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

/// Makes a connection for whoever waits for it. Those have timers of their own: an attempt that takes too long makes room for
/// another, and no error.
///
/// A runtime that shuts down drops the future inside of `spawn`, under the pool's lock. So what takes the lock on drop is made
/// by the first poll.
async fn attempt(pool: Arc<Pool>, round: usize, within: Duration) {
    let mut attempt = Attempt {
        pool,
        round,
        failure: None,
    };
    let mut shared = None;
    match in_time(&attempt.pool, within, &mut shared).await {
        Some(made) => attempt.failure = made.err(),
        None => {
            if let Some(connection) = shared {
                connection.close();
            }
        }
    }
}

/// `None` once the time is over, in which the wait for a permit does not count.
async fn in_time(
    pool: &Arc<Pool>,
    within: Duration,
    shared: &mut Option<Arc<Multiplexed>>,
) -> Option<Result<(), Error>> {
    let mut making = pin!(pool.make(shared));
    loop {
        match timeout(within, making.as_mut()).await {
            Ok(made) => return Some(made),
            Err(_) if pool.is_starved() => {}
            Err(_) => return None,
        }
    }
}

/// Tells its pool when an attempt is over, given up too.
struct Attempt {
    pool: Arc<Pool>,
    round: usize,
    failure: Option<Error>,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.pool.connected(self.round, self.failure.as_ref());
    }
}

/// Runs only while a connection is idle, so that an idle process has no wake-ups.
async fn evict(pool: Weak<Pool>) {
    while let Some(next) = pool.upgrade().and_then(|pool| pool.evict_old()) {
        sleep_until(next.into()).await;
    }
}

#[cfg(test)]
mod tests;
