//! What the Rust peers share: the chat they send, and the gate at which the harness measures them.

pub mod chat;
pub mod gate;
