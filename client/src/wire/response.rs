//! From the body of a response to an answer or to the service's words on an error.

use std::fmt;
use std::str;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::surrogates::Text;

/// What a 200 carries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) answer: String,
    pub(crate) session_id: Option<String>,
    pub(crate) message: Option<String>,
}

/// Reads a success body; the error says what is wrong with it.
pub(crate) fn decode_answer(body: &[u8]) -> Result<Answer, &'static str> {
    let text = str::from_utf8(body).map_err(|_| "the body is not UTF-8")?;
    let envelope = parse_envelope(text).ok_or("the body is not the documented JSON object")?;
    let answer = envelope.answer.ok_or("data.answer is missing")?;
    if answer.is_empty() {
        return Err("data.answer is empty");
    }
    // WhatsApp refuses to send it.
    if answer.chars().all(is_blank) {
        return Err("data.answer is blank");
    }
    Ok(Answer {
        answer,
        session_id: envelope.session_id,
        message: envelope.message,
    })
}

/// Whether a reader sees nothing: white space, and characters without a width.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What an error response says in the service's envelope; nothing of it if the body is not one.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) detail: Option<String>,
}

/// Reads an error body as far as it is the service's envelope.
pub(crate) fn decode_error(body: &[u8]) -> ServiceError {
    let envelope = str::from_utf8(body)
        .ok()
        .and_then(parse_envelope)
        .unwrap_or_default();
    ServiceError {
        message: envelope.message,
        code: envelope.code,
        detail: envelope.detail,
    }
}

/// The members that the contract names, flat; all others, and those of another type, are tolerated and left out.
#[derive(Default)]
struct Envelope {
    message: Option<String>,
    answer: Option<String>,
    session_id: Option<String>,
    code: Option<String>,
    detail: Option<String>,
}

/// `None` unless the text is one JSON object, perhaps behind a byte order mark (RFC 8259, section 8.1).
fn parse_envelope(text: &str) -> Option<Envelope> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut envelope = Envelope::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Object(|key: &str, value: Member<'_>| match key {
        "message" => value.text(&mut envelope.message),
        "data" => value.object(|key, value| match key {
            "answer" => value.text(&mut envelope.answer),
            "session_id" => value.text(&mut envelope.session_id),
            _ => {}
        }),
        "error" => value.object(|key, value| match key {
            "code" => value.code(&mut envelope.code),
            "detail" => value.text(&mut envelope.detail),
            _ => {}
        }),
        _ => {}
    })
    .deserialize(&mut deserializer)
    .ok()?;
    deserializer.end().ok()?;
    Some(envelope)
}

/// One member's value, still as written.
struct Member<'a>(&'a RawValue);

impl Member<'_> {
    fn text(self, into: &mut Option<String>) {
        if let Ok(Text(text)) = serde_json::from_str(self.0.get()) {
            *into = Some(text);
        }
    }

    /// A name, or as with Meta a number.
    fn code(self, into: &mut Option<String>) {
        match self.0.get().parse::<i64>() {
            Ok(number) => *into = Some(number.to_string()),
            Err(_) => self.text(into),
        }
    }

    fn object(self, visit: impl FnMut(&str, Member<'_>)) {
        let mut deserializer = serde_json::Deserializer::from_str(self.0.get());
        // Another type than an object: tolerated, and nothing is read from it.
        let _ = Object(visit).deserialize(&mut deserializer);
    }
}

/// Hands each member of a JSON object to a function; of a key that stands twice, the last is what stays.
struct Object<F>(F);

