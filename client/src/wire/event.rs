//! From the data of a server-sent event to an event: the UI message stream of the npm package `ai`, version 6.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::surrogates::Text;
use crate::event::{Event, EventKind};

/// What an event's data says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Event(Event),
    /// The service gives up the answer, in these words.
    Error(String),
}

/// Reads an event's data; hands it back if it is not JSON. What it does not know is [`EventKind::Other`], and so is what it knows
/// with a member of another type.
pub(crate) fn decode_event(json: String) -> Result<Said, String> {
    let members = match serde_json::from_str(&json) {
        Ok(members) => members,
        Err(_) if serde_json::from_str::<IgnoredAny>(&json).is_err() => return Err(json),
        // Anything but an object has no members.
        Err(_) => Members::default(),
    };
    let kind = members.kind.and_then(text);
    let (kind, name, text) = match kind.as_deref() {
        Some("error") => {
            return Ok(Said::Error(
                members.error.and_then(text).unwrap_or_default(),
            ));
        }
        Some("text-delta") => of(EventKind::Delta, kind, members.delta),
        Some("data-session") => of(EventKind::Session, kind, members.data),
        Some("finish") => {
            let reason = members.reason.and_then(text);
            (EventKind::Finish, kind, reason)
        }
        Some(tool) if tool.starts_with("tool-") => {
            (EventKind::Tool, members.tool.and_then(text), None)
        }
        _ => (EventKind::Other, kind, None),
    };
    Ok(Said::Event(Event {
        kind,
        name,
        text,
        json,
    }))
}

/// An event that is one by its text alone.
fn of(
    kind: EventKind,
    name: Option<String>,
    member: Option<&RawValue>,
) -> (EventKind, Option<String>, Option<String>) {
    match member.and_then(text) {
        Some(text) => (kind, name, Some(text)),
        None => (EventKind::Other, name, None),
    }
}

fn text(value: &RawValue) -> Option<String> {
    let Text(text) = serde_json::from_str(value.get()).ok()?;
    Some(text)
}

/// Of an event's members those that are read, still as written; of one that stands twice, the last.
#[derive(Default)]
struct Members<'a> {
    kind: Option<&'a RawValue>,
    delta: Option<&'a RawValue>,
    tool: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
    reason: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Members::default();
                while let Some(Text(key)) = map.next_key()? {
                    let member = match key.as_str() {
                        "type" => &mut members.kind,
                        "delta" => &mut members.delta,
                        "toolName" => &mut members.tool,
                        "data" => &mut members.data,
                        "finishReason" => &mut members.reason,
                        "errorText" => &mut members.error,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *member = Some(map.next_value()?);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, name and text.
    fn event(json: &str) -> (EventKind, Option<String>, Option<String>) {
        match decode_event(json.to_owned()) {
            Ok(Said::Event(event)) => {
                assert_eq!(event.json, json);
                (event.kind, event.name, event.text)
            }
            other => panic!("{json}: {other:?}"),
        }
    }

    #[test]
    fn the_vendors_sample_is_read() {
        use EventKind::{Delta, Finish, Other, Session, Tool};
        for (json, kind, name, text) in [
            (r#"{"type":"start","messageId":"m"}"#, Other, "start", None),
            (r#"{"type":"start-step"}"#, Other, "start-step", None),
            (
                r#"{"type":"text-delta","id":"0","delta":"Hel"}"#,
                Delta,
                "text-delta",
                Some("Hel"),
            ),
            (
                r#"{"type":"tool-input-start","toolCallId":"c","toolName":"book"}"#,
                Tool,
                "book",
                None,
            ),
            (
                r#"{"type":"finish","finishReason":"stop"}"#,
                Finish,
                "finish",
                Some("stop"),
            ),
            (r#"{"type":"finish"}"#, Finish, "finish", None),
            (
                r#"{"type":"data-session","data":"918727"}"#,
                Session,
                "data-session",
                Some("918727"),
            ),
        ] {
            let text = text.map(str::to_owned);
            assert_eq!(event(json), (kind, Some(name.to_owned()), text), "{json}");
        }
        let output = r#"{"type":"tool-output-available","toolCallId":"c","output":{}}"#;
        assert_eq!(event(output), (Tool, None, None));
    }

    #[test]
    fn what_is_unknown_or_of_another_type_is_other() {
        for json in [
            "7",
            "null",
            "[]",
            "\"text\"",
            "{}",
            r#"{"type":7}"#,
            r#"{"type":"text-delta"}"#,
            r#"{"type":"text-delta","delta":["a"]}"#,
            r#"{"type":"data-session","data":{"id":"a"}}"#,
            r#"{"type":"reasoning-delta","delta":"hm"}"#,
        ] {
            assert_eq!(event(json).0, EventKind::Other, "{json}");
        }
    }

    #[test]
    fn an_error_has_the_services_words() {
        let said = |json: &str| decode_event(json.to_owned());
        assert_eq!(
            said(r#"{"type":"error","errorText":"No credit."}"#),
            Ok(Said::Error("No credit.".to_owned()))
        );
        assert_eq!(said(r#"{"type":"error"}"#), Ok(Said::Error(String::new())));
    }

    #[test]
    fn what_is_not_json_is_told() {
        for json in [
            "",
            "{",
            "hello",
            "{} {}",
            r#"{"type":"text-delta","delta":"#,
        ] {
            assert_eq!(decode_event(json.to_owned()), Err(json.to_owned()));
        }
    }

    #[test]
    fn odd_texts_are_read_as_json_has_them() {
        let last = r#"{"type":"text-delta","delta":"a","delta":"b"}"#;
        assert_eq!(event(last).2.as_deref(), Some("b"));
        let half = r#"{"type":"text-delta","delta":"x\ud83d"}"#;
        assert_eq!(event(half).2.as_deref(), Some("x\u{fffd}"));
        let deep = format!(
            r#"{{"type":"text-delta","delta":"a","x":{}}}"#,
            "[".repeat(9999) + &"]".repeat(9999)
        );
        assert_eq!(event(&deep).2.as_deref(), Some("a"));
    }
}
