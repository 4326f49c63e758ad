//! The process-wide runtime: it starts with the first client that chats and is gone, threads and all, with the last.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use super::signals;
use crate::error::{Error, Status};

const WORKERS: usize = 2;
/// Threads for `getaddrinfo`, which only one caller a transport enters at a time.
const RESOLVERS: usize = 2;
/// A `getaddrinfo` that stalls must not hold up the host for longer when it frees its last client.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// Dropped by the thread that frees the last client, never by a task.
pub(crate) struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn start() -> Result<Self, Error> {
        let before = signals::block_all();
        let built = Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(RESOLVERS)
            .thread_name("robofy")
            .on_thread_start(|| {
                signals::block_all();
            })
            .enable_io()
            .enable_time()
            .build();
        before.restore();
        built
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| out_of_resources(&error))
    }

    pub(crate) fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(|runtime| runtime.handle())
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

/// The process has no descriptor, thread or memory left for the engine: nothing was sent.
fn out_of_resources(error: &io::Error) -> Error {
    Error::new(
        Status::Connect,
        format!(
            "could not start the network engine: {error}; check the limits on open files and threads of this process"
        ),
    )
}
