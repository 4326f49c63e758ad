//! Half a surrogate pair, as of a name cut amid an emoji: JSON can escape one, and no Unicode text has one. U+FFFD stands
//! in its place, in what is sent and in what is received.

use std::borrow::Cow;
use std::fmt;
use std::str;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// JSON in which each escape of half a surrogate pair is one of U+FFFD, of the same length; the rest is left alone.
pub(super) fn well_formed(json: &str) -> Cow<'_, str> {
    let mut json = Cow::Borrowed(json);
    let mut at = 0;
    // In JSON a backslash stands in strings only, and what it escapes may be a backslash.
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        let unit = escaped_unit(&json, at);
        at += match unit {
            Some(0xd800..=0xdbff) if is_low(escaped_unit(&json, at + UNIT)) => 2 * UNIT,
            Some(0xd800..=0xdfff) => {
                json.to_mut().replace_range(at..at + UNIT, r"\ufffd");
                UNIT
            }
            _ => 2,
        };
    }
    json
}

/// The length of an escaped UTF-16 code unit: `\u` and four digits.
const UNIT: usize = 6;

fn escaped_unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + UNIT)?.strip_prefix(r"\u")?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_low(unit: Option<u16>) -> bool {
    matches!(unit, Some(0xdc00..=0xdfff))
}

/// A JSON string in which half of a surrogate pair, which no Rust string can hold, becomes U+FFFD.
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(replace_surrogates(bytes)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }
        // Asked for bytes, serde_json writes a lone surrogate as its three-byte form instead of failing.
        deserializer.deserialize_bytes(Bytes)
    }
}

fn replace_surrogates(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, broken) = rest.split_at(error.valid_up_to());
                text.push_str(str::from_utf8(valid).unwrap_or_default());
                text.push('\u{fffd}');
                // The body was UTF-8, so what is broken is a surrogate: ED A0..BF xx.
                rest = broken.get(3..).unwrap_or_default();
            }
        }
    }
}
