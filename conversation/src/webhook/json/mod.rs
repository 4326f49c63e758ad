//! JSON read in place (RFC 8259): no tree is built, so that memory follows what is kept and not what was sent.
//!
//! serde_json refuses a string with half a surrogate pair and a value of another type than asked for, and what it can
//! step over without keeping it reads again at each level. Here a value of the wrong type is stepped over, and a body is
//! passed through about twice.

mod reader;
mod string;
mod value;

pub(super) use self::reader::Reader;
pub(super) use self::value::Value;

#[cfg(test)]
mod tests;
