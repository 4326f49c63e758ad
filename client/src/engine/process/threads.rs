//! Threads for work that blocks: the lookup of a name, the reading of a large answer or of a file.
//!
//! A blocking pool of tokio's queues what it has no thread for. Where the system refuses threads, that waits for as long as
//! the process lives. Here whoever asks for a thread is told at once.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::sys::fork::PerProcess;
use crate::sys::signals::BlockedSignals;

/// Lookups may be stuck for minutes: no more than so many are, each of another name.
pub(crate) const MAX: usize = 256;
/// Lookups have the others, however many disks are stuck.
const MAX_FOR_DISKS: usize = MAX / 2;

static THREADS: PerProcess<Threads> = PerProcess::new();

/// Runs `work` on a thread of its own, or fails because there is none.
pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Threads::get().spawn(work)
}

/// The same for work that waits for a disk, if there is a right to it now.
pub(crate) fn spawn_for_disk(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let threads = Threads::get();
    let permit = threads.for_disks.try_acquire().map_err(io::Error::other)?;
    threads.spawn(move || {
        work();
        drop(permit);
    })
}

/// The right to a thread that waits for a disk. Comes when others have given theirs back.
pub(crate) async fn permit_for_disk() -> io::Result<SemaphorePermit<'static>> {
    let permit = Threads::get().for_disks.acquire().await;
    permit.map_err(io::Error::other)
}

/// Waits until all work is done, but not for longer than `within`: what is stuck is left behind.
pub(crate) fn join(within: Duration) {
    Threads::get().join(within);
}

struct Threads {
    state: Mutex<State>,
    all_done: Condvar,
    for_disks: Semaphore,
}

impl Default for Threads {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            all_done: Condvar::new(),
            for_disks: Semaphore::new(MAX_FOR_DISKS),
        }
    }
}

#[derive(Default)]
struct State {
    running: usize,
    handles: Vec<JoinHandle<()>>,
}

impl Threads {
    fn get() -> &'static Self {
        THREADS.get_or_init(Self::default)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&'static self, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let running = Running::begin(self)?;
        // The thread inherits the mask from its first instruction on.
        let _blocked = BlockedSignals::all();
        let handle = Builder::new().name("robofy".to_owned()).spawn(move || {
            let _running = running;
            work();
        })?;
        let mut state = self.lock();
        state.handles.retain(|handle| !handle.is_finished());
        state.handles.push(handle);
        Ok(())
    }

    fn join(&self, within: Duration) {
        let waited = self
            .all_done
            .wait_timeout_while(self.lock(), within, |state| state.running > 0);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let are_all_done = state.running == 0;
        let is_over = |handle: &mut JoinHandle<()>| are_all_done || handle.is_finished();
        let over: Vec<_> = state.handles.extract_if(.., is_over).collect();
        // Nothing is kept for a client that may never come.
        state.handles.shrink_to_fit();
        drop(state);
        for handle in over {
            _ = handle.join();
        }
    }
}

/// Counts a thread until its work is done, which a panic ends too.
struct Running(&'static Threads);

impl Running {
    fn begin(threads: &'static Threads) -> io::Result<Self> {
        let mut state = threads.lock();
        if state.running == MAX {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.running += 1;
        Ok(Self(threads))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.running -= 1;
        if state.running == 0 {
            self.0.all_done.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn threads() -> &'static Threads {
        Box::leak(Box::default())
    }

    #[test]
    fn what_is_not_stuck_is_waited_for() {
        let threads = threads();
        let (go_on, told) = mpsc::channel();
        threads.spawn(move || told.recv().unwrap()).unwrap();
        threads.spawn(move || go_on.send(()).unwrap()).unwrap();
        threads.join(HOUR);
        let state = threads.lock();
        assert_eq!((state.running, state.handles.len()), (0, 0));
    }

    #[test]
    fn what_is_stuck_is_left_behind() {
        let threads = threads();
        let (_go_on, told) = mpsc::channel::<()>();
        threads.spawn(move || _ = told.recv()).unwrap();
        let begun = Instant::now();
        let within = Duration::from_millis(20);
        threads.join(within);
        assert!(begun.elapsed() >= within);
        assert_eq!(threads.lock().running, 1);
    }

    #[test]
    fn there_are_no_more_than_the_most() {
        let threads = threads();
        let most: Vec<_> = (0..MAX).map(|_| Running::begin(threads)).collect();
        assert!(threads.spawn(|| ()).is_err());
        drop(most);
        threads.spawn(|| ()).unwrap();
        threads.join(HOUR);
    }

    #[test]
    fn a_panic_ends_work_too() {
        let threads = threads();
        threads.spawn(|| panic!("as it works")).unwrap();
        threads.join(HOUR);
    }
}
