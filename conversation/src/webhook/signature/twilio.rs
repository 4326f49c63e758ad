//! Twilio's signature (Twilio, "Webhooks Security"): base64 of HMAC-SHA1 over the URL and the sorted parameters, or over
//! the URL alone if that has the body's SHA-256. A shared key's is HMAC-SHA256.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::hmac::{Algorithm, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};

use super::hmac::{Secret, any, hex};
use crate::sorting::sort;
use crate::webhook::form;

pub(super) fn is_right(secrets: &[Secret], signature: &str, url: &str, body: &[u8]) -> bool {
    let Ok(tag) = STANDARD.decode(signature) else {
        return false;
    };
    let algorithm = match tag.len() {
        32 => HMAC_SHA256,
        _ => HMAC_SHA1_FOR_LEGACY_USE_ONLY,
    };
    let parameters = match form::get(form::query(url), "bodySHA256") {
        None => match parameters(body) {
            Some(parameters) => parameters,
            None => return false,
        },
        Some(sum) if is_sum(&sum, body) => String::new(),
        Some(_) => return false,
    };
    let check = |url: &str| check(algorithm, secrets, &tag, url, &parameters);
    // Twilio signs with the port and without it ("…sig generation on back end is inconsistent", twilio-python).
    check(url) || other_port(url).is_some_and(|url| check(&url))
}

fn check(
    algorithm: Algorithm,
    secrets: &[Secret],
    tag: &[u8],
    url: &str,
    parameters: &str,
) -> bool {
    any(
        algorithm,
        secrets,
        [url, parameters].concat().as_bytes(),
        tag,
    )
}

/// Twilio sends below a hundred.
const MOST: usize = 1000;

/// Names and values, sorted; of what stands twice with one value, one.
fn parameters(body: &[u8]) -> Option<String> {
    let mut pairs: Vec<_> = form::pairs(body).take(MOST + 1).collect();
    if pairs.len() > MOST {
        return None;
    }
    sort(&mut pairs, Ord::cmp);
    pairs.dedup();
    let mut parameters = String::with_capacity(body.len());
    parameters.extend(pairs.iter().flat_map(|(name, value)| [&**name, &**value]));
    Some(parameters)
}

fn is_sum(digits: &str, body: &[u8]) -> bool {
    // Nothing of it is secret: the URL is signed.
    hex(digits).is_some_and(|sum| sum == digest(&SHA256, body).as_ref())
}

/// The URL with the scheme's own port if it has none, and without one if it has.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let port = if scheme.eq_ignore_ascii_case("https") {
        "443"
    } else {
        "80"
    };
    // Not the last colon of an IPv6 address.
    Some(match authority.rsplit_once(':') {
        Some((host, given)) if !given.contains(']') => format!("{scheme}://{host}{path}"),
        _ => format!("{scheme}://{authority}:{port}{path}"),
    })
}
