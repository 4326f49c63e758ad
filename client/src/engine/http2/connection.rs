//! A connection that many chats share: what the service allows on it, and how many use it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use h2::client::SendRequest;

use super::handshake::{MAX_STREAMS, UNKNOWN};
use crate::engine::connect::meter::Meter;
use crate::error::Error;

pub(crate) struct Http2 {
    requests: SendRequest<Bytes>,
    meter: Meter,
    /// Chats on it. Changes under the lock of its pool only.
    in_use: AtomicUsize,
    /// Streams that the service allows, of what is made use of.
    streams: AtomicUsize,
    /// The service has answered on it.
    answered: AtomicBool,
    /// Nobody new comes on it.
    closed: AtomicBool,
    /// Those who are on it go on.
    draining: AtomicBool,
    failure: OnceLock<Error>,
}

impl Http2 {
    pub(crate) fn new(requests: SendRequest<Bytes>, meter: Meter) -> Self {
        Self {
            requests,
            meter,
            in_use: AtomicUsize::new(0),
            streams: AtomicUsize::new(UNKNOWN),
            answered: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            failure: OnceLock::new(),
        }
    }

    pub(crate) fn requests(&self) -> &SendRequest<Bytes> {
        &self.requests
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

    pub(crate) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    pub(crate) fn set_answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// It was lost, or is about to be. Who is still on it finds out alone.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// True if it was open before.
    pub(super) fn drain(&self) -> bool {
        let was_closed = self.closed.swap(true, Ordering::Relaxed);
        self.draining.fetch_or(!was_closed, Ordering::Relaxed);
        !was_closed
    }

    pub(super) fn fail(&self, error: Error) {
        _ = self.failure.set(error);
        self.close();
    }

    /// Why it was lost, where that is known.
    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }
}
