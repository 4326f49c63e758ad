//! From a message to the body of a request.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::surrogates::well_formed;
use crate::error::Error;
use crate::message::Message;

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
}
