//! Where a webhook comes from.

/// Where a webhook comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Channel {
    /// Meta's Cloud API, and who forwards its body, as 360dialog does.
    Meta = 0,
    /// WAHA, an HTTP API for WhatsApp Web.
    Waha = 1,
    /// Evolution API.
    Evolution = 2,
    /// Twilio.
    Twilio = 3,
}
