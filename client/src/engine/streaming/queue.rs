//! Events on their way from a connection to whoever waits for them, on any thread, executor or event loop.

use std::collections::VecDeque;
use std::io;
use std::os::fd::RawFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::sys::notifier::Notifier;

/// Of queued events, beyond which the peer is not asked for more.
const MAX_QUEUED: usize = 32 << 10;
/// At which it is asked again: not with each event that is taken.
const MIN_QUEUED: usize = MAX_QUEUED / 2;
/// What a queued event takes beside its bytes.
const OVERHEAD: usize = 64;

#[derive(Debug)]
pub(crate) enum Next {
    /// An event's data.
    Data(Box<str>),
    /// How the stream ended; once.
    End(Result<(), Error>),
}

#[derive(Default)]
pub(crate) struct Queue {
    /// No waker is woken, and none dropped, while it is held.
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    data: VecDeque<Box<str>>,
    queued: usize,
    end: Option<Result<(), Error>>,
    /// The end is known: nothing is added any more.
    ended: bool,
    producer: Option<Waker>,
    consumer: Option<Waker>,
    /// Threads that wait for the next.
    waiting: usize,
    notifier: Option<Notifier>,
}

impl Queue {
    fn push(&self, data: Box<str>) {
        drop(self.change(|state| {
            if !state.ended {
                state.queued += data.len() + OVERHEAD;
                state.data.push_back(data);
            }
        }));
    }

    fn end(&self, result: Result<(), Error>) {
        drop(self.change(|state| {
            if !state.ended {
                state.ended = true;
                state.end = Some(result);
            }
        }));
    }

    /// Ends it at once, with `error` if there is one: what waits in it is dropped.
    pub(crate) fn cut(&self, error: Option<Error>) -> Waking {
        let mut dropped = VecDeque::new();
        self.change(|state| {
            state.ended = true;
            state.end = error.map(Err);
            state.queued = 0;
            dropped = std::mem::take(&mut state.data);
        })
    }

    /// The end is known, and there is nothing left to take.
    pub(crate) fn is_over(&self) -> bool {
        let state = self.lock();
        state.ended && !state.is_ready()
    }

    fn change(&self, change: impl FnOnce(&mut State)) -> Waking {
        let mut state = self.lock();
        let was_ready = state.is_ready();
        change(&mut state);
        let is_ready = state.is_ready();
        state.notify(was_ready, is_ready);
        if state.waiting > 0 {
            self.arrived.notify_all();
        }
        Waking(state.consumer.take())
    }

    fn has_room(&self) -> bool {
        self.lock().queued < MAX_QUEUED
    }

    /// Ready when so much was taken that there is room again.
    fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.queued <= MIN_QUEUED {
            return Poll::Ready(());
        }
        let replaced = state.producer.replace(cx.waker().clone());
        drop(state);
        drop(replaced);
        Poll::Pending
    }

    /// What there is now.
    pub(crate) fn take(&self) -> Option<Next> {
        let mut state = self.lock();
        let next = match state.data.pop_front() {
            Some(data) => {
                state.queued -= data.len() + OVERHEAD;
                Next::Data(data)
            }
            None => Next::End(state.end.take()?),
        };
        let is_ready = state.is_ready();
        state.notify(true, is_ready);
        let producer = (state.queued <= MIN_QUEUED)
            .then(|| state.producer.take())
            .flatten();
        drop(state);
        if let Some(producer) = producer {
            producer.wake();
        }
        Some(next)
    }

    /// Ready when there may be something to take.
    pub(crate) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_ready() || state.ended {
            return Poll::Ready(());
        }
        let replaced = state.consumer.replace(cx.waker().clone());
        drop(state);
        drop(replaced);
        Poll::Pending
    }

    /// Waits until there may be something to take; false once the deadline has passed. `None` waits for ever.
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut state = self.lock();
        loop {
            if state.is_ready() || state.ended {
                return true;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return false;
            }
            state.waiting += 1;
            state = match left {
                Some(left) => {
                    let woken = self.arrived.wait_timeout(state, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.arrived.wait(state);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
            state.waiting -= 1;
        }
    }

    /// Readable exactly while there is something to take. Made on first use.
    pub(crate) fn descriptor(&self) -> io::Result<RawFd> {
        let mut state = self.lock();
        if let Some(notifier) = &state.notifier {
            return Ok(notifier.descriptor());
        }
        let notifier = Notifier::new()?;
        if state.is_ready() {
            notifier.notify();
        }
        Ok(state.notifier.insert(notifier).descriptor())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the consumer when it is dropped, which is where no lock is held.
#[must_use = "dropped, it wakes the consumer"]
pub(crate) struct Waking(Option<Waker>);

impl Drop for Waking {
    fn drop(&mut self) {
        if let Some(consumer) = self.0.take() {
            consumer.wake();
        }
    }
}

impl State {
    fn is_ready(&self) -> bool {
        !self.data.is_empty() || self.end.is_some()
    }

    fn notify(&self, was_ready: bool, is_ready: bool) {
        match (&self.notifier, was_ready, is_ready) {
            (Some(notifier), false, true) => notifier.notify(),
            (Some(notifier), true, false) => notifier.clear(),
            _ => {}
        }
    }
}

/// The connection's end of a queue. Dropped without an end, the queue has lost its stream.
pub(crate) struct Producer {
    queue: Arc<Queue>,
    lost: fn() -> Error,
}

impl Producer {
    pub(crate) fn new(queue: Arc<Queue>, lost: fn() -> Error) -> Self {
        Self { queue, lost }
    }

    pub(crate) fn push(&self, data: Box<str>) {
        self.queue.push(data);
    }

    /// The stream's end. Only the first one counts.
    pub(crate) fn end(&self, result: Result<(), Error>) {
        self.queue.end(result);
    }

    pub(crate) fn has_room(&self) -> bool {
        self.queue.has_room()
    }

    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.queue.poll_room(cx)
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.end(Err((self.lost)()));
    }
}

#[cfg(test)]
mod tests;
