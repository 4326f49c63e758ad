//! An answer while it is written, for a program with threads or an event loop.

use std::fmt;
use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::Streamed;
use crate::error::{Error, Status};
use crate::event::Event;
use crate::options::LONGEST_TIMEOUT;
use crate::sys::fork::PerProcess;

/// An agent's answer while it is written: its [events](Event), one after another.
///
/// It is an iterator, which waits for each event. It ends after the service's word for the end, `[DONE]`, or with an error
/// as its last item. For an event loop, [`poll_fd`](Self::poll_fd) tells when [`wait`](Self::wait) has something.
///
/// Each event is waited for by one thread; several threads may share a stream, and each event goes to one of them.
///
/// **What is not taken waits.** Beyond some 32 KB of events the service is not asked for more: over HTTP/2 it may send one
/// window of 256 KB on top of that. Other streams and chats are not held up.
///
/// **Dropped** before its end, it cancels the answer and resets the HTTP/2 stream. It keeps its client's connections alive.
///
/// After `fork()` a stream is its parent's: in the child it ends at once, as [`Cancelled`](Status::Cancelled).
#[must_use = "dropped, it cancels the answer"]
pub struct EventStream {
    // Dropped in this order: the stream is given up before its client may go.
    stream: PerProcess<Streamed>,
    _client: Arc<dyn Send + Sync>,
}

impl EventStream {
    pub(crate) fn new(stream: Streamed, client: Arc<dyn Send + Sync>) -> Self {
        Self {
            stream: PerProcess::with(stream),
            _client: client,
        }
    }

    /// The next event, waited for up to `timeout`; with `None` for as long as it takes, which the client's timeout bounds.
    /// `Ok(None)` if there was none in time, and after the end: [`is_done`](Self::is_done) tells them apart.
    ///
    /// # Errors
    ///
    /// Each [`Status`] but `Overloaded`, once: how the stream ended.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<Option<Event>, Error> {
        let deadline = timeout.map(|timeout| Instant::now() + timeout.min(LONGEST_TIMEOUT));
        self.streamed()?.next(deadline)
    }

    /// True once the end was taken: there will be no further event, and no further error.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stream.get().is_none_or(Streamed::is_done)
    }

    /// The answer so far: the text of the events that were taken, also of a stream that was cut short. It goes up to
    /// [`Options::max_response_bytes`](crate::Options::max_response_bytes); what comes after that is in the events alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.stream.get().map(Streamed::text).unwrap_or_default()
    }

    /// The conversation that the answer belongs to, once its event was taken. The service names it near the end, after
    /// [`Finish`](crate::EventKind::Finish).
    #[must_use]
    pub fn session_id(&self) -> Option<String> {
        self.stream.get()?.session_id()
    }

    /// A descriptor for event loops, readable exactly while an event, or the end, waits to be taken. It belongs to the
    /// stream and must not be read, written or closed.
    ///
    /// # Errors
    ///
    /// The operating system's, when the process has no descriptor left.
    pub fn poll_fd(&self) -> io::Result<RawFd> {
        let stream = self.stream.get().ok_or(io::ErrorKind::Unsupported)?;
        stream.descriptor()
    }

    /// Cancels the answer: whoever waits is told [`Cancelled`](Status::Cancelled) at once, and events that wait to be taken
    /// are dropped. False if the end was taken before. The agent may have seen the message.
    pub fn cancel(&self) -> bool {
        self.stream.get().is_some_and(Streamed::cancel)
    }

    pub(crate) fn streamed(&self) -> Result<&Streamed, Error> {
        self.stream.get().ok_or_else(left_behind)
    }
}

/// Waits for each event; after an error there is none.
impl Iterator for EventStream {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}

impl std::iter::FusedIterator for EventStream {}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}

fn left_behind() -> Error {
    Error::new(
        Status::Cancelled,
        "the stream belongs to the process that began it, before a fork",
    )
}
