//! The pool: the lock and the tasks around what [`Slots`] decides.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, sleep_until, timeout};

use super::connecting::{allowed, multiplexed, single};
use super::entry::{Listener, Multiplexed, Single};
use super::slots::{Granted, Shared, Slots, Waiter};
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
    state: Mutex<State>,
}

struct State {
    slots: Slots<Arc<Multiplexed>, Box<Single>, Sender>,
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
            state: Mutex::new(State {
                slots: Slots::new(protocol),
                attempts: Vec::new(),
                connect_timeout: Duration::ZERO,
                evicting: false,
            }),
        }
    }

    /// What the service spoke last.
    pub(crate) fn protocol(&self) -> Option<Protocol> {
        self.lock().slots.protocol()
    }

    /// A connection for a chat of `tenant`, or the wait for one.
    pub(super) fn grant(
        self: &Arc<Self>,
        tenant: usize,
        connect_timeout: Duration,
    ) -> Result<Grant, Receiver> {
        let mut state = self.lock();
        if state.slots.waiting() == 0 {
            if let Some(granted) = state.slots.take(Instant::now()) {
                return Ok(granted);
            }
            state.connect_timeout = connect_timeout;
        }
        state.connect_timeout = state.connect_timeout.max(connect_timeout);
        let (sender, receiver) = oneshot::channel();
        state.slots.wait(tenant, Sender(sender));
        self.connect(&mut state);
        Err(receiver)
    }

    /// Whether those who wait do so for the process's other connections, and not for the service.
    pub(crate) fn is_starved(&self) -> bool {
        self.share.is_waiting()
    }

    /// Returns what a chat was granted that waits no longer.
    pub(super) fn leave_queue(&self, receiver: &mut Receiver) -> Option<Result<Grant, Error>> {
        let mut state = self.lock();
        receiver.close();
        if let Ok(granted) = receiver.try_recv() {
            return Some(granted);
        }
        if state.slots.leave_queue::<Error>() {
            for attempt in std::mem::take(&mut state.attempts) {
                attempt.abort();
            }
        }
        None
    }

    /// Who begins to wait for a permit is counted, and then evicts under this lock: one of the two sees the other.
    pub(super) fn release(self: &Arc<Self>, connection: &Arc<Multiplexed>) {
        let mut state = self.lock();
        let is_surplus = !self.share.may_keep();
        let now = Instant::now();
        state.slots.release(now, connection, is_surplus);
        state.slots.serve(now);
        if connection.idle_since().is_some() {
            self.evict_later(&mut state);
        }
    }

    pub(super) fn put_back(self: &Arc<Self>, single: Box<Single>) {
        let is_reusable = single.http1.is_reusable();
        let mut state = self.lock();
        if is_reusable && self.share.may_keep() {
            let now = Instant::now();
            state.slots.put_back(now, single);
            state.slots.serve(now);
            self.evict_later(&mut state);
        } else {
            drop(state);
            drop(single);
            self.connect(&mut self.lock());
        }
    }

    fn add_shared(self: &Arc<Self>, connection: Arc<Multiplexed>) {
        let mut state = self.lock();
        state.slots.add_shared(connection.clone());
        state.slots.serve(Instant::now());
        if connection.idle_since().is_some() {
            self.evict_later(&mut state);
        }
    }

    fn add_single(self: &Arc<Self>, single: Box<Single>) {
        let mut state = self.lock();
        let now = Instant::now();
        state.slots.add_single(now, single);
        state.slots.serve(now);
        self.evict_later(&mut state);
    }

    /// An attempt to connect is over. `failure` is that of those who waited for it.
    fn connected(self: &Arc<Self>, round: usize, failure: Option<&Error>) {
        let mut state = self.lock();
        let counts = state.slots.connected(round);
        if let Some(error) = failure.filter(|_| counts) {
            state.slots.fail(error);
        }
        state.slots.serve(Instant::now());
        self.connect(&mut state);
    }

    /// Makes the connections that are wanted, as far as the process has room. One attempt at least waits for that.
    fn connect(self: &Arc<Self>, state: &mut State) {
        let most = self.share.available().max(1);
        while state.slots.wanted() > 0 && state.slots.attempts() < most {
            let round = state.slots.connecting();
            let attempt = attempt(self.clone(), round, state.connect_timeout);
            let attempt = self.handle.spawn(attempt);
            state.attempts.retain(|attempt| !attempt.is_finished());
            state.attempts.push(attempt.abort_handle());
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

    fn evict_later(self: &Arc<Self>, state: &mut State) {
        self.handle.spawn(sleep(ALMOST_NOTHING));
        if !state.evicting {
            state.evicting = true;
            self.handle.spawn(evict(Arc::downgrade(self)));
        }
    }

    /// The time of the next look, if anything is idle.
    fn evict_old(&self) -> Option<Instant> {
        let mut state = self.lock();
        let (evicted, next) = state.slots.evict(Instant::now());
        state.evicting = next.is_some();
        drop(state);
        drop(evicted);
        next
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evict for Pool {
    fn evict(&self) {
        let evicted = self.lock().slots.evict_idle();
        drop(evicted);
    }
}

impl Listener for Pool {
    fn changed(self: Arc<Self>, connection: Arc<Multiplexed>) {
        let mut state = self.lock();
        match connection.streams() {
            _ if connection.is_closed() => state.slots.unlist(&connection),
            Some(streams) => state.slots.allowed(connection, streams),
            None => {}
        }
        state.slots.serve(Instant::now());
        self.connect(&mut state);
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
