//! What is known of a service from the last connection that told: its protocol, and how many chats a connection carries.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Protocol {
    /// No TLS handshake has told yet.
    Unknown,
    /// One chat at a time on each connection.
    Http1,
    /// Many chats on one connection.
    Http2,
}

pub(crate) struct Service {
    protocol: AtomicU8,
    streams: AtomicUsize,
}

impl Service {
    pub(crate) fn new(protocol: Protocol) -> Self {
        Self {
            protocol: AtomicU8::new(protocol as u8),
            streams: AtomicUsize::new(usize::MAX),
        }
    }

    pub(crate) fn protocol(&self) -> Protocol {
        match self.protocol.load(Ordering::Acquire) {
            1 => Protocol::Http1,
            2 => Protocol::Http2,
            _ => Protocol::Unknown,
        }
    }

    pub(crate) fn speaks(&self, protocol: Protocol) {
        self.protocol.store(protocol as u8, Ordering::Release);
    }

    /// How many chats the next connection may be expected to carry. Before any has told, all wait for the first.
    pub(crate) fn streams(&self) -> usize {
        match self.protocol() {
            Protocol::Http1 => 1,
            Protocol::Http2 | Protocol::Unknown => self.streams.load(Ordering::Relaxed),
        }
    }

    /// A service that allows no stream at all is asked with one chat at a time.
    pub(crate) fn allows(&self, streams: usize) {
        self.streams.store(streams.max(1), Ordering::Relaxed);
    }
}
