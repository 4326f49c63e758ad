//! Counts connections and chats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::{Deserialize, Serialize};

/// Counters since the start of a stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// TCP connections accepted, whether or not a TLS handshake succeeded on them.
    pub connections_accepted: u64,
    /// TCP connections open now.
    pub connections_open: u64,
    /// Requests received.
    pub requests: u64,
    /// Requests received and not yet answered wholly.
    pub in_flight: u64,
    /// The most that were ever in flight at once.
    pub max_in_flight: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    connections_accepted: AtomicU64,
    connections_open: AtomicU64,
    requests: AtomicU64,
    in_flight: AtomicU64,
    max_in_flight: AtomicU64,
}

/// Counts as an open connection until dropped.
pub(crate) struct OpenConnection {
    pub number: u64,
    counters: Arc<Counters>,
}

/// Counts as a request in flight until dropped.
pub(crate) struct InFlight(Arc<Counters>);

impl Counters {
    pub fn connection_opened(self: &Arc<Self>) -> OpenConnection {
        self.connections_open.fetch_add(1, Relaxed);
        OpenConnection {
            number: self.connections_accepted.fetch_add(1, Relaxed) + 1,
            counters: self.clone(),
        }
    }

    pub fn request_began(self: &Arc<Self>) -> InFlight {
        self.requests.fetch_add(1, Relaxed);
        let in_flight = self.in_flight.fetch_add(1, Relaxed) + 1;
        self.max_in_flight.fetch_max(in_flight, Relaxed);
        InFlight(self.clone())
    }

    pub fn stats(&self) -> Stats {
        Stats {
            connections_accepted: self.connections_accepted.load(Relaxed),
            connections_open: self.connections_open.load(Relaxed),
            requests: self.requests.load(Relaxed),
            in_flight: self.in_flight.load(Relaxed),
            max_in_flight: self.max_in_flight.load(Relaxed),
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.counters.connections_open.fetch_sub(1, Relaxed);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
