//! The API key and other secrets: wiped when freed, never printed.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderValue;
use zeroize::Zeroizing;

use crate::error::Error;

/// Shorter keys are not searched for in the service's words: they would match ordinary text.
const SHORTEST_REDACTED: usize = 4;
const SCHEME: &str = "Bearer ";
const REDACTED: &str = "[API key]";

/// A text that `Debug` does not show, such as a proxy URL with its password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// One wiped buffer holds `Bearer <key>`; the header sent with each request shares it.
pub(crate) struct ApiKey {
    bearer: Arc<Zeroizing<Vec<u8>>>,
    header: HeaderValue,
}

struct SharedBearer(Arc<Zeroizing<Vec<u8>>>);

impl AsRef<[u8]> for SharedBearer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl ApiKey {
    pub(crate) fn new(key: &str) -> Result<Self, Error> {
        let refuse = |problem: &str| Err(Error::invalid_argument("api_key", problem));
        if key.is_empty() {
            return refuse("must not be empty");
        }
        if key.bytes().any(|byte| byte.is_ascii_control()) {
            return refuse("has a control character, perhaps a line break at its end");
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("has a space or a character outside ASCII");
        }
        let mut bearer = Zeroizing::new(Vec::with_capacity(SCHEME.len() + key.len()));
        bearer.extend_from_slice(SCHEME.as_bytes());
        bearer.extend_from_slice(key.as_bytes());
        let bearer = Arc::new(bearer);
        let shared = Bytes::from_owner(SharedBearer(bearer.clone()));
        let mut header = HeaderValue::from_maybe_shared(shared)
            .map_err(|_| Error::invalid_argument("api_key", "cannot be sent in a header"))?;
        header.set_sensitive(true);
        Ok(Self { bearer, header })
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// `text` without the key, for words that came from the service. They may have been cut off within the key.
    pub(crate) fn redact(&self, text: String) -> String {
        let key = std::str::from_utf8(&self.bearer[SCHEME.len()..]).unwrap_or_default();
        if key.len() < SHORTEST_REDACTED {
            return text;
        }
        // As it is first: what looks like an escape may be the key's own.
        let text = if text.contains(key) {
            text.replace(key, REDACTED)
        } else {
            text
        };
        let mut shown = String::new();
        let mut from = 0;
        let mut at = 0;
        while at < text.len() {
            let (known, length) = spelled(key.as_bytes(), &text.as_bytes()[at..]);
            let is_cut = known >= SHORTEST_REDACTED && at + length == text.len();
            if known == key.len() || is_cut {
                shown.push_str(&text[from..at]);
                shown.push_str(REDACTED);
                at += length;
                from = at;
            } else {
                at += 1;
            }
        }
        if from == 0 {
            return text;
        }
        shown.push_str(&text[from..]);
        shown
    }
}

/// How many of the key's characters a text begins with, and in how many bytes: as they are, or escaped as in JSON or in a URL.
fn spelled(key: &[u8], text: &[u8]) -> (usize, usize) {
    let mut length = 0;
    for (known, &byte) in key.iter().enumerate() {
        match spelling(byte, &text[length..]) {
            Some(bytes) => length += bytes,
            None => return (known, length),
        }
    }
    (key.len(), length)
}

fn spelling(byte: u8, text: &[u8]) -> Option<usize> {
    let is = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok();
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) == Some(byte.into())
    };
    match *text {
        [b'%', a, b, ..] if is(&[a, b]) => Some(3),
        [b'\\', b'u', a, b, c, d, ..] if is(&[a, b, c, d]) => Some(6),
        [b'\\', escaped, ..] if escaped == byte && b"\"\\/".contains(&byte) => Some(2),
        [first, ..] if first == byte => Some(1),
        _ => None,
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([wiped on free])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_travels_as_a_sensitive_bearer_header() {
        let key = ApiKey::new("sk-canary").unwrap();
        assert_eq!(key.header().as_bytes(), b"Bearer sk-canary");
        assert!(key.header().is_sensitive());
    }

    #[test]
    fn the_key_is_not_printed() {
        let key = ApiKey::new("sk-canary").unwrap();
        assert!(!format!("{key:?} {:?}", key.header()).contains("canary"));
    }

    #[test]
    fn the_key_is_taken_out_of_the_services_words() {
        let key = ApiKey::new("sk-canary").unwrap();
        assert_eq!(key.redact("bad sk-canary!".into()), "bad [API key]!");
    }

    #[test]
    fn a_key_that_was_cut_off_is_taken_out_too() {
        let key = ApiKey::new("sk-canary").unwrap();
        assert_eq!(key.redact("bad sk-canar".into()), "bad [API key]");
        assert_eq!(key.redact("sk-canary, sk-c".into()), "[API key], [API key]");
        assert_eq!(key.redact("ask sk-".into()), "ask sk-");
    }

    #[test]
    fn keys_that_no_header_can_carry_are_refused_by_name() {
        for key in ["", "two words", "line\n", "tab\t", "caf\u{e9}", "nul\0"] {
            let error = ApiKey::new(key).unwrap_err();
            assert!(error.message().starts_with("api_key "), "{key:?}: {error}");
        }
    }

    #[test]
    fn a_key_is_found_in_what_it_is_escaped_as() {
        let key = ApiKey::new(r#"sk/ab+cd="e\f"#).unwrap();
        for escaped in [
            r#"sk/ab+cd="e\f"#,
            r#"sk/ab+cd=\"e\\f"#,
            r#"sk\/ab+cd\u003D\"e\\f"#,
            "sk%2Fab%2bcd%3D%22e%5Cf",
            r"sk%2Fab+cd\u003d%22e\f",
            "sk%2Fa",
            r"sk\/ab",
        ] {
            assert_eq!(key.redact(format!("é{escaped}")), "é[API key]");
        }
        let twice = r"é% \ sk\/ab+cd=%22e%5Cf é sk/ab+cd=%22e%5Cf, %zz \u12é";
        assert_eq!(
            key.redact(twice.to_owned()),
            r"é% \ [API key] é [API key], %zz \u12é"
        );
        assert_eq!(key.redact("sk/ab é".to_owned()), "sk/ab é");
    }
}
