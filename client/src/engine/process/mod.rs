//! What all clients of a process share.

pub(crate) mod budget;
pub(crate) mod eviction;
pub(crate) mod runtime;
pub(crate) mod threads;
