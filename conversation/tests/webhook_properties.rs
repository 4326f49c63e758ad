//! Whatever comes in: no panic, and no error but for what is not JSON.

#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use robofy_conversation::webhook::{
    Channel, Error, Field, Kind, MAX_BODY, MAX_DEPTH, Malformed, Webhook,
};

#[path = "webhook/shown.rs"]
#[allow(dead_code)]
mod shown;

const CHANNELS: [Channel; 4] = [
    Channel::Meta,
    Channel::Waha,
    Channel::Evolution,
    Channel::Twilio,
];

/// Reads a body and looks at everything that came of it.
fn read(channel: Channel, body: &[u8]) -> Result<Vec<Kind>, Error> {
    let webhook = Webhook::new(channel, None).unwrap();
    let incoming = webhook.read("", None, body, SystemTime::now())?;
    let text = std::str::from_utf8(body).unwrap();
    let kinds = incoming.events().enumerate().map(|(at, event)| {
        assert!(text.contains(event.json()));
        assert_eq!(event.session_id(), event.phone().or(event.user_id()));
        assert_eq!(incoming.event(at).unwrap().json(), event.json());
        for field in [Field::Text, Field::Id, Field::Name, Field::Json] {
            assert_eq!(
                event.get_c(field).map(|text| text.to_str().unwrap()),
                event.get(field)
            );
            assert!(event.get(field).is_none_or(|text| !text.contains('\0')));
        }
        shown::shown(event);
        event.kind()
    });
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds.len(), incoming.len());
    Ok(kinds)
}

/// The fixtures' bodies.
fn bodies() -> Vec<(Channel, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/webhook");
    let files = fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files = files.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files
        .flat_map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let channel = shown::channel(name.split('_').next().unwrap()).unwrap();
            let cases: Vec<serde_json::Value> =
                serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            cases.into_iter().map(move |case| {
                (
                    channel,
                    case["body"]
                        .as_str()
                        .map_or_else(|| case["body"].to_string(), str::to_owned),
                )
            })
        })
        .collect()
}

