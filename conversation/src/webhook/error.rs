//! Why a webhook is not read.

use std::fmt;

use super::limits::{MAX_BODY, MAX_DEPTH};

/// Why a webhook is not read. It quotes neither the body nor a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A secret was given and is empty: anybody could sign.
    EmptySecret,
    /// The signature is missing or wrong: answer 401.
    Signature(SignatureFault),
    /// The body cannot be read: answer 400.
    Malformed(Malformed),
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureFault {
    /// A secret is set, and the request has no signature.
    Missing,
    /// No secret makes this signature of this body.
    Wrong,
}

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// More than [`MAX_BODY`] bytes.
    TooLarge,
    /// More than [`MAX_DEPTH`] arrays and objects in each other.
    TooDeep,
    /// Not UTF-8.
    NotUtf8,
    /// Not JSON (RFC 8259).
    NotJson,
    /// Not a form: Twilio's only.
    NotForm,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySecret => f.write_str("the webhook's secret is empty"),
            Self::Signature(SignatureFault::Missing) => f.write_str(
                "the webhook has no signature: it is not from the channel, or the secret is not set there",
            ),
            Self::Signature(SignatureFault::Wrong) => f.write_str(
                "the webhook's signature is wrong: another secret, a body that was changed on its way, or not from the channel",
            ),
            Self::Malformed(fault) => write!(f, "the webhook's body {fault}"),
        }
    }
}

/// What stands after the name of a body.
impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "is larger than {MAX_BODY} bytes"),
            Self::TooDeep => write!(f, "nests deeper than {MAX_DEPTH} levels"),
            Self::NotUtf8 => f.write_str("is not UTF-8"),
            Self::NotForm => f.write_str("is not a form"),
            Self::NotJson => f.write_str("is not JSON"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Malformed> for Error {
    fn from(fault: Malformed) -> Self {
        Self::Malformed(fault)
    }
}

impl From<SignatureFault> for Error {
    fn from(fault: SignatureFault) -> Self {
        Self::Signature(fault)
    }
}
