//! The bodies of Meta's `POST /<phone_number_id>/messages`.

use serde::Serialize;

use crate::inbox::store::{Kind, Outcome};
use crate::text::url;

const PRODUCT: &str = "whatsapp";

#[derive(Serialize)]
struct Text<'a> {
    messaging_product: &'a str,
    recipient_type: &'a str,
    /// A phone number. An identifier without one would be taken here, and silently dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    r#type: &'a str,
    text: Body<'a>,
    biz_opaque_callback_data: String,
}

#[derive(Serialize)]
struct Context<'a> {
    message_id: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    preview_url: bool,
}

#[derive(Serialize)]
struct Typing<'a> {
    messaging_product: &'a str,
    status: &'a str,
    message_id: &'a str,
    typing_indicator: Indicator<'a>,
}

#[derive(Serialize)]
struct Indicator<'a> {
    r#type: &'a str,
}

/// The body for a part, by its place among those to be sent; for typing, as part 0, that of the indicator, which also marks
/// the messages as read.
pub(super) fn body(outcome: &Outcome, part: usize) -> Option<String> {
    let last = outcome.messages.last().map(|id| &**id);
    if outcome.kind == Kind::Typing {
        return typing(last?, part);
    }
    let (number, text) = outcome.parts.get(part)?;
    // Both may be known; the number is the one that every message can be sent to.
    let to = outcome.to.as_deref();
    let recipient = outcome.recipient.as_deref().filter(|_| to.is_none());
    to.or(recipient)?;
    let is_quoting = *number == 0 && outcome.kind == Kind::Answer;
    let request = Text {
        messaging_product: PRODUCT,
        recipient_type: if to.is_some_and(is_group) {
            "group"
        } else {
            "individual"
        },
        to,
        recipient,
        context: last
            .filter(|_| is_quoting)
            .map(|message_id| Context { message_id }),
        r#type: "text",
        text: Body {
            body: text,
            preview_url: has_link(text),
        },
        biz_opaque_callback_data: format!("robofy:{}:{number}", outcome.turn.0),
    };
    serde_json::to_string(&request).ok()
}

fn typing(message_id: &str, part: usize) -> Option<String> {
    let request = Typing {
        messaging_product: PRODUCT,
        status: "read",
        message_id,
        typing_indicator: Indicator { r#type: "text" },
    };
    (part == 0)
        .then(|| serde_json::to_string(&request).ok())
        .flatten()
}

/// What is no phone number, and sent to as one is (Meta, "Groups API").
fn is_group(to: &str) -> bool {
    let to = to.strip_prefix('+').unwrap_or(to);
    !to.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether there is a link that Meta shows a preview of.
fn has_link(text: &str) -> bool {
    let is_web = |link: &str| {
        let scheme = link.split(':').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    };
    url::all(text).into_iter().any(|range| is_web(&text[range]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inbox::store::{Key, TurnId};

    fn outcome(kind: Kind, to: Option<&str>, recipient: Option<&str>) -> Outcome {
        Outcome {
            session: Arc::new(Key::new("106540352242922", "16505551234")),
            turn: TurnId(17),
            kind,
            to: to.map(Box::from),
            recipient: recipient.map(Box::from),
            messages: vec!["wamid.1".into(), "wamid.2".into()],
            parts: vec![
                (0, "He said \"see\"\nhttps://e.com/a".into()),
                (1, "no link: e.com, ftp://e.com".into()),
            ],
            note: Box::default(),
            settled: false,
        }
    }

    #[test]
    fn a_phone_number_is_to_and_any_other_identifier_is_recipient() {
        for (to, recipient, expected) in [
            (Some("16505551234"), None, Some(r#""to":"16505551234","#)),
            (None, Some("US.13491"), Some(r#""recipient":"US.13491","#)),
            (
                Some("16505551234"),
                Some("US.13491"),
                Some(r#""to":"16505551234","#),
            ),
            (None, None, None),
        ] {
            let body = body(&outcome(Kind::Answer, to, recipient), 1);
            let expected = expected.map(|member| {
                format!(
                    r#"{{"messaging_product":"whatsapp","recipient_type":"individual",{member}"type":"text","text":{{"body":"no link: e.com, ftp://e.com"}},"biz_opaque_callback_data":"robofy:17:1"}}"#
                )
            });
            assert_eq!(body, expected);
        }
    }

    #[test]
    fn the_first_part_of_an_answer_quotes_and_a_link_is_previewed() {
        let first = |kind| body(&outcome(kind, Some("1"), None), 0).unwrap();
        let expected = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"1","context":{"message_id":"wamid.2"},"type":"text","text":{"body":"He said \"see\"\nhttps://e.com/a","preview_url":true},"biz_opaque_callback_data":"robofy:17:0"}"#;
        assert_eq!(first(Kind::Answer), expected);
        assert!(!first(Kind::Fallback).contains("context"));
        let mut rest = outcome(Kind::Answer, Some("1"), None);
        rest.parts.remove(0);
        assert!(!body(&rest, 0).unwrap().contains("context"));
        assert_eq!(body(&rest, 1), None);
    }

    #[test]
    fn typing_marks_as_read() {
        let typing = outcome(Kind::Typing, None, None);
        let expected = r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.2","typing_indicator":{"type":"text"}}"#;
        assert_eq!(body(&typing, 0).as_deref(), Some(expected));
        assert_eq!(body(&typing, 1), None);
    }
}
