//! What people have complained about in the trackers of gateways and of libraries for them, each as a test of the whole way: a webhook or a text in, an
//! answer out. A name is that of the project and the number of its issue or pull request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ring::hmac;
use robofy_conversation::inbox::message::Why;
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::{Accept, Kind, Offer};
use robofy_conversation::inbox::{Error, Inbox};
use robofy_conversation::text;
use robofy_conversation::webhook::{self, Channel, Webhook};
use robofy_standin::Standin;
use serde_json::{Value, json};
use support::store::Faulty;
use support::{CHANNEL, PATIENCE, assert_is, client_of, inbox_of, options, settle, single, world};

const IS_ON_DISK: bool = cfg!(unix);
const SECRET: &str = "an app secret";

/// Meta's body around these messages, of this contact.
fn meta(contact: &Value, messages: Value) -> Value {
    let metadata = json!({"display_phone_number": "15550783881", "phone_number_id": CHANNEL});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": messages,
    }}]}]})
}

fn message(from: Value, id: &str, body: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut message = json!({"id": id, "timestamp": now.as_secs().to_string(), "type": "text", "text": {"body": body}});
    let own = message.as_object_mut().unwrap();
    own.extend(from.as_object().unwrap().clone());
    message
}

fn sign(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let bytes = hmac::sign(&key, body);
    let hex: String = bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={hex}")
}

/// Verifies and offers, as a gateway does.
fn receive(inbox: &Inbox, body: &[u8]) -> Vec<Result<Accept, Error>> {
    let webhook = Webhook::new(Channel::Meta, Some(SECRET)).unwrap();
    let incoming = webhook
        .read("", Some(&sign(body)), body, SystemTime::now())
        .unwrap();
    incoming.events().map(|event| inbox.offer(event)).collect()
}

fn receive_all(inbox: &Inbox, body: &Value) -> usize {
    let accepts = receive(inbox, body.to_string().as_bytes());
    for accept in &accepts {
        assert_eq!(*accept.as_ref().unwrap(), Accept::Queued, "{body}");
    }
    accepts.len()
}

/// "Incoming message without phone number, skipping": the user was answered 200 and never heard of again.
#[test]
fn whatomate_531_and_courier_1094_a_user_without_a_phone_number_is_answered() {
    let world = world(single());
    let contact =
        json!({"profile": {"name": "A", "username": "a"}, "user_id": "US.13491208655302741918"});
    let from = json!({"from_user_id": "US.13491208655302741918"});
    let body = meta(&contact, json!([message(from, "wamid.1", "!answer=hello")]));
    assert_eq!(receive_all(&world.inbox, &body), 1);
    let answer = world.settle();
    assert_is(&answer, Kind::Answer, &["wamid.1"]);
    assert_eq!(answer.session_id(), "US.13491208655302741918");
}

/// In `to` it gets 200 and an id, and reaches nobody.
#[test]
fn chatwoot_15150_an_identifier_without_a_phone_number_goes_into_recipient() {
    let world = world(single());
    let contact = json!({"profile": {"name": "A"}, "user_id": "US.1"});
    let from = json!({"from_user_id": "US.1"});
    let body = meta(&contact, json!([message(from, "wamid.1", "!answer=hello")]));
    receive_all(&world.inbox, &body);
    let request: Value = serde_json::from_str(&world.settle().request(0).unwrap()).unwrap();
    assert_eq!(request["recipient"], "US.1");
    assert_eq!(request.get("to"), None);
}

/// Who gets a username loses the number, and not the conversation.
#[test]
fn wacrm_519_who_takes_a_username_stays_in_the_same_session() {
    let world = world(single());
    let contact = json!({"profile": {"name": "A"}, "wa_id": "16505551234", "user_id": "US.1"});
    let both = json!({"from": "16505551234", "from_user_id": "US.1"});
    let without = json!({"from_user_id": "US.1"});
    for (from, id) in [(both, "wamid.1"), (without, "wamid.2")] {
        let body = meta(&contact, json!([message(from, id, "!answer=x")]));
        receive_all(&world.inbox, &body);
        assert_eq!(world.settle().session_id(), "16505551234");
    }
}

