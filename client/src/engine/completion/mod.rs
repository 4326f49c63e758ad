//! How a chat's result reaches whoever waits for it.

pub(crate) mod awaited;
pub(crate) mod queue;
pub(crate) mod streamed;
pub(crate) mod ticket;
pub(crate) mod told;
