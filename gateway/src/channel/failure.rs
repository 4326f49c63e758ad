//! Why a part was not sent, in the words of an inbox.

use std::fmt;

use serde_json::Value;

/// The connection was lost after the request had left: nobody knows.
pub const LOST: i32 = -1;
/// No connection: the provider has not seen it. Meta's code for "under maintenance", which is sent again and cannot double.
pub const NOT_TAKEN: i32 = 131_057;
/// A message cannot be sent to this user: Meta's code for a user without a phone number.
const NO_ADDRESS: i32 = 131_062;

/// Why a part was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For [`Inbox::failed`](robofy_conversation::inbox::Inbox::failed): Meta's code, or a status of HTTP, or [`LOST`].
    pub code: i32,
    /// For a person.
    pub words: String,
}

impl Failure {
    pub(super) fn new(code: i32, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }

    /// A refusal in the provider's own words, which are shortened for a log.
    pub(super) fn refused(code: i32, words: &Value, otherwise: &str) -> Self {
        let words = words.as_str().unwrap_or(otherwise);
        Self::new(code, words.chars().take(300).collect::<String>())
    }

    pub(super) fn no_address() -> Self {
        Self::new(NO_ADDRESS, "the provider has no address of this user")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            LOST | NOT_TAKEN => f.write_str(&self.words),
            code => write!(f, "{} (code {code})", self.words),
        }
    }
}

/// A provider's code.
pub(super) fn code_of(value: &Value) -> Option<i32> {
    value.as_i64().and_then(|code| i32::try_from(code).ok())
}
