//! What an agent wrote, as WhatsApp text in messages that fit: pure functions, no I/O.

mod atoms;
mod bounds;
mod clean;
mod dialect;
mod entity;
mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod grammar;
mod lookalike;
mod markdown;
mod mask;
mod names;
#[cfg(test)]
mod properties;
mod split;
mod tidy;
pub(crate) mod url;
mod width;

pub use dialect::{Dialect, guess};
pub use format::format;
pub use split::{LIMIT, split};

/// An answer as the texts of the messages to send: [`format()`], then [`split`] between blocks.
///
/// `limit` is in UTF-16 units; 0 stands for [`LIMIT`]. An answer that is blank has no parts.
///
/// ```
/// use robofy_conversation::text::{Dialect, parts};
///
/// assert_eq!(parts("## Hours\n\n**Mon**: 9 to 5", Dialect::Auto, 0), ["*Hours*\n\n*Mon*: 9 to 5"]);
/// ```
pub fn parts(text: &str, dialect: Dialect, limit: u32) -> Vec<String> {
    split(&format(text, dialect), limit)
}
