//! Decisions, each a pure function of what is known and the time. Every store shares them.

pub mod horizon;
pub mod human;
pub mod identity;
pub mod sending;
pub mod turn;
pub mod typing;
