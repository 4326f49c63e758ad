//! The envelope around what a call brings: its `data`, still as written.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::surrogates::Text;

/// Where the value of `data` stands in a body; `None` unless that is one JSON object, and has one.
pub(crate) fn find_data(body: &str) -> Option<Range<usize>> {
    let json = body.strip_prefix('\u{feff}').unwrap_or(body);
    let [data] = members(json, ["data"])?;
    // A part of the body, so that their distance is its place.
    let begin = (data?.as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    Some(begin..begin + data?.len())
}

/// The values of these members of a JSON object, as they are written; `None` for another text than one object. Of a key that
/// stands twice the last counts.
pub(crate) fn members<'a, const N: usize>(
    json: &'a str,
    keys: [&str; N],
) -> Option<[Option<&'a str>; N]> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = Members { keys }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(found)
}

/// The first elements of a JSON array, at most so many, as they are written; `None` for another text than one array.
pub(crate) fn elements(json: &str, most: usize) -> Option<Vec<&str>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = deserializer.deserialize_seq(Elements { most }).ok()?;
    deserializer.end().ok()?;
    Some(found)
}

/// A JSON string's text; `None` for another value.
fn text(json: &str) -> Option<String> {
    let Text(text) = serde_json::from_str(json).ok()?;
    Some(text)
}

/// What a value says to a reader: a string's text, a number or a truth value as it is written; nothing for `null`, an
/// object and an array.
pub(crate) fn scalar(json: &str) -> Option<String> {
    match json.as_bytes().first()? {
        b'"' => text(json),
        b'n' | b'{' | b'[' => None,
        _ => Some(json.to_owned()),
    }
}

struct Members<'k, const N: usize> {
    keys: [&'k str; N],
}

impl<'de, const N: usize> DeserializeSeed<'de> for Members<'_, N> {
    type Value = [Option<&'de str>; N];
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<&'de str>; N];
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(Text(key)) = map.next_key()? {
            match self.keys.iter().position(|known| *known == key) {
                Some(place) => found[place] = Some(map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

struct Elements {
    most: usize,
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while found.len() < self.most
            && let Some(element) = seq.next_element::<&RawValue>()?
        {
            found.push(element.get());
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(body: &str) -> Option<&str> {
        find_data(body).map(|range| &body[range])
    }

    #[test]
    fn data_is_found_as_it_is_written() {
        for (body, found) in [
            (
                r#"{"message":"Success","data":{"a": 1.10}}"#,
                Some(r#"{"a": 1.10}"#),
            ),
            (r#"{"data":[1, 2]}"#, Some("[1, 2]")),
            (r#"{"data":null}"#, Some("null")),
            ("\u{feff} {\"data\" : 7 } ", Some("7")),
            (r#"{"data":1,"data":2}"#, Some("2")),
            (r#"{"run_id":"1"}"#, None),
            ("[1]", None),
            ("\"data\"", None),
            ("", None),
            (r#"{"data":1} trailing"#, None),
            (r#"{"data":"cut"#, None),
        ] {
            assert_eq!(data(body), found, "{body}");
        }
    }

    #[test]
    fn depth_is_no_matter() {
        let depth = if cfg!(miri) { 1000 } else { 100_000 };
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(data(&format!(r#"{{"x":{deep},"data":1}}"#)), Some("1"));
        let body = format!(r#"{{"data":{deep}}}"#);
        assert_eq!(data(&body), Some(&*deep));
    }

    #[test]
    fn values_are_read_as_what_they_are() {
        let json = r#"{"a":"x\ud83d","b":1.10,"c":null,"d":{},"e":true}"#;
        let [a, b, c, d, e, f] = members(json, ["a", "b", "c", "d", "e", "f"]).unwrap();
        assert_eq!(a.and_then(scalar).as_deref(), Some("x\u{fffd}"));
        assert_eq!(b.and_then(scalar).as_deref(), Some("1.10"));
        assert_eq!((c.and_then(scalar), d.and_then(scalar)), (None, None));
        assert_eq!((e.and_then(scalar).as_deref(), f), (Some("true"), None));
        assert_eq!((text("1"), text("\"a\"").as_deref()), (None, Some("a")));
        assert_eq!(
            elements("[1, {\"a\":[2]}]", 9).unwrap(),
            ["1", "{\"a\":[2]}"]
        );
        assert_eq!(elements("[1, 2, 3]", 2).unwrap(), ["1", "2"]);
        for no_array in ["{}", "[1, 2, 3", "[1] 2"] {
            assert_eq!(elements(no_array, 2), None, "{no_array}");
        }
    }
}
