//! How records are written: numbers of variable length (LEB128), texts by length, the same on every machine.

pub(super) mod key;
mod message;
mod person;
mod session;
mod sums;
#[cfg(test)]
mod tests;
mod turn;
mod value;

pub(super) use person::{Alias, Person};
pub(super) use session::Header;
pub(super) use sums::{Stamped, Sums, VERSION, version};
pub(super) use value::{Damaged, Read, Reader, Value, decode};
