//! Which chat gets which connection, and how many more are to be made: decisions without I/O.

mod fair_queue;

use std::time::{Duration, Instant};

use self::fair_queue::FairQueue;
use crate::engine::connect::Protocol;

/// Under the idle timeouts of common servers: nginx 75 s, ALB 60 s.
const IDLE_SHARED: Duration = Duration::from_secs(50);
/// Node closes an idle HTTP/1.1 connection after 5 s, and does not tell in advance.
const IDLE_SINGLE: Duration = Duration::from_secs(4);

/// How many more may stand in the queue of those that have gone than of those that wait.
const MAX_GONE: usize = 32;

/// A connection that many chats share. All but `room` is called under the pool's lock alone.
pub(super) trait Shared: Clone {
    /// How many more chats may come; none on a closed one.
    fn room(&self) -> usize;
    fn is_closed(&self) -> bool;
    fn enter(&self);
    /// How many chats are left.
    fn leave(&self) -> usize;
    /// Whether it stands in the list of those with room; what it was before.
    fn set_listed(&self, listed: bool) -> bool;
    fn set_idle_since(&self, now: Instant);
    /// `None` while chats are on it.
    fn idle_since(&self) -> Option<Instant>;
}

/// A connection for a chat: a place on one that is shared, or one of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Granted<M, S> {
    Shared(M),
    Single(S),
}

/// A chat that waits for a connection.
pub(super) trait Waiter<G, E> {
    /// Its chat waits no longer.
    fn is_gone(&self) -> bool;
    fn grant(self, granted: G);
    fn fail(self, error: E);
}

pub(super) struct State<M, S, W> {
    /// What the service spoke last.
    protocol: Option<Protocol>,
    /// How many chats the next connection is expected to carry.
    expected: usize,
    /// Shared connections with room, the one to use next at the end. A full one is held by its chats alone.
    open: Vec<M>,
    /// Connections of one chat at a time, and since when they are idle; the one to use next at the end.
    idle: Vec<(Instant, S)>,
    waiting: FairQueue<usize, W>,
    /// Of those in the queue, how many have gone.
    gone: usize,
    connecting: usize,
    /// Attempts of earlier rounds were given up, and do not count.
    round: usize,
}

impl<M: Shared, S, W> State<M, S, W> {
    /// `protocol` is known where there is no choice.
    pub(super) fn new(protocol: Option<Protocol>) -> Self {
        Self {
            protocol,
            expected: match protocol {
                Some(Protocol::Http1) => 1,
                _ => usize::MAX,
            },
            open: Vec::new(),
            idle: Vec::new(),
            waiting: FairQueue::new(),
            gone: 0,
            connecting: 0,
            round: 0,
        }
    }

    pub(super) fn protocol(&self) -> Option<Protocol> {
        self.protocol
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len() - self.gone
    }

    /// Connections to be made beside those that are being made.
    pub(super) fn wanted(&self) -> usize {
        let covered = self.connecting.saturating_mul(self.expected);
        let uncovered = self.waiting().saturating_sub(covered);
        uncovered.div_ceil(self.expected)
    }

    /// An attempt to connect begins, in the round that is returned.
    pub(super) fn connecting(&mut self) -> usize {
        self.connecting += 1;
        self.round
    }

    /// An attempt to connect is over; false if it had been given up.
    pub(super) fn connected(&mut self, round: usize) -> bool {
        let counts = round == self.round;
        self.connecting -= usize::from(counts);
        counts
    }

    pub(super) fn attempts(&self) -> usize {
        self.connecting
    }

    /// A connection for one chat, if there is one now.
    pub(super) fn take(&mut self, now: Instant) -> Option<Granted<M, S>> {
        while let Some(last) = self.open.last() {
            if last.room() > 0 {
                last.enter();
                return Some(Granted::Shared(last.clone()));
            }
            last.set_listed(false);
            self.open.pop();
        }
        let (since, single) = self.idle.pop()?;
        if now.saturating_duration_since(since) < IDLE_SINGLE {
            return Some(Granted::Single(single));
        }
        // The others are idle for even longer.
        self.idle.clear();
        None
    }

    pub(super) fn wait(&mut self, tenant: usize, waiter: W) {
        self.waiting.push(tenant, waiter);
    }

    /// A chat in the queue waits no longer; true if nobody does, and the attempts to connect are given up.
    pub(super) fn leave_queue<E>(&mut self) -> bool
    where
        W: Waiter<Granted<M, S>, E>,
    {
        self.gone += 1;
        let is_over = self.waiting() == 0;
        if is_over {
            self.waiting.clear();
            self.gone = 0;
            self.connecting = 0;
            self.round += 1;
        } else if self.gone > self.waiting() + MAX_GONE {
            self.waiting.retain(|waiter| !waiter.is_gone());
            self.gone = 0;
        }
        is_over
    }

