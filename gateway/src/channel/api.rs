//! What a provider's API can do.

use serde_json::Value;

use super::call::Call;
use super::failure::Failure;

/// A part of an answer, or typing, on its way to a user.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The user's phone number, or the address of a group.
    pub to: Option<&'a str>,
    /// The user's identifier without a phone number.
    pub recipient: Option<&'a str>,
    /// The text.
    pub text: &'a str,
    /// The message to quote.
    pub quoted: Option<&'a str>,
    /// The body for Meta, which is all of the above and its own.
    pub request: Option<&'a str>,
}

impl<'a> Part<'a> {
    /// The phone number if there is one, else the other identifier.
    pub(super) fn address(&self) -> Result<&'a str, Failure> {
        let address = self.to.or(self.recipient);
        address.ok_or_else(Failure::no_address)
    }
}

/// What a look at a channel has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// It works; what the provider says of it.
    Works(String),
    /// It does not; what is wrong, and what to do.
    Fails(String),
}

/// A provider's API: the calls, and what their answers mean.
pub trait Api: Send + Sync {
    /// Sends a text.
    ///
    /// # Errors
    ///
    /// The provider has no way to this user.
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure>;

    /// Shows that the agent is at work; `None` where the provider cannot.
    ///
    /// # Errors
    ///
    /// As [`text`](Self::text).
    fn typing(&self, part: &Part<'_>) -> Result<Option<Call>, Failure>;

    /// The identifier of a message that was taken.
    ///
    /// # Errors
    ///
    /// Why it was not.
    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure>;

    /// Looks at the account, and sends nothing to a user.
    fn probe(&self) -> Call;

    /// What came of that.
    fn judge(&self, status: u16, said: &Value) -> Probe;
}
