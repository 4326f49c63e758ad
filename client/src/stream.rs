//! An answer while it is written, for a program with threads or an event loop.

use std::fmt;
use std::io;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::engine::Streamed;
use crate::error::{Error, Status};
use crate::event::Event;
use crate::message::Message;
use crate::options::{LONGEST_TIMEOUT, Target};
use crate::path;
use crate::sys::fork::PerProcess;
use crate::wire::Endpoint;

impl Client {
    /// Sends one message to `path` below the base URL, where the agent answers in server-sent events, and does not wait: the
    /// events are the stream's. The service's reference does not name the path. The platform is the message's, `web` unless it
    /// names one.
    ///
    /// [`Message::timeout`], or else [the client's](crate::Options::timeout), bounds the time to the first event, retries
    /// included, and then the time from each event to the next; comments, which some servers send to keep a connection alive,
    /// are no events. The time in which events wait to be taken does not count. The stream as a whole has no bound.
    ///
    /// From the call until its end is taken, or it is dropped, the stream counts towards
    /// [`max_in_flight`](crate::Options::max_in_flight). It is sent again only before the service has answered, as chats are.
    /// With [`ordered_sessions`](crate::Options::ordered_sessions) its session's next message waits until the answer has come
    /// whole.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for a bad message or path; one that names another host, leads out
    /// of the base URL or has a query is refused. [`Overloaded`](crate::Status::Overloaded) at
    /// [`max_in_flight`](crate::Options::max_in_flight). All else is the stream's.
    ///
    /// ```no_run
    /// # use robofy_client::{Client, EventKind, Message, Options};
    /// # let client = Client::new("your-api-key", &Options::new())?;
    /// let message = Message::new("your-pid", "your-chatbot-id", "Hello");
    /// let mut stream = client.stream("/v1/the-streaming-path", &message)?;
    /// for event in &mut stream {
    ///     let event = event?;
    ///     if event.kind() == EventKind::Delta {
    ///         print!("{}", event.text().unwrap_or_default());
    ///     }
    /// }
    /// println!(" ({:?})", stream.session_id());
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn stream(&self, path: &str, message: &Message) -> Result<EventStream, Error> {
        let url = path::join(&self.settings().base, path)?;
        let outgoing = self.outgoing(message, Endpoint::AnyPlatform)?;
        let stream = self.engine().stream(outgoing, Target::of(&url)?)?;
        Ok(EventStream::new(stream, self.clone()))
    }
}

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
    _client: Client,
}

impl EventStream {
    pub(crate) fn new(stream: Streamed, client: Client) -> Self {
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
