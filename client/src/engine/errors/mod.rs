//! What went wrong, in words that a person can act on.

pub(crate) mod causes;
pub(crate) mod connecting;
pub(crate) mod response;
pub(crate) mod tls;
pub(crate) mod transport;

/// Whom a step of connecting is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Service,
    Proxy,
}
