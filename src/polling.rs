//! How many threads are in a call that another thread may end by freeing the handle.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one of them may still have to do: a store that is stuck is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Counts the threads that poll.
pub(crate) struct Pollers {
    process: u32,
    count: Mutex<usize>,
    all_gone: Condvar,
}

/// One of them, until it is dropped.
pub(crate) struct Poller(Arc<Pollers>);

impl Pollers {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            process: std::process::id(),
            count: Mutex::default(),
            all_gone: Condvar::new(),
        })
    }

    /// `None` in a process that was forked from the pollers': one of their threads may have had the lock at that moment.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Poller> {
        self.is_here().then(|| {
            *self.lock() += 1;
            Poller(self.clone())
        })
    }

    /// Waits until all have gone.
    pub(crate) fn wait(&self) {
        if self.is_here() {
            let any = |count: &mut usize| *count > 0;
            drop(self.all_gone.wait_timeout_while(self.lock(), PATIENCE, any));
        }
    }

    fn is_here(&self) -> bool {
        self.process == std::process::id()
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        let mut count = self.0.lock();
        *count -= 1;
        if *count == 0 {
            self.0.all_gone.notify_all();
        }
    }
}
