//! What `robofy-conversation` drives its inboxes with: chats whose results are handed to a function, timers, threads, and what
//! is kept of a result.
//!
//! Hidden, and no part of the public interface: these functions are called on the thread that serves every client of the
//! process, and whoever blocks there holds up all of them.

mod kept;

use std::fmt;
use std::io;
use std::time::Instant;

use tokio::task::AbortHandle;

pub use self::kept::{keep, kept, unknown};
pub use crate::sys::fork::PerProcess;
pub use crate::sys::notifier::Notifier;

use crate::client::Client;
use crate::engine;
use crate::error::Error;
use crate::message::{Message, Reply};
use crate::wire::Endpoint;

/// Ends a chat or a timer.
pub struct Handle(AbortHandle);

impl Handle {
    /// Ends it, unless it has ended. A chat's function is told.
    pub fn abort(&self) {
        self.0.abort();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Checks a message, and sends nothing.
///
/// # Errors
///
/// [`InvalidArgument`](crate::Status::InvalidArgument) names what is wrong.
pub fn check(client: &Client, message: &Message) -> Result<(), Error> {
    client.outgoing(message, Endpoint::WhatsApp).map(drop)
}

/// Sends a message. `done` is called once, on the engine's thread, with no lock of the client's held; it must not block.
///
/// # Errors
///
/// As [`Client::submit`]; `done` is not called then, and nothing was sent.
pub fn tell(
    client: &Client,
    message: &Message,
    done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
) -> Result<Handle, Error> {
    let outgoing = client.outgoing(message, Endpoint::WhatsApp)?;
    client.engine().tell(outgoing, done).map(Handle)
}

/// Calls `then` at that time, on the engine's thread, which is started for it; it must not block.
///
/// # Errors
///
/// [`Connect`](crate::Status::Connect): the engine could not be started.
pub fn at(
    client: &Client,
    at: Instant,
    then: impl FnOnce() + Send + 'static,
) -> Result<Handle, Error> {
    client.engine().at(at, then).map(Handle)
}

/// Runs work that waits for a disk on a thread of its own, on which all signals are blocked.
///
/// # Errors
///
/// The process has as many of them as it may have, or the system refuses one. Nothing is done then.
pub fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    engine::spawn_for_disk(work)
}
