//! What went wrong, in words that a person can act on.

pub(crate) mod causes;
pub(crate) mod connecting;
pub(crate) mod response;
pub(crate) mod tls;
pub(crate) mod transport;
