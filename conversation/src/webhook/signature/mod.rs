//! Whether a body comes from its channel: compared in constant time, over the bytes as they came.

mod evolution;
mod hmac;
mod twilio;

use std::time::SystemTime;

use ring::hmac::{HMAC_SHA256, HMAC_SHA512};

use self::hmac::by_hex;
pub(super) use self::hmac::{Secret, same};
use super::channel::Channel;
use super::error::{Error, SignatureFault};

/// A request, as far as it is signed.
pub(super) struct Request<'a> {
    pub(super) url: &'a str,
    pub(super) signature: Option<&'a str>,
    pub(super) body: &'a [u8],
    pub(super) now: SystemTime,
}

/// Checks a request against each secret; without secrets it passes.
pub(super) fn verify(
    channel: Channel,
    secrets: &[Secret],
    request: &Request<'_>,
) -> Result<(), Error> {
    if secrets.is_empty() {
        return Ok(());
    }
    let signature = request
        .signature
        .map(str::trim)
        .filter(|signature| !signature.is_empty());
    let Some(signature) = signature else {
        return match channel {
            Channel::Evolution => evolution::by_api_key(secrets, request.body),
            _ => Err(SignatureFault::Missing.into()),
        };
    };
    let right = match channel {
        Channel::Meta => signature
            .strip_prefix("sha256=")
            .is_some_and(|digits| by_hex(HMAC_SHA256, secrets, digits, request.body)),
        Channel::Waha => by_hex(HMAC_SHA512, secrets, signature, request.body),
        Channel::Evolution => evolution::by_token(secrets, signature, request.now),
        Channel::Twilio => twilio::is_right(secrets, signature, request.url, request.body),
    };
    if right {
        Ok(())
    } else {
        Err(SignatureFault::Wrong.into())
    }
}

#[cfg(test)]
mod tests;
