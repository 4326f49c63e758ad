//! What all clients of a process share.

pub(crate) mod runtime;
