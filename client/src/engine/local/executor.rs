//! An executor of one future, on the thread of its blocked caller.
//!
//! The future waits for its connection, for a time, or for another thread. For the connection the executor does not
//! wait itself: it polls the future once more and lets the socket block, so that the system call that waits is
//! the one that reads.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::task::coop::unconstrained;

use crate::engine::exchange::Timer;

/// What a socket that has nothing to give waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Wait {
    ToRead = 1,
    ToWrite = 2,
}

/// What one poll of the future may read, so that a service that never stops to send keeps nobody from a deadline: chunks of
/// one byte take some milliseconds for as much.
const MAX_PER_POLL: usize = 64 << 10;
/// What a read counts as at least, for its system call.
const LEAST_PER_READ: usize = 4 << 10;

const QUIET: u8 = 0;
const WOKEN: u8 = 1;
const ASLEEP: u8 = 2;
const NEVER: u64 = u64::MAX;

/// Runs the chats of one connection, one after another. All but a wake comes from the caller's own thread.
pub(crate) struct Executor {
    epoch: Instant,
    /// Nanoseconds after the epoch.
    due: AtomicU64,
    wanted: AtomicU8,
    blocks_on: AtomicU8,
    /// Nothing more can be read at once: the last read told.
    drained: AtomicBool,
    /// Bytes that this poll of the future may still read.
    allowance: AtomicUsize,
    state: AtomicU8,
    sleeper: Mutex<Option<Thread>>,
}

impl Executor {
    pub(crate) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            due: AtomicU64::new(NEVER),
            wanted: AtomicU8::new(0),
            blocks_on: AtomicU8::new(0),
            drained: AtomicBool::new(false),
            allowance: AtomicUsize::new(0),
            state: AtomicU8::new(QUIET),
            sleeper: Mutex::new(None),
        }
    }

    /// Runs a future to its end on this thread. `waker` is this executor's own.
    pub(crate) fn block_on<F: Future>(&self, waker: &Waker, future: F) -> F::Output {
        // Inside of somebody's asynchronous task the task's budget would run out, and never be renewed.
        let mut future = pin!(unconstrained(future));
        let mut cx = Context::from_waker(waker);
        self.due.store(NEVER, Ordering::Relaxed);
        self.wanted.store(0, Ordering::Relaxed);
        // Since the last chat the service may have closed the connection.
        self.set_drained(false);
        loop {
            self.state.store(QUIET, Ordering::SeqCst);
            self.allowance.store(MAX_PER_POLL, Ordering::Relaxed);
            let polled = future.as_mut().poll(&mut cx);
            self.blocks_on.store(0, Ordering::Relaxed);
            if let Poll::Ready(output) = polled {
                return output;
            }
            if self.state.load(Ordering::SeqCst) != WOKEN {
                self.wait();
            }
        }
    }

    fn wait(&self) {
        let wanted = self.wanted.swap(0, Ordering::Relaxed);
        if wanted & Wait::ToWrite as u8 != 0 {
            self.blocks_on.store(Wait::ToWrite as u8, Ordering::Relaxed);
        } else if wanted != 0 {
            self.blocks_on.store(Wait::ToRead as u8, Ordering::Relaxed);
        } else {
            self.sleep();
        }
    }

    /// Until the time has come, or another thread wakes this one.
    fn sleep(&self) {
        *self.sleeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current());
        let asleep = self
            .state
            .compare_exchange(QUIET, ASLEEP, Ordering::SeqCst, Ordering::SeqCst);
        if asleep.is_ok() {
            match self.due() {
                Some(due) => thread::park_timeout(due.saturating_duration_since(Instant::now())),
                None => thread::park(),
            }
        }
    }

    /// When a socket that blocks gives up.
    pub(crate) fn due(&self) -> Option<Instant> {
        let due = self.due.load(Ordering::Relaxed);
        (due != NEVER).then(|| self.epoch + Duration::from_nanos(due))
    }

    /// A socket has nothing to give, and the future is going to wait.
    pub(crate) fn want(&self, wait: Wait) {
        self.wanted.fetch_or(wait as u8, Ordering::Relaxed);
    }

    /// Whether a socket is to wait for this itself, once, until the time has come.
    pub(crate) fn may_block_on(&self, wait: Wait) -> bool {
        let blocking = self.blocks_on.load(Ordering::Relaxed) == wait as u8;
        if blocking {
            self.blocks_on.store(0, Ordering::Relaxed);
        }
        blocking
    }

    /// How much may be read now. `None` once a poll of the future has read enough: it is polled again.
    pub(crate) fn allowance(&self) -> Option<usize> {
        let left = self.allowance.load(Ordering::Relaxed);
        if left == 0 {
            self.notify();
            return None;
        }
        Some(left)
    }

    pub(crate) fn spend(&self, bytes: usize) {
        let left = self.allowance.load(Ordering::Relaxed);
        let left = left.saturating_sub(bytes.max(LEAST_PER_READ));
        self.allowance.store(left, Ordering::Relaxed);
    }

    pub(crate) fn drained(&self) -> bool {
        self.drained.load(Ordering::Relaxed)
    }

    pub(crate) fn set_drained(&self, drained: bool) {
        self.drained.store(drained, Ordering::Relaxed);
    }

    /// The future is to be polled again before anybody waits.
    pub(crate) fn notify(&self) {
        if self.state.swap(WOKEN, Ordering::SeqCst) == ASLEEP {
            let sleeper = self.sleeper.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(thread) = &*sleeper {
                thread.unpark();
            }
        }
    }
}

impl Wake for Executor {
    fn wake(self: Arc<Self>) {
        self.notify();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.notify();
    }
}

impl Timer for &Executor {
    fn shares_thread(&self) -> bool {
        false
    }

    fn poll_at(&mut self, _: &mut Context<'_>, at: Instant) -> Poll<()> {
        if Instant::now() >= at {
            return Poll::Ready(());
        }
        let due = at.saturating_duration_since(self.epoch).as_nanos();
        self.due
            .store(u64::try_from(due).unwrap_or(NEVER), Ordering::Relaxed);
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tokio::sync::{mpsc, oneshot};

    fn block_on<F: Future>(future: impl FnOnce(Arc<Executor>) -> F) -> F::Output {
        let executor = Arc::new(Executor::new());
        let waker = Waker::from(executor.clone());
        executor.block_on(&waker, future(executor.clone()))
    }

    #[test]
    fn another_thread_ends_the_wait() {
        let (send, receive) = oneshot::channel();
        let waker = thread::spawn(|| {
            thread::sleep(Duration::from_millis(50));
            send.send("awake").unwrap();
        });
        assert_eq!(block_on(|_| receive), Ok("awake"));
        waker.join().unwrap();
    }

    #[test]
    fn the_timer_fires_at_its_time() {
        let due = Instant::now() + Duration::from_millis(100);
        block_on(async |executor| {
            let mut timer = &*executor;
            poll_fn(|cx| timer.poll_at(cx, due)).await;
        });
        assert!(Instant::now() >= due);
    }

    /// Each step in an asynchronous task costs a part of a budget, which only the task's own runtime renews.
    #[test]
    fn a_chat_inside_of_an_asynchronous_task_does_not_run_dry() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            block_on(async |_| {
                let (send, mut receive) = mpsc::unbounded_channel();
                for number in 0..1000 {
                    send.send(number).unwrap();
                    assert_eq!(receive.recv().await, Some(number));
                }
            });
        });
    }
}
