//! What went wrong, in words that a person can act on.

pub(crate) mod causes;
pub(crate) mod connecting;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod statuses;
pub(crate) mod tls;
pub(crate) mod transport;

use std::fmt;

/// Whom a step of connecting is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Service,
    Proxy,
}

/// A peer that never comes to the point.
#[derive(Debug)]
pub(crate) struct Flood;

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than 512 KB came that is no part of an answer")
    }
}

impl std::error::Error for Flood {}