/// "Ingress refused, message dropped, lost for good": a full queue or disk is the channel's to try again, and then it is new.
#[test]
fn openclaw_124193_what_is_refused_is_no_duplicate_when_it_comes_again() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let store = Arc::new(Faulty::default());
    let limited = Options {
        max_pending: 1,
        ..single()
    };
    let inbox = inbox_of(&client, limited, store.clone());
    let contact = json!({"profile": {"name": "A"}, "wa_id": "1555"});
    let body = |id| {
        let from = json!({"from": "1555"});
        meta(&contact, json!([message(from, id, "!answer=x")])).to_string()
    };
    store.failures.store(1, Ordering::SeqCst);
    let full = receive(&inbox, body("wamid.1").as_bytes());
    assert!(matches!(&*full, [Err(Error::Storage(_))]), "{full:?}");
    store.failures.store(0, Ordering::SeqCst);
    receive_all(&inbox, &serde_json::from_str(&body("wamid.1")).unwrap());
    let refused = receive(&inbox, body("wamid.2").as_bytes());
    assert!(matches!(&*refused, [Ok(Accept::Refused)]), "{refused:?}");
    for id in ["wamid.1", "wamid.2"] {
        if id == "wamid.2" {
            receive_all(&inbox, &serde_json::from_str(&body(id)).unwrap());
        }
        let answer = inbox.poll(Some(PATIENCE)).unwrap();
        assert_is(&answer, Kind::Answer, &[id]);
        settle(&inbox, &answer);
    }
}

/// `entry[0].changes[0].messages[0]` is not all: "its users lose the rest".
#[test]
fn pywa_reads_the_first_message_of_a_body_and_this_reads_all() {
    let world = world(options());
    let contact = json!({"profile": {"name": "A"}, "wa_id": "1555"});
    let from = || json!({"from": "1555"});
    let mut body = meta(
        &contact,
        json!([
            message(from(), "wamid.1", "!answer=x"),
            message(from(), "wamid.2", "emoji")
        ]),
    );
    let more = meta(
        &contact,
        json!([
            message(from(), "wamid.3", "!answer=y"),
            message(from(), "wamid.4", "emoji")
        ]),
    );
    body["entry"]
        .as_array_mut()
        .unwrap()
        .push(more["entry"][0].clone());
    assert_eq!(receive_all(&world.inbox, &body), 4);
    assert_is(&world.settle(), Kind::Answer, &["wamid.1", "wamid.2"]);
    assert_is(&world.settle(), Kind::Answer, &["wamid.3", "wamid.4"]);
}

/// Crashed on a forwarded message, whose context has no id.
#[test]
fn vercel_chat_4_37_a_context_without_an_id_is_read() {
    let world = world(single());
    let contact = json!({"profile": {"name": "A"}, "wa_id": "1555"});
    let mut forwarded = message(json!({"from": "1555"}), "wamid.1", "!answer=x");
    forwarded["context"] = json!({"forwarded": true});
    receive_all(&world.inbox, &meta(&contact, json!([forwarded])));
    assert_is(&world.settle(), Kind::Answer, &["wamid.1"]);
}

