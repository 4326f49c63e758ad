//! The service's request and response as they stand on the wire: no I/O here.

use std::borrow::Cow;
use std::fmt;
use std::str;

use bytes::Bytes;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::message::Message;

/// Where the chats of this library go, below the base URL (service contract, "Request").
pub(crate) const PATH: &str = "/v1/ai-agent/whatsapp/chat";
const PLATFORM: &str = "whatsapp";

/// A message as it is sent.
pub(crate) struct Encoded {
    pub(crate) body: Bytes,
    /// From the message, or from its `user_context`.
    pub(crate) session_id: Option<String>,
}

/// Checks a message and writes its request body; everything wrong with it is found here, before anything is sent.
pub(crate) fn encode(message: &Message) -> Result<Encoded, Error> {
    for (name, value) in [
        ("pid", Some(&message.pid)),
        ("chatbot_id", Some(&message.chatbot_id)),
        ("query", Some(&message.query)),
        ("session_id", message.session_id.as_ref()),
    ] {
        if value.is_some_and(String::is_empty) {
            return Err(Error::invalid_argument(name, "must not be empty"));
        }
    }
    let json = message.user_context.as_deref().map(well_formed);
    let extra = match &json {
        Some(json) => parse_context(json)?,
        None => Context::default(),
    };
    let session_id = agree_on_session(message.session_id.as_deref(), &extra)?;
    let request = Request {
        query: &message.query,
        pid: &message.pid,
        chatbot_id: &message.chatbot_id,
        user_context: UserContext {
            session_id: session_id.as_deref(),
            extra: &extra,
        },
    };
    let body = serde_json::to_vec(&request).map_err(Error::internal)?;
    Ok(Encoded {
        // It is kept for as long as the chat waits.
        body: body.into_boxed_slice().into(),
        session_id,
    })
}

/// JSON in which each escape of half a surrogate pair is one of U+FFFD, of the same length; the rest is left alone.
fn well_formed(json: &str) -> Cow<'_, str> {
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

fn parse_context(json: &str) -> Result<Context<'_>, Error> {
    let context: Context = serde_json::from_str(json).map_err(|error| {
        // Not in serde's words for a text or a number, which quote it whole.
        let problem = match error.is_data() {
            true => "is not a JSON object".to_owned(),
            false => format!("is not a JSON object: {error}"),
        };
        Error::invalid_argument("user_context", problem)
    })?;
    if context.members.iter().any(|(key, _)| key == "platform") {
        return Err(Error::invalid_argument(
            "user_context",
            "must not set platform: it is always whatsapp here",
        ));
    }
    Ok(context)
}

fn agree_on_session(given: Option<&str>, extra: &Context) -> Result<Option<String>, Error> {
    let mut session_id = given.map(str::to_owned);
    for (_, value) in extra.members.iter().filter(|(key, _)| key == "session_id") {
        let inner: String = serde_json::from_str(value.get()).unwrap_or_default();
        if inner.is_empty() {
            return Err(Error::invalid_argument(
                "user_context",
                "has a session_id that is not a text of one or more characters",
            ));
        }
        if *session_id.get_or_insert_with(|| inner.clone()) != inner {
            return Err(Error::invalid_argument(
                "user_context",
                "names another session_id than the message",
            ));
        }
    }
    Ok(session_id)
}

#[derive(Serialize)]
struct Request<'a> {
    query: &'a str,
    pid: &'a str,
    chatbot_id: &'a str,
    user_context: UserContext<'a>,
}

struct UserContext<'a> {
    session_id: Option<&'a str>,
    extra: &'a Context<'a>,
}

