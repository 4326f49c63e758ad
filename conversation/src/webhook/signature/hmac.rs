//! HMAC (RFC 2104) with any of several secrets.

use ring::hmac::{self, Algorithm, HMAC_SHA256, Key};
use zeroize::Zeroizing;

/// One secret, wiped on drop.
pub(in crate::webhook) type Secret = Zeroizing<Box<[u8]>>;

/// Whether one of the secrets makes this tag, in hexadecimal digits.
pub(super) fn by_hex(algorithm: Algorithm, secrets: &[Secret], digits: &str, body: &[u8]) -> bool {
    let tag = hex(digits);
    tag.is_some_and(|tag| any(algorithm, secrets, body, &tag))
}

/// Whether one of the secrets makes this tag of this message.
pub(super) fn any(algorithm: Algorithm, secrets: &[Secret], message: &[u8], tag: &[u8]) -> bool {
    secrets
        .iter()
        .any(|secret| hmac::verify(&Key::new(algorithm, secret), message, tag).is_ok())
}

/// Whether two texts are the same, without telling by the time how far they are.
pub(in crate::webhook) fn same(expected: &[u8], given: &[u8]) -> bool {
    let key = Key::new(HMAC_SHA256, expected);
    hmac::verify(&key, given, hmac::sign(&key, expected).as_ref()).is_ok()
}

pub(super) fn hex(digits: &str) -> Option<Vec<u8>> {
    // SHA-512's are the longest.
    if digits.len() > 128 || digits.len() % 2 == 1 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let byte = |pair: &[u8]| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?);
    digits.as_bytes().chunks(2).map(byte).collect()
}