/// "Usually on messages with emoji or accents": signed are the bytes, with Meta's escapes, and not what a JSON library writes.
#[test]
fn wapgrowai_a_signature_holds_on_messages_with_emoji_and_accents() {
    let world = world(single());
    let contact = json!({"profile": {"name": "A"}, "wa_id": "1555"});
    let plain = meta(
        &contact,
        json!([message(json!({"from": "1555"}), "wamid.1", "HERE")]),
    );
    let escaped = plain
        .to_string()
        .replace("HERE", r"caf\u00e9 \ud83d\ude00 https:\/\/e.com\/");
    let accepts = receive(&world.inbox, escaped.as_bytes());
    assert!(matches!(&*accepts, [Ok(Accept::Queued)]), "{accepts:?}");
    world.settle();
    assert_eq!(world.asked(), ["café 😀 https://e.com/"]);
    let read: Value = serde_json::from_str(&escaped).unwrap();
    let webhook = Webhook::new(Channel::Meta, Some(SECRET)).unwrap();
    let rewritten = read.to_string();
    let signature = sign(escaped.as_bytes());
    let now = SystemTime::now();
    assert!(
        webhook
            .read("", Some(&signature), rewritten.as_bytes(), now)
            .is_err()
    );
}

/// "(#100) Param text['body'] must be at most 4096 characters long", and Twilio's 1 600: the whole answer was lost, or its end.
#[test]
fn botbuilder_329_and_core_339_a_long_answer_comes_in_parts_that_the_channel_takes() {
    for (limit, most) in [(0, 4_096), (1_600, 1_600)] {
        let world = world(Options { limit, ..single() });
        world.queue("1", "a", "!huge=9000");
        let answer = world.settle();
        let whole = answer.reply().unwrap().answer().to_owned();
        assert_eq!(answer.parts().len(), whole.len().div_ceil(most));
        assert!(
            answer
                .parts()
                .all(|part| part.encode_utf16().count() <= most)
        );
        assert_eq!(answer.parts().collect::<String>(), whole);
    }
}

/// Five times in one year: half of an emoji at the end of a part, the other one in the next.
#[test]
fn eliza_22211_and_openclaw_93938_no_emoji_is_torn() {
    let family = "👨‍👩‍👧‍👦";
    let world = world(Options {
        limit: 100,
        ..single()
    });
    world.queue("1", "a", &format!("!answer={}", family.repeat(60)));
    let answer = world.settle();
    assert!(answer.parts().len() > 1);
    for part in answer.parts() {
        assert_eq!(part.replace(family, ""), "", "{part}");
    }
}

/// A split that drops the white space between the parts also drops the line that begins a list.
#[test]
fn eliza_28830_a_split_loses_no_word_and_no_line() {
    let long: String = (0..400)
        .map(|line| format!("- line {line} of the list\n"))
        .collect();
    let parts = text::split(&long, 1_024);
    let lines: Vec<_> = parts.iter().flat_map(|part| part.lines()).collect();
    assert_eq!(lines, long.lines().collect::<Vec<_>>());
}

/// `***launch now***` kept two asterisks of three on each side.
#[test]
fn hermes_88316_and_openclaw_96570_no_mark_of_markdown_remains() {
    let world = world(single());
    world.queue("1", "a", r#"!answer="***launch now***, then **go**""#);
    let parts: Vec<_> = world.settle().parts().map(str::to_owned).collect();
    assert!(
        ["*_launch now_*, then *go*", "_*launch now*_, then *go*"].contains(&&*parts[0]),
        "{parts:?}"
    );
}

/// The complaints that every gateway has: it answers twice what is delivered twice, answers each message of a burst, and talks over a
/// person.
#[test]
fn every_gateway_answers_twice_and_talks_over_a_person_and_this_does_not() {
    let world = world(options());
    for _ in 0..3 {
        world.offer("1", "a", "!delay-ms=300");
    }
    world.queue("1", "b", "answer=x");
    assert_eq!(world.offer("1", "a", "again"), Accept::Duplicate);
    support::eventually("it is asked", || world.service.stats().requests == 1);
    let person = Offer {
        kind: webhook::Kind::Human,
        ..Offer::text(CHANNEL, "1", "by hand", "I am here, what is it?")
    };
    assert_eq!(world.inbox.offer(person).unwrap(), Accept::TookOver);
    assert_is(&world.settle(), Kind::Expired(Why::Human), &["a", "b"]);
    assert!(world.inbox.poll(Some(Duration::from_millis(50))).is_none());
    assert_eq!(world.service.stats().requests, 1);
}