impl Serialize for UserContext<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(session_id) = self.session_id {
            map.serialize_entry("session_id", session_id)?;
        }
        map.serialize_entry("platform", PLATFORM)?;
        for (key, value) in &self.extra.members {
            if key != "session_id" {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// The caller's JSON object, its values kept as they were written: no number loses a digit.
#[derive(Default)]
struct Context<'a> {
    members: Vec<(String, &'a RawValue)>,
}

impl<'de> Deserialize<'de> for Context<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Context<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Context { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

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
            "code" => value.text(&mut envelope.code),
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

/// A JSON string in which half of a surrogate pair, which no Rust string can hold, becomes U+FFFD.
struct Text(String);

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

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message::new("3", "DKDvwn", "Hello")
    }

    fn encoded(message: &Message) -> String {
        String::from_utf8(encode(message).unwrap().body.to_vec()).unwrap()
    }

    fn refused(message: &Message) -> String {
        encode(message).err().unwrap().message().to_owned()
    }

    fn decoded(body: &str) -> Result<Answer, &'static str> {
        decode_answer(body.as_bytes())
    }

    fn answer(body: &str) -> String {
        decoded(body).unwrap().answer
    }

    #[test]
    fn a_request_is_the_contracts_example() {
        let mut message = message();
        message.session_id(Some("918727"));
        assert_eq!(
            encoded(&message),
            r#"{"query":"Hello","pid":"3","chatbot_id":"DKDvwn","user_context":{"session_id":"918727","platform":"whatsapp"}}"#
        );
    }

    #[test]
    fn user_context_is_merged_as_it_is_written() {
        let mut message = message();
        message.user_context(Some(
            r#" {"n": 12345678901234567890.10, "b":{"x" : null}} "#,
        ));
        assert!(encoded(&message).ends_with(
            r#""user_context":{"platform":"whatsapp","n":12345678901234567890.10,"b":{"x" : null}}}"#
        ));
    }

    #[test]
    fn half_a_surrogate_pair_in_the_context_is_replaced_and_nothing_else() {
        for (json, sent) in [
            (r#"{"n":"x\ud83d"}"#, r#""n":"x\ufffd"}}"#),
            (r#"{"n":"\uDC4b\uD83D"}"#, r#""n":"\ufffd\ufffd"}}"#),
            (
                r#"{"n":"\ud83d\ud83d\udc4b"}"#,
                r#""n":"\ufffd\ud83d\udc4b"}}"#,
            ),
            (r#"{"n":"\ud83d\n"}"#, r#""n":"\ufffd\n"}}"#),
            (r#"{"n":"\\ud83d"}"#, r#""n":"\\ud83d"}}"#),
            (r#"{"n":"\\\ud83d"}"#, r#""n":"\\\ufffd"}}"#),
            (
                r#"{"n":"\ud83dé","m":[1.10,{"k":1e999}]}"#,
                r#""n":"\ufffdé","m":[1.10,{"k":1e999}]}}"#,
            ),
            (
                r#"{"k\ud83d":{"in\udc4b":1}}"#,
                "\"k\u{fffd}\":{\"in\\ufffd\":1}}}",
            ),
        ] {
            let mut message = message();
            message.user_context(Some(json));
            let encoded = encoded(&message);
            assert!(encoded.ends_with(sent), "{json}: {encoded}");
        }
        let mut message = message();
        message.user_context(Some(r#"{"session_id":"9\ud83d"}"#));
        let sent = encode(&message).unwrap();
        assert_eq!(sent.session_id.as_deref(), Some("9\u{fffd}"));
    }

    #[test]
    fn a_session_in_the_context_is_the_messages_session() {
        let mut message = message();
        message.user_context(Some(r#"{"session_id":"7","a":1}"#));
        assert!(encoded(&message).ends_with(r#"{"session_id":"7","platform":"whatsapp","a":1}}"#));
        message.session_id(Some("8"));
        assert!(refused(&message).starts_with("user_context "));
    }

    #[test]
    fn contexts_that_cannot_be_sent_are_refused() {
        for json in [
            "",
            "[]",
            "null",
            "\"text\"",
            "{",
            "{} {}",
            "{\"a\":}",
            r#"{"platform":"web"}"#,
            r#"{"platform":"whatsapp"}"#,
            r#"{"session_id":7}"#,
            r#"{"session_id":""}"#,
            r#"{"a":"\ud83"#,
            r#"{"a":"\u+d83"}"#,
            r#"{"a":"\"#,
        ] {
            let mut message = message();
            message.user_context(Some(json));
            assert!(refused(&message).starts_with("user_context "), "{json}");
        }
    }

    #[test]
    fn a_refused_context_is_not_quoted() {
        for json in ["\"secret\"", "secret", "{\"a\": secret}", "{\"secret"] {
            let mut message = message();
            message.user_context(Some(json));
            assert!(!refused(&message).contains("secret"), "{json}");
        }
    }

    #[test]
    fn empty_values_are_refused_by_name() {
        assert!(refused(&Message::new("", "b", "q")).starts_with("pid "));
        assert!(refused(&Message::new("p", "", "q")).starts_with("chatbot_id "));
        assert!(refused(&Message::new("p", "b", "")).starts_with("query "));
        let mut message = message();
        message.session_id(Some(""));
        assert!(refused(&message).starts_with("session_id "));
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
        let said = decode_error(br#"{"message":"No","error":{"code":"FORBIDDEN","detail":"d"}}"#);
        assert_eq!(said.message.as_deref(), Some("No"));
        assert_eq!(said.code.as_deref(), Some("FORBIDDEN"));
        assert_eq!(said.detail.as_deref(), Some("d"));
        assert_eq!(decode_error(b"<html>"), ServiceError::default());
        assert_eq!(
            decode_error(br#"{"error":"flat"}"#),
            ServiceError::default()
        );
    }
}
