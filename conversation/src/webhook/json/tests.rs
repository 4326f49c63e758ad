use proptest::prelude::*;

use super::{Reader, Value};
use crate::webhook::error::Malformed;
use crate::webhook::limits::MAX_DEPTH;

fn checked(json: &str) -> Result<Value<'_>, Malformed> {
    let mut reader = Reader::new(json);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

fn word(json: &str) -> String {
    checked(json).unwrap().word().into_owned()
}

#[test]
fn strings_are_read_as_they_are_escaped() {
    for (json, text) in [
        (r#""plain""#, "plain"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u0928""#, "\u{e9}\u{928}"),
        (r#""\ud83d\udc4b""#, "\u{1f44b}"),
        (r#""\uD83D\uDC4B""#, "\u{1f44b}"),
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""x\udc4b\ud83dy""#, "x\u{fffd}\u{fffd}y"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ud83d\ud83d\udc4b""#, "\u{fffd}\u{1f44b}"),
        (r#""\\ud83d""#, r"\ud83d"),
        (r#""a\u0000b""#, "a\u{fffd}b"),
        (" 12.50 ", "12.50"),
        ("true", ""),
        ("{}", ""),
    ] {
        assert_eq!(word(json), text, "{json}");
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for json in [
        "",
        " ",
        "{",
        "[",
        "{,}",
        "[,]",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "nul",
        "tru",
        "01",
        "1.",
        "-",
        "1e",
        "+1",
        ".5",
        "\"",
        "\"\\\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        "\"\n\"",
        "1 1",
        "]",
        "[}",
        "{\"a\":1]",
        "'a'",
        "NaN",
        "\u{feff}{}",
    ] {
        assert_eq!(checked(json).err(), Some(Malformed::NotJson), "{json}");
    }
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
        assert!(checked(&nested(MAX_DEPTH as usize)).is_ok());
        assert_eq!(
            checked(&nested(MAX_DEPTH as usize + 1)).err(),
            Some(Malformed::TooDeep)
        );
        assert_eq!(
            checked(&open.repeat(1_000_000)).err(),
            Some(Malformed::TooDeep)
        );
    }
}

#[test]
fn members_are_found_by_their_name_and_the_last_one_stays() {
    let value = checked(r#"{"a":1, "b":{"a":2},"\u0061":3,"a\ud83d":4,"c":[5,{}]}"#).unwrap();
    let [a, b, c, d] = value.pick(["a", "b", "c", "d"]);
    assert_eq!(
        (a.json(), b.json(), c.json(), d.json()),
        ("3", r#"{"a":2}"#, "[5,{}]", "null")
    );
    assert_eq!(b.get("a").json(), "2");
    assert_eq!(c.first().json(), "5");
    assert_eq!(c.get("a").json(), "null");
    assert_eq!(a.first().json(), "null");
    let found = value.find(&["c", "b"]).unwrap();
    assert_eq!((found.0, found.1.json()), (1, r#"{"a":2}"#));
}

fn json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u12ab",
        "\\ud83d",
        "\"a\"",
        "\"a\":",
        "1",
        "-0.5e7",
        "0",
        "true",
        "null",
        " ",
        "\n",
        "\u{1f44b}",
        "12345678",
        "\u{1}",
        "\u{7f}",
        "e",
        ".",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn accepts_what_serde_json_accepts(json in json()) {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
        prop_assert_eq!(checked(&json).is_ok(), theirs);
    }

    #[test]
    fn reads_what_serde_json_writes(text in any::<String>(), number in any::<i64>()) {
        let json = serde_json::json!({ "t": text, "n": [number, { "t": text }] }).to_string();
        let [t, n] = checked(&json).unwrap().pick(["t", "n"]);
        prop_assert_eq!(t.word(), text.replace('\0', "\u{fffd}"));
        prop_assert_eq!(n.first().word(), number.to_string());
    }
}
