//! A connection that many chats share: what the service allows on it, and how many use it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::handshake::{LastStream, MAX_STREAMS, UNKNOWN};
use crate::engine::connect::meter::Meter;
use crate::error::Error;

/// Dropped once the service has answered a ping that was sent after it, or never will.
pub(super) type Probe = oneshot::Sender<()>;

/// What the chats of a connection ask its driver.
pub(crate) struct Probes(pub(super) UnboundedReceiver<Probe>);

/// Why nobody new comes on a connection.
enum End {
    /// Those who are on it go on.
    Drained,
    /// Who is still on it finds out alone.
    Lost(Option<Error>),
}

pub(crate) struct Http2 {
    /// Locked for a moment only, and no other lock is taken meanwhile but h2's own.
    requests: Mutex<SendRequest<Bytes>>,
    meter: Meter,
    /// Chats on it. Changes under the lock of its pool only.
    in_use: AtomicUsize,
    /// Streams that the service allows, of what is made use of.
    streams: AtomicUsize,
    /// A request was begun on it.
    asked: AtomicBool,
    /// The service has answered on it.
    answered: AtomicBool,
    last_stream: LastStream,
    end: OnceLock<End>,
    probes: UnboundedSender<Probe>,
}

impl Http2 {
    /// The probes are for its driver.
    pub(crate) fn new(
        requests: SendRequest<Bytes>,
        meter: Meter,
        last_stream: LastStream,
    ) -> (Self, Probes) {
        let (probes, asked) = unbounded_channel();
        let connection = Self {
            requests: Mutex::new(requests),
            meter,
            in_use: AtomicUsize::new(0),
            streams: AtomicUsize::new(UNKNOWN),
            asked: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            last_stream,
            end: OnceLock::new(),
            probes,
        };
        (connection, Probes(asked))
    }

    /// Waits until the service has read all that was sent before, or the connection is over.
    pub(super) fn has_read(&self) -> impl Future<Output = ()> + Send + use<> {
        let (probe, answered) = oneshot::channel();
        _ = self.probes.send(probe);
        async {
            _ = answered.await;
        }
    }

    pub(crate) fn requests(&self) -> SendRequest<Bytes> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, SendRequest<Bytes>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(crate) fn in_use(&self) -> usize {
        self.in_use.load(Ordering::Relaxed)
    }

    pub(crate) fn enter(&self) {
        self.in_use.fetch_add(1, Ordering::Relaxed);
    }

    /// How many chats are left on it.
    pub(crate) fn leave(&self) -> usize {
        self.in_use.fetch_sub(1, Ordering::Relaxed) - 1
    }

    /// The service's limit, once its first SETTINGS frame has come.
    pub(crate) fn streams(&self) -> Option<usize> {
        let streams = self.streams.load(Ordering::Relaxed);
        (streams != UNKNOWN).then_some(streams)
    }

    /// How many more chats may come. One need not wait for the service's limit.
    pub(crate) fn room(&self) -> usize {
        match self.is_closed() {
            true => 0,
            false => self.streams().unwrap_or(1).saturating_sub(self.in_use()),
        }
    }

    /// True if the limit is another than before.
    pub(super) fn allow(&self, streams: usize) -> bool {
        let streams = streams.min(MAX_STREAMS);
        self.streams.swap(streams, Ordering::Relaxed) != streams
    }

    /// The service has answered on it, or says that it will. What it says before there is a request is worth nothing.
    pub(crate) fn is_of_use(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
            || (self.asked.load(Ordering::Relaxed) && self.last_stream.is_some())
    }

    pub(crate) fn set_asked(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    pub(crate) fn set_answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Nobody new comes on it.
    pub(crate) fn is_closed(&self) -> bool {
        self.end.get().is_some()
    }

    /// It was lost, or is about to be.
    pub(crate) fn close(&self) {
        _ = self.end.set(End::Lost(None));
    }

    pub(super) fn fail(&self, error: Error) {
        _ = self.end.set(End::Lost(Some(error)));
    }

    pub(crate) fn is_draining(&self) -> bool {
        matches!(self.end.get(), Some(End::Drained))
    }

    /// True once, when the service takes no more requests and goes on with those that it has (RFC 9113, section 6.8).
    pub(super) fn drains(&self, cx: &mut Context<'_>) -> bool {
        !self.is_closed()
            && matches!(self.lock().poll_ready(cx), Poll::Ready(Err(_)))
            && self.end.set(End::Drained).is_ok()
    }

    /// Why it was lost, where that is known.
    pub(crate) fn failure(&self) -> Option<&Error> {
        match self.end.get()? {
            End::Lost(error) => error.as_ref(),
            End::Drained => None,
        }
    }
}
