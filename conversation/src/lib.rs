//! WhatsApp conversations with Robofy agents: a webhook in, one answer out, in order, once.

#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod inbox;
mod sorting;
pub mod text;
pub mod webhook;