/// Keys that mean something, so that generated JSON gets past the envelope.
fn key() -> impl Strategy<Value = String> {
    let keys = "entry changes value field messages statuses message_echoes contacts metadata errors id from to type \
        timestamp context text body image caption filename document location latitude longitude name interactive \
        list_reply title order product_items product_retailer_id system wa_id user_id edit message original_message_id \
        event session payload fromMe media vCards replyTo _data instance data key remoteJid protocolMessage \
        editedMessage conversation messageType code profile participant group_id recipient_id status";
    prop_oneof![9 => select(keys.split_whitespace().map(str::to_owned).collect::<Vec<_>>()), 1 => ".{0,4}"]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let words = [
        "messages",
        "text",
        "message",
        "messages.upsert",
        "edit",
        "1@c.us",
        "2@lid",
        "3@g.us",
        "interactive",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
        select(words.to_vec()).prop_map(Into::into),
    ];
    leaf.prop_recursive(10, 80, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A value somewhere in it is another one.
fn replace(value: &mut serde_json::Value, path: &[Index], by: serde_json::Value) {
    match (value, path) {
        (serde_json::Value::Array(items), [first, rest @ ..]) if !items.is_empty() => {
            let at = first.index(items.len());
            replace(&mut items[at], rest, by);
        }
        (serde_json::Value::Object(members), [first, rest @ ..]) if !members.is_empty() => {
            let at = first.index(members.len());
            replace(members.values_mut().nth(at).unwrap(), rest, by);
        }
        (value, _) => *value = by,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for channel in CHANNELS {
            let _ = read(channel, &body);
        }
    }

    #[test]
    fn any_json_is_read(value in json()) {
        let body = value.to_string();
        for channel in CHANNELS {
            prop_assert!(read(channel, body.as_bytes()).is_ok());
        }
    }

    #[test]
    fn any_value_in_the_place_of_another(
        which in any::<Index>(), path in prop::collection::vec(any::<Index>(), 0..12), by in json(),
    ) {
        let bodies = bodies();
        let (channel, body) = which.get(&bodies);
        if let Ok(mut value) = serde_json::from_str(body) {
            replace(&mut value, &path, by);
            prop_assert!(read(*channel, value.to_string().as_bytes()).is_ok());
        }
    }

    #[test]
    fn any_cut_and_any_other_byte(which in any::<Index>(), at in any::<Index>(), byte in 0_u8..128, cut in any::<bool>()) {
        let bodies = bodies();
        let (channel, body) = which.get(&bodies);
        let mut body = body.clone().into_bytes();
        if !body.is_empty() {
            let at = at.index(body.len());
            body[at] = byte;
            if cut {
                body.truncate(at);
            }
        }
        let valid = serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
        match read(*channel, &body) {
            _ if *channel == Channel::Twilio => {}
            Err(Error::Malformed(Malformed::NotUtf8)) => prop_assert!(std::str::from_utf8(&body).is_err()),
            result => prop_assert_eq!(result.is_ok(), valid),
        }
    }
}

fn text_of(message: &str) -> Option<String> {
    let body = format!(r#"{{"entry":[{{"changes":[{{"value":{{"messages":[{message}]}}}}]}}]}}"#);
    let webhook = Webhook::new(Channel::Meta, None).unwrap();
    let incoming = webhook
        .read("", None, body.as_bytes(), SystemTime::now())
        .unwrap();
    let event = incoming.event(0)?;
    assert_eq!(event.json(), message);
    event.text().map(str::to_owned)
}

#[test]
fn half_a_surrogate_pair_is_no_error() {
    for (escaped, text) in [
        (r"cut \ud83d", "cut \u{fffd}"),
        (r"\udc4b\ud83d", "\u{fffd}\u{fffd}"),
        (r"\ud83d\udc4b", "\u{1f44b}"),
        (r"a\u0000b", "a\u{fffd}b"),
        (r"caf\u00e9 \/", "caf\u{e9} /"),
    ] {
        let message =
            format!(r#"{{"id":"1","from":"2","type":"text","text":{{"body":"{escaped}"}}}}"#);
        assert_eq!(text_of(&message).as_deref(), Some(text));
    }
    for message in [
        r#"{"id":"1","from":"2","type":"text","text":"\ud83d"}"#,
        r#"{"id":"1","from":"2","type":"\ud83d","\ud83d":"\ud83d"}"#,
        r#"{"id":"1\ud83d","from":"\ud83d","type":"text","context":"\ud83d"}"#,
    ] {
        assert_eq!(text_of(message), None);
    }
}

#[test]
fn of_a_key_that_stands_twice_the_last_one_stays() {
    let message = r#"{"id":"0","id":"1","from":"2","type":"text","text":{"body":"a","body":"b"}}"#;
    assert_eq!(text_of(message).as_deref(), Some("b"));
}

#[test]
fn bodies_are_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for channel in [Channel::Meta, Channel::Waha, Channel::Evolution] {
        assert!(read(channel, nested(MAX_DEPTH as usize).as_bytes()).is_ok());
        assert_eq!(
            read(channel, nested(MAX_DEPTH as usize + 1).as_bytes()),
            Err(Malformed::TooDeep.into())
        );
        assert_eq!(
            read(channel, "[".repeat(MAX_BODY).as_bytes()),
            Err(Malformed::TooDeep.into())
        );
        assert_eq!(read(channel, "{}".as_bytes()), Ok(vec![]));
        assert_eq!(read(channel, b""), Err(Malformed::NotJson.into()));
        assert_eq!(
            read(channel, b"{\"a\":\"\xff\"}"),
            Err(Malformed::NotUtf8.into())
        );
        assert!(read(channel, " ".repeat(MAX_BODY - 2).as_bytes()).is_err());
        assert!(read(channel, (" ".repeat(MAX_BODY - 2) + "{}").as_bytes()).is_ok());
        assert_eq!(
            read(channel, &vec![b' '; MAX_BODY + 1]),
            Err(Malformed::TooLarge.into())
        );
    }
}

#[test]
fn a_form_has_no_nul() {
    let body = b"MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%00b";
    let webhook = Webhook::new(Channel::Twilio, None).unwrap();
    let incoming = webhook.read("", None, body, SystemTime::now()).unwrap();
    assert_eq!(incoming.event(0).unwrap().text(), Some("a\u{fffd}b"));
    assert_eq!(
        read(Channel::Twilio, b"a=\0"),
        Err(Malformed::NotForm.into())
    );
}

#[test]
fn an_error_quotes_neither_the_body_nor_a_secret() {
    let webhook = Webhook::new(Channel::Meta, Some("hidden")).unwrap();
    assert!(!format!("{webhook:?}").contains("hidden"));
    for (signature, body) in [(None, "hidden"), (Some("hidden"), "hidden")] {
        let error = webhook
            .read("", signature, body.as_bytes(), SystemTime::now())
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hidden"));
    }
    let unsigned = Webhook::new(Channel::Meta, None).unwrap();
    let error = unsigned
        .read("", None, b"hidden", SystemTime::now())
        .unwrap_err();
    assert_eq!(error.to_string(), "the webhook's body is not JSON");
    assert_eq!(
        Webhook::new(Channel::Meta, Some("")).unwrap_err(),
        Error::EmptySecret
    );
}
