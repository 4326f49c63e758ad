//! What a message waits for, or is refused by, before it may be sent.

mod gcra;
pub(crate) mod limit;
mod meter;
pub(crate) mod pacing;
pub(crate) mod sessions;
