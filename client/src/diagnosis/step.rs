//! The steps, and what is told of them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::cause::Cause;
use crate::error::Error;

/// A part of the way, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The addresses of the service's name.
    Dns,
    /// All that a proxy takes: its name, TCP and TLS to it, and its consent to a tunnel.
    Proxy,
    /// A connection to the service.
    Tcp,
    /// The handshake with the service.
    Tls,
}

impl Step {
    /// All of them. A way has some: see [`Diagnosis::steps`](super::Diagnosis::steps).
    pub const ALL: [Self; 4] = [Self::Dns, Self::Proxy, Self::Tcp, Self::Tls];
}

/// What a step has found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// The addresses of the service's name, in the order in which they are tried.
    Addresses(Vec<IpAddr>),
    /// The proxy made a tunnel to the service.
    Tunnel,
    /// The address that answered.
    Connection(SocketAddr),
    /// The service's certificate is trusted.
    #[non_exhaustive]
    Session {
        /// `TLS 1.3` or `TLS 1.2`.
        version: &'static str,
        /// `HTTP/2` or `HTTP/1.1`, if the service chose one (ALPN, RFC 7301). If not, it is spoken to in HTTP/1.1.
        protocol: Option<&'static str>,
    },
}

/// A step that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Which.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// What it found.
    pub found: Found,
}

/// The step that failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failed {
    /// Which.
    pub step: Step,
    /// How long it took.
    pub took: Duration,
    /// Why, for a program.
    pub cause: Cause,
    /// Why, as a chat would tell it.
    pub error: Error,
}
