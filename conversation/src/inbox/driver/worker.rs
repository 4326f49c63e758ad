//! A thread that comes when there is something to do, and goes when there was nothing for a while: an idle inbox has none.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use robofy_client::hooks;

/// How long a thread without work stays for more.
const LINGER: Duration = Duration::from_millis(500);
/// What a store may take to end what it is at.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is done.
pub(super) trait Work: Send + Sync {
    /// Does what there is to do.
    fn run(&self);

    /// There is no thread to be had: the worker is to be woken again in a while. Called with its lock held.
    fn later(&self, worker: &Arc<Worker>);
}

/// Does its work on one thread at a time.
#[derive(Default)]
pub(super) struct Worker {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// `None` before the beginning and after the end.
    work: Option<Arc<dyn Work>>,
    is_running: bool,
    is_wanted: bool,
}

impl Worker {
    pub(super) fn open(&self, work: Arc<dyn Work>) {
        self.lock().work = Some(work);
    }

    /// The work is done once more, and soon. Does not block.
    pub(super) fn wake(self: &Arc<Self>) {
        let mut state = self.lock();
        let Some(work) = state.work.clone() else {
            return;
        };
        state.is_wanted = true;
        if state.is_running {
            self.changed.notify_all();
            return;
        }
        let running = Running(self.clone());
        match hooks::spawn(move || running.stay()) {
            Ok(()) => state.is_running = true,
            Err(_) => work.later(self),
        }
    }

    /// No more is done. Returns when the thread is gone, and has let go of the work.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        let work = state.work.take();
        self.changed.notify_all();
        let gone = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.is_running);
        drop(gone.unwrap_or_else(PoisonError::into_inner));
        drop(work);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's thread.
struct Running(Arc<Worker>);

impl Running {
    fn stay(self) {
        // The last owner of the work is whoever closes, since it has a client, which no thread of the engine's may end.
        while let Some(work) = self.next() {
            work.run();
        }
    }

    fn next(&self) -> Option<Arc<dyn Work>> {
        let worker = &*self.0;
        let is_waiting = |state: &mut State| !state.is_wanted && state.work.is_some();
        let woken = worker
            .changed
            .wait_timeout_while(worker.lock(), LINGER, is_waiting);
        let mut state = woken.unwrap_or_else(PoisonError::into_inner).0;
        let is_wanted = std::mem::take(&mut state.is_wanted);
        let work = state.work.clone().filter(|_| is_wanted);
        // Under the lock under which it is woken: nothing is missed.
        if work.is_none() {
            self.end(state);
        }
        work
    }

    fn end(&self, mut state: MutexGuard<'_, State>) {
        state.is_running = false;
        self.0.changed.notify_all();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if thread::panicking() {
            self.end(self.0.lock());
        }
    }
}