    /// The service speaks HTTP/2 on a new connection.
    pub(super) fn add_shared(&mut self, connection: M) {
        if self.protocol.replace(Protocol::Http2) != Some(Protocol::Http2) {
            self.expected = usize::MAX;
        }
        self.list(connection);
    }

    /// The service speaks HTTP/1.1 on a new connection.
    pub(super) fn add_single(&mut self, now: Instant, connection: S) {
        self.protocol = Some(Protocol::Http1);
        self.expected = 1;
        self.put_back(now, connection);
    }

    pub(super) fn put_back(&mut self, now: Instant, connection: S) {
        self.idle.push((now, connection));
    }

    /// The service told how many streams it allows. None says nothing of the next connection.
    pub(super) fn allowed(&mut self, connection: M, streams: usize) {
        if streams > 0 {
            self.expected = streams;
        }
        self.list(connection);
    }

    /// A chat has ended on a connection, which is kept unless it `is_surplus`.
    pub(super) fn release(&mut self, now: Instant, connection: &M, is_surplus: bool) {
        let is_idle = connection.leave() == 0;
        if is_idle {
            connection.set_idle_since(now);
        }
        if connection.is_closed() || (is_idle && is_surplus) {
            self.unlist(connection);
        } else {
            self.list(connection.clone());
        }
    }

    fn list(&mut self, connection: M) {
        if connection.room() > 0 && !connection.set_listed(true) {
            self.open.push(connection);
        }
    }

    /// One that is idle is closed by this, since nobody holds it any more.
    pub(super) fn unlist(&mut self, connection: &M) {
        if connection.set_listed(false) {
            // Each has its own flag, which tells it from the others.
            self.open.retain(|open| {
                let listed = open.set_listed(false);
                open.set_listed(listed);
                listed
            });
        }
    }

    /// Gives waiting chats what there is.
    pub(super) fn serve<E>(&mut self, now: Instant)
    where
        W: Waiter<Granted<M, S>, E>,
    {
        while self.waiting() > 0 {
            let Some(granted) = self.take(now) else {
                return;
            };
            match self.next_waiter() {
                Some(waiter) => waiter.grant(granted),
                None => return,
            }
        }
    }

    /// Those who wait for a connection that could not be made.
    pub(super) fn fail<E: Clone>(&mut self, error: &E)
    where
        W: Waiter<Granted<M, S>, E>,
    {
        for _ in 0..self.waiting().min(self.expected) {
            if let Some(waiter) = self.next_waiter::<E>() {
                waiter.fail(error.clone());
            }
        }
    }

    fn next_waiter<E>(&mut self) -> Option<W>
    where
        W: Waiter<Granted<M, S>, E>,
    {
        while let Some(waiter) = self.waiting.pop() {
            if !waiter.is_gone() {
                return Some(waiter);
            }
            self.gone -= 1;
        }
        None
    }

    /// Takes out what has been idle for long, and what is closed; and the time of the next look, if any is idle.
    pub(super) fn evict(&mut self, now: Instant) -> (Evicted<M, S>, Option<Instant>) {
        let ends = |since: Instant| since + IDLE_SHARED;
        let shared = self.take_shared(|open| {
            open.is_closed() || open.idle_since().is_some_and(|since| ends(since) <= now)
        });
        let old = self
            .idle
            .partition_point(|(since, _)| *since + IDLE_SINGLE <= now);
        let single = self.idle.drain(..old).map(|(_, single)| single).collect();
        let shared_next = self.open.iter().filter_map(Shared::idle_since).map(ends);
        let single_next = self.idle.first().map(|(since, _)| *since + IDLE_SINGLE);
        let next = shared_next.chain(single_next).min();
        (Evicted { shared, single }, next)
    }

    /// Takes out all that is idle.
    pub(super) fn evict_idle(&mut self) -> Evicted<M, S> {
        Evicted {
            shared: self.take_shared(|open| open.idle_since().is_some()),
            single: self.idle.drain(..).map(|(_, single)| single).collect(),
        }
    }

    fn take_shared(&mut self, is_over: impl Fn(&M) -> bool) -> Vec<M> {
        let gone = self.open.extract_if(.., |open| is_over(open));
        gone.inspect(|gone| _ = gone.set_listed(false)).collect()
    }
}

/// Closed when it is dropped, outside of the lock.
pub(super) struct Evicted<M, S> {
    #[cfg_attr(not(test), expect(dead_code, reason = "dropped"))]
    shared: Vec<M>,
    #[cfg_attr(not(test), expect(dead_code, reason = "dropped"))]
    single: Vec<S>,
}

#[cfg(test)]
mod tests;