impl<'de, F: FnMut(&str, Member<'de>)> DeserializeSeed<'de> for Object<F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&str, Member<'de>)> Visitor<'de> for Object<F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match key.as_str() {
                "message" | "data" | "error" | "answer" | "session_id" | "code" | "detail" => {
                    (self.0)(&key, Member(map.next_value()?));
                }
                // Not kept, so that an unknown member may nest as deep as it likes.
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str) -> Result<Answer, &'static str> {
        decode_answer(body.as_bytes())
    }

    fn answer(body: &str) -> String {
        decoded(body).unwrap().answer
    }

    #[test]
    fn an_answer_is_read_with_its_session_and_message() {
        let body = r#"{"message":"Success","data":{"answer":"Hi!","session_id":"918727"}}"#;
        let expected = Answer {
            answer: "Hi!".into(),
            session_id: Some("918727".into()),
            message: Some("Success".into()),
        };
        assert_eq!(decoded(body), Ok(expected));
    }

    #[test]
    fn what_the_contract_does_not_name_is_tolerated() {
        let depth = if cfg!(miri) { 1000 } else { 100_000 };
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        for extra in ["1", "null", r#"{"answer":"no"}"#, &deep] {
            let body = format!(
                r#"{{"new":{extra},"message":{extra},"data":{{"new":{extra},"answer":"Hi","session_id":{extra}}}}}"#
            );
            assert_eq!(answer(&body), "Hi", "{}", &extra[..extra.len().min(20)]);
        }
    }

    #[test]
    fn answers_keep_what_a_string_can_hold_and_replace_what_it_cannot() {
        for (json, expected) in [
            (r"\ud83d\udc4b", "\u{1f44b}"),
            (r"a\ud83db", "a\u{fffd}b"),
            (r"\udc4b\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\u0000", "\0"),
        ] {
            let body = format!(r#"{{"data":{{"answer":"{json}"}}}}"#);
            assert_eq!(answer(&body), expected, "{json}");
        }
    }

    #[test]
    fn the_last_of_two_keys_stays_and_a_byte_order_mark_is_passed_over() {
        let body = "\u{feff}{\"data\":{\"answer\":\"a\",\"answer\":\"b\"}}";
        assert_eq!(answer(body), "b");
    }

    #[test]
    fn no_answer_is_never_an_empty_answer() {
        for body in [
            "",
            "null",
            "[]",
            "{}",
            "{",
            r#"{"data":null}"#,
            r#"{"data":{}}"#,
            r#"{"data":{"answer":null}}"#,
            r#"{"data":{"answer":42}}"#,
            r#"{"data":{"answer":""}}"#,
            r#"{"data":{"answer":"cut"#,
            r#"{"data":{"answer":"a"}} trailing"#,
            r#"[{"data":{"answer":"a"}}]"#,
        ] {
            assert!(decoded(body).is_err(), "{body}");
        }
        assert!(decode_answer(b"{\"data\":{\"answer\":\"\xff\"}}").is_err());
    }

    #[test]
    fn an_answer_of_blanks_is_none() {
        for blanks in [
            " ",
            "\u{a0}\t\n\u{3000}",
            "\u{200b}",
            "\u{2060} \u{feff}",
            "\u{200e}\u{202e}\u{2800}\u{3164}",
            "\u{fe0f}\u{e0020}\u{ad}",
        ] {
            let json = serde_json::to_string(blanks).unwrap();
            let body = format!(r#"{{"data":{{"answer":{json}}}}}"#);
            assert_eq!(decoded(&body), Err("data.answer is blank"), "{json}");
        }
        let body = |text: &str| format!(r#"{{"data":{{"answer":"{text}"}}}}"#);
        for text in [".", "\u{200b}a", "\u{1f44b}", " \u{e9} ", "\u{fffd}"] {
            assert_eq!(answer(&body(text)), text);
        }
    }

    #[test]
    fn an_error_is_read_as_far_as_it_is_the_envelope() {
        let error = decode_error(br#"{"message":"No","error":{"code":"FORBIDDEN","detail":"d"}}"#);
        assert_eq!(error.message.as_deref(), Some("No"));
        assert_eq!(error.code.as_deref(), Some("FORBIDDEN"));
        assert_eq!(error.detail.as_deref(), Some("d"));
        let error = decode_error(br#"{"error":{"message":"(#4) Limit","code":130429}}"#);
        assert_eq!(error.code.as_deref(), Some("130429"));
        assert_eq!(decode_error(b"<html>"), ServiceError::default());
        assert_eq!(
            decode_error(br#"{"error":"flat"}"#),
            ServiceError::default()
        );
    }
}
