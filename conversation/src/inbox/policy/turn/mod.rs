//! When a turn begins, what it holds, and what becomes of it.

pub mod burst;
pub mod crash;
pub mod due;
pub mod edit;
