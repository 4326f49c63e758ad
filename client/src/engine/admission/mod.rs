//! What a message waits for before it may be sent.

pub(crate) mod pacing;
pub(crate) mod sessions;
