//! The process-wide runtime: it starts with the first client that chats and is gone, threads and all, with the last.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;
use std::{io, thread};

use tokio::runtime::{Builder, Handle};

use super::threads;
use crate::error::{Error, Status};
use crate::sys::signals::BlockedSignals;

/// One is enough for 40 000 chats a second. With two, what one allocates the other frees, and a long run takes a third more
/// memory.
const WORKERS: usize = 1;
/// The workers end at once; on a machine that is too busy to run them, they are given the time.
const SHUTDOWN: Duration = Duration::from_secs(10);
/// A `getaddrinfo` that stalls must not hold up the host for longer when it frees its last client.
const STUCK: Duration = Duration::from_millis(500);

/// Dropped by a thread of the host's, never by a task of its own.
pub(crate) struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn start() -> Result<Self, Error> {
        // Its threads inherit the mask from their first instruction on.
        let _blocked = BlockedSignals::all();
        ask_for_threads()
            .and_then(|()| build())
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| out_of_resources(&error))
    }

    pub(crate) fn handle(&self) -> Result<&Handle, Error> {
        let runtime = self.0.as_ref();
        runtime
            .map(tokio::runtime::Runtime::handle)
            .ok_or_else(|| Error::internal("the runtime is gone"))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let Some(runtime) = self.0.take() else { return };
        if Handle::try_current().is_ok() {
            // Tokio panics where a task of another runtime would wait.
            runtime.shutdown_background();
        } else {
            runtime.shutdown_timeout(SHUTDOWN);
            // Nobody is left to begin more.
            threads::join(STUCK);
        }
    }
}

/// Tokio panics where the system refuses it a thread. So as many as the workers and one for `getaddrinfo` are started
/// before, all alive at once.
fn ask_for_threads() -> io::Result<()> {
    let barrier = Mutex::new(());
    thread::scope(|scope| {
        let held = barrier.lock();
        let threads = (0..=WORKERS).map(|_| {
            let thread = thread::Builder::new();
            thread.spawn_scoped(scope, || drop(barrier.lock()))
        });
        let started: io::Result<Vec<_>> = threads.collect();
        drop(held);
        started.map(drop)
    })
}

fn build() -> io::Result<tokio::runtime::Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(WORKERS)
        // Blocking work has threads of its own.
        .max_blocking_threads(1)
        .thread_name("robofy")
        .on_thread_start(|| BlockedSignals::all().keep())
        .enable_io()
        .enable_time();
    catch_unwind(AssertUnwindSafe(|| builder.build()))
        .unwrap_or_else(|_| Err(io::Error::other("the system refused a thread")))
}

/// Nothing was sent.
fn out_of_resources(error: &io::Error) -> Error {
    Error::new(
        Status::Connect,
        format!(
            "could not start the network engine: {error}; check the limits on open files, threads and memory of this process"
        ),
    )
}
