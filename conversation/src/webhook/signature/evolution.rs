//! Evolution API signs nothing. It can send a token (its webhook header `jwt_key`: RFC 7519, HS256, ten minutes), and
//! puts the instance's key into the body. Both show who sends, and not that the body is whole.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::HMAC_SHA256;

use super::hmac::{Secret, any, same};
use crate::webhook::error::{Error, SignatureFault};
use crate::webhook::json::{Reader, Value};

/// `Authorization: Bearer` and a token that one of the secrets has signed and that is not over.
pub(super) fn by_token(secrets: &[Secret], authorization: &str, now: SystemTime) -> bool {
    let (scheme, token) = authorization.split_once(' ').unwrap_or_default();
    scheme.eq_ignore_ascii_case("bearer") && is_right(secrets, token.trim(), now).unwrap_or(false)
}

fn is_right(secrets: &[Secret], token: &str, now: SystemTime) -> Option<bool> {
    let (signed, tag) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    if !any(HMAC_SHA256, secrets, signed.as_bytes(), &tag) {
        return Some(false);
    }
    let algorithm = member(header, "alg")?;
    let end: f64 = serde_json::from_str(&member(claims, "exp")?).ok()?;
    let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
    Some(algorithm == "HS256" && now < end)
}

/// The body's `apikey` is one of the secrets.
pub(super) fn by_api_key(secrets: &[Secret], body: &[u8]) -> Result<(), Error> {
    let key = std::str::from_utf8(body)
        .ok()
        .and_then(|body| object(body)?.get("apikey").word().into_owned().into());
    let key = key
        .filter(|key: &String| !key.is_empty())
        .ok_or(SignatureFault::Missing)?;
    let known = secrets.iter().any(|secret| same(secret, key.as_bytes()));
    if known {
        Ok(())
    } else {
        Err(SignatureFault::Wrong.into())
    }
}

fn member(part: &str, name: &str) -> Option<String> {
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
    Some(object(&json)?.get(name).word().into_owned())
}

fn object(json: &str) -> Option<Value<'_>> {
    Reader::new(json).value().ok()
}
