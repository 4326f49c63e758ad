//! What went wrong, in words that a person can act on.

pub(crate) mod response;
pub(crate) mod transport;
