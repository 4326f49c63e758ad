//! The process-wide runtime: it starts with the first client that chats and is gone, threads and all, with the last.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;
use std::{io, thread};

use tokio::runtime::{Builder, Handle};

use crate::error::{Error, Status};
use crate::sys::signals;

/// One is enough for 40 000 chats a second. With two, what one allocates the other frees, and a long run takes a third more
/// memory.
const WORKERS: usize = 1;
/// Threads for `getaddrinfo`, which is entered once at a time for each name. So many names have to be stuck before another
/// one waits.
const RESOLVERS: usize = 256;
/// A `getaddrinfo` that stalls must not hold up the host for longer when it frees its last client.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// Dropped by the thread that frees the last client, never by a task.
pub(crate) struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn start() -> Result<Self, Error> {
        let before = signals::block_all();
        let built = ask_for_threads().and_then(|()| build());
        before.restore();
        built
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
            // Inside of somebody's asynchronous task waiting is not allowed.
            runtime.shutdown_background();
        } else {
            runtime.shutdown_timeout(SHUTDOWN);
        }
    }
}

/// Where the system refuses a thread tokio panics, so whether there are enough is found out before: for the worker and
/// one for `getaddrinfo`, all at once.
fn ask_for_threads() -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        let closed = gate.lock();
        let threads = (0..=WORKERS).map(|_| {
            let thread = thread::Builder::new();
            thread.spawn_scoped(scope, || drop(gate.lock()))
        });
        let asked: io::Result<Vec<_>> = threads.collect();
        drop(closed);
        asked.map(drop)
    })
}

fn build() -> io::Result<tokio::runtime::Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(WORKERS)
        .max_blocking_threads(RESOLVERS)
        .thread_name("robofy")
        .on_thread_start(|| _ = signals::block_all())
        .enable_io()
        .enable_time();
    catch_unwind(AssertUnwindSafe(|| builder.build()))
        .unwrap_or_else(|_| Err(io::Error::other("the system refused a thread")))
}

/// The process has no descriptor, thread or memory left for the engine: nothing was sent.
fn out_of_resources(error: &io::Error) -> Error {
    Error::new(
        Status::Connect,
        format!(
            "could not start the network engine: {error}; check the limits on open files, threads and memory of this process"
        ),
    )
}
