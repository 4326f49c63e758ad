//! A connection is made, and each step of it told.

use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, ProtocolVersion};
use tokio::time::timeout;

use super::cause::Cause;
use super::step::{Done, Failed, Found, Step};
use crate::engine::{Connector, Observer, Peer, transport};
use crate::error::Error;

/// What is told of a connection that is made.
pub(super) enum Event {
    Done(Done),
    Ended(Result<(), Box<Failed>>),
}

pub(super) struct Trace {
    steps: std::vec::IntoIter<Step>,
    /// When the last step was done.
    since: Instant,
    events: Sender<Event>,
}

impl Trace {
    pub(super) fn new(steps: Vec<Step>, events: Sender<Event>) -> Self {
        Self {
            steps: steps.into_iter(),
            since: Instant::now(),
            events,
        }
    }

    pub(super) async fn run(mut self, connector: Connector, limit: Duration) {
        let connected = timeout(limit, connector.connect_observed(&mut self)).await;
        let outcome = match connected {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failure)) => Err(self.failed(Cause::of(&failure), failure.into())),
            Err(_) => Err(self.failed(Cause::Late, transport::connect_timeout())),
        };
        _ = self.events.send(Event::Ended(outcome.map_err(Box::new)));
    }

    /// It is the first step that is not done.
    fn failed(&self, cause: Cause, error: Error) -> Failed {
        let step = self.steps.as_slice().first();
        Failed {
            step: step.copied().unwrap_or(Step::Tcp),
            took: self.since.elapsed(),
            cause,
            error,
        }
    }

    fn done(&mut self, step: Step, found: Found) {
        self.steps.by_ref().find(|known| *known == step);
        let now = Instant::now();
        let took = now.duration_since(self.since);
        self.since = now;
        _ = self.events.send(Event::Done(Done { step, took, found }));
    }
}

impl Observer for Trace {
    fn resolved(&mut self, peer: Peer, addresses: &[SocketAddr]) {
        if peer == Peer::Service {
            let addresses = addresses.iter().map(SocketAddr::ip).collect();
            self.done(Step::Dns, Found::Addresses(addresses));
        }
    }

    fn connected(&mut self, peer: Peer, address: SocketAddr) {
        if peer == Peer::Service {
            self.done(Step::Tcp, Found::Connection(address));
        }
    }

    fn tunnelled(&mut self) {
        self.done(Step::Proxy, Found::Tunnel);
    }

    fn secured(&mut self, peer: Peer, session: &ClientConnection) {
        if peer == Peer::Service {
            let session = Found::Session {
                version: version(session),
                protocol: protocol(session),
            };
            self.done(Step::Tls, session);
        }
    }
}

fn version(session: &ClientConnection) -> &'static str {
    match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS 1.3",
    }
}

fn protocol(session: &ClientConnection) -> Option<&'static str> {
    match session.alpn_protocol() {
        Some(b"h2") => Some("HTTP/2"),
        Some(b"http/1.1") => Some("HTTP/1.1"),
        _ => None,
    }
}
