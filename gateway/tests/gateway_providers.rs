//! WAHA, Evolution API, Twilio and 360dialog: webhooks in, answers out, each as its documentation has it.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use ring::hmac;
use serde_json::{Value, json};
use support::provider::{Answer, Provider, Request};
use support::{NUMBER, SECRET, TOKEN, USER, World, eventually};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sign(algorithm: hmac::Algorithm, key: &str, text: &str) -> Vec<u8> {
    let key = hmac::Key::new(algorithm, key.as_bytes());
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// A world whose channel is this one.
fn world(answer: fn(&Request) -> Answer, channel: &str) -> (World, Provider) {
    let world = World::new();
    let provider = Provider::start(&world.runtime, answer);
    let channel = channel.replace("URL", &provider.url);
    world.write(
        "gateway.toml",
        &world.configured(&format!("{channel}quiet = 0.05\n")),
    );
    (world, provider)
}

fn refused(words: &str) -> Answer {
    (400, json!({ "message": words }))
}

fn waha(request: &Request) -> Answer {
    let body = request.json();
    if request.header("x-api-key") != TOKEN {
        return (401, json!({ "message": "Unauthorized" }));
    }
    if body["session"] != "default" {
        return refused("session");
    }
    let chat = body["chatId"].as_str().unwrap_or_default();
    if !["@c.us", "@lid", "@g.us"]
        .iter()
        .any(|server| chat.ends_with(server))
    {
        return refused("chatId");
    }
    match (&*request.path, request.members().join(" ").as_str()) {
        ("/api/startTyping", "chatId session") => (201, Value::Null),
        ("/api/sendText", "chatId reply_to session text" | "chatId session text") => (
            201,
            json!({ "id": { "_serialized": format!("true_{chat}_AAA") } }),
        ),
        (path, members) => refused(&format!("{path}: {members}")),
    }
}

#[test]
fn waha_answers_a_user_with_a_hidden_number() {
    let channel =
        "provider = \"waha\"\nurl = \"URL\"\napi_key = \"env:TOKEN\"\nhmac_key = \"env:SECRET\"\n";
    let (world, waha) = world(waha, channel);
    let _gateway = world.start();
    let body = json!({
        "id": "evt_1", "timestamp": 1_700_000_000_000_i64, "event": "message", "session": "default",
        "payload": { "id": "false_123@lid_BBB", "timestamp": 4_102_444_800_i64, "from": "123@lid",
            "fromMe": false, "to": "1555@c.us", "body": "!answer=**Hello** delay-ms=300", "hasMedia": false },
    })
    .to_string();
    let signature = hex(&sign(hmac::HMAC_SHA512, SECRET, &body));
    let header = "x-webhook-hmac";
    let found = world.post("/webhook/main", &[(header, &signature)], &body);
    assert_eq!(found, Some(StatusCode::OK));
    let forged = world.post("/webhook/main", &[(header, "00")], &body);
    assert_eq!(forged, Some(StatusCode::UNAUTHORIZED));
    eventually("an answer", || waha.taken("/api/sendText").len() == 1);
    let sent = waha.taken("/api/sendText").remove(0).json();
    assert_eq!(
        sent,
        json!({ "session": "default", "chatId": "123@lid", "text": "*Hello*", "reply_to": "false_123@lid_BBB" })
    );
    eventually("typing", || waha.taken("/api/startTyping").len() == 1);
}

fn evolution(request: &Request) -> Answer {
    let body = request.json();
    if request.header("apikey") != TOKEN {
        return (401, json!({ "response": { "message": "Unauthorized" } }));
    }
    let number = body["number"].as_str().unwrap_or_default();
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    if number.is_empty() || !(is_number || number.contains('@')) {
        return (
            400,
            json!({ "response": { "message": [{ "exists": false, "number": number }] } }),
        );
    }
    match (&*request.path, request.members().join(" ").as_str()) {
        ("/chat/sendPresence/inst", "delay number presence") => (201, Value::Null),
        ("/message/sendText/inst", "number quoted text" | "number text") => {
            (201, json!({ "key": { "id": "BAE5", "fromMe": true } }))
        }
        (path, members) => (
            400,
            json!({ "response": { "message": [format!("{path}: {members}")] } }),
        ),
    }
}

#[test]
fn evolution_knows_its_own_answer_again() {
    let channel = "provider = \"evolution\"\nurl = \"URL\"\ninstance = \"inst\"\napi_key = \"env:TOKEN\"\nwebhook_token = \"env:SECRET\"\n";
    let (world, evolution) = world(evolution, channel);
    let _gateway = world.start();
    let webhook = |id: &str, from_me: bool, text: &str| {
        json!({
            "event": "messages.upsert", "instance": "inst", "apikey": TOKEN,
            "data": { "key": { "id": id, "remoteJid": "1555@s.whatsapp.net", "fromMe": from_me },
                "message": { "conversation": text }, "messageType": "conversation", "messageTimestamp": 4_102_444_800_i64 },
        })
        .to_string()
    };
    // Evolution can be told to call a URL of its own for each event.
    let path = format!("/webhook/main/messages-upsert?token={SECRET}");
    let take = |path: &str, body: &str| world.post(path, &[], body);
    assert_eq!(
        take(&path, &webhook("A", false, "!answer=x")),
        Some(StatusCode::OK)
    );
    let forged = take(
        "/webhook/main/messages-upsert?token=guessed",
        &webhook("B", false, "Hi"),
    );
    assert_eq!(forged, Some(StatusCode::UNAUTHORIZED));
    eventually("an answer", || {
        evolution.taken("/message/sendText/inst").len() == 1
    });
    let sent = evolution.taken("/message/sendText/inst").remove(0).json();
    assert_eq!(
        sent,
        json!({ "number": "1555", "text": "x", "quoted": { "key": { "id": "A" } } })
    );
    // What it has sent itself is no takeover: the next message is answered.
    eventually("it is settled", || {
        let (_, figures) = world.get("/metrics").unwrap();
        figures.contains("robofy_gateway_pending_messages{channel=\"main\"} 0")
    });
    assert_eq!(
        take(&path, &webhook("BAE5", true, "x")),
        Some(StatusCode::OK)
    );
    assert_eq!(
        take(&path, &webhook("C", false, "!answer=y")),
        Some(StatusCode::OK)
    );
    eventually("another answer", || {
        evolution.taken("/message/sendText/inst").len() == 2
    });
}

fn twilio(request: &Request) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("AC1:{TOKEN}")));
    if request.header("authorization") != basic {
        return (401, json!({ "code": 20_003, "message": "Authenticate" }));
    }
    let form = form(&request.body);
    let get = |name: &str| {
        let found = form.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let is_number = |number: &str| {
        let digits = number.strip_prefix("whatsapp:+").unwrap_or("?");
        digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(get("To")) || !is_number(get("From")) {
        return (
            400,
            json!({ "code": 21_211, "message": "The 'To' number is not a valid phone number." }),
        );
    }
    match get("Body").chars().count() {
        1..=1_600 => (201, json!({ "sid": "SM1" })),
        _ => (
            400,
            json!({ "code": 21_617, "message": "The concatenated message body exceeds the 1600 character limit." }),
        ),
    }
}

fn form(body: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://x/?{body}")).unwrap();
    url.query_pairs().into_owned().collect()
}

#[test]
fn twilio_signs_the_public_url_and_takes_parts_of_1600() {
    let channel = "provider = \"twilio\"\nurl = \"URL\"\naccount_sid = \"AC1\"\nauth_token = \"env:TOKEN\"\nnumber = \"+15550001111\"\n";
    let (world, twilio) = world(twilio, channel);
    let config = std::fs::read_to_string(world.path().join("gateway.toml")).unwrap();
    world.write(
        "gateway.toml",
        &format!("public_url = \"https://bot.example.com\"\n{config}"),
    );
    let _gateway = world.start();
    let pairs = [
        ("Body", "!huge=4000"),
        ("From", "whatsapp:+16505551234"),
        ("MessageSid", "SM9"),
        ("To", "whatsapp:+15550001111"),
    ];
    let signed: String = pairs
        .iter()
        .map(|(name, value)| format!("{name}{value}"))
        .collect();
    let signed = format!("https://bot.example.com/webhook/main{signed}");
    let signature = STANDARD.encode(sign(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TOKEN, &signed));
    let mut url = reqwest::Url::parse("http://x/").unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    let body = url.query().unwrap();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-twilio-signature", &*signature),
    ];
    assert_eq!(
        world.post("/webhook/main", &headers, body),
        Some(StatusCode::OK)
    );
    let path = "/2010-04-01/Accounts/AC1/Messages.json";
    eventually("three parts", || twilio.taken(path).len() == 3);
    let first = form(&twilio.taken(path)[0].body);
    assert_eq!(first[0], ("From".into(), "whatsapp:+15550001111".into()));
    assert_eq!(first[1], ("To".into(), format!("whatsapp:+{USER}")));
}

fn dialog(request: &Request) -> Answer {
    if request.header("d360-api-key") != TOKEN {
        return (401, json!({ "error": { "message": "Invalid api key" } }));
    }
    match (&*request.path, request.json()["messaging_product"].as_str()) {
        ("/messages", Some("whatsapp")) => (200, json!({ "messages": [{ "id": "wamid.out" }] })),
        _ => (404, Value::Null),
    }
}

#[test]
fn the_unsigned_webhooks_of_360dialog_need_the_token_in_their_url() {
    let channel = format!(
        "provider = \"360dialog\"\nurl = \"URL\"\nphone_number_id = \"{NUMBER}\"\napi_key = \"env:TOKEN\"\nwebhook_token = \"env:SECRET\"\n"
    );
    let (world, dialog) = world(dialog, &channel);
    let _gateway = world.start();
    let (body, _) = world.meta.webhook(USER, &[("a", "!answer=x")]);
    for (path, status) in [
        ("/webhook/main".to_owned(), StatusCode::UNAUTHORIZED),
        (
            "/webhook/main?token=guessed".to_owned(),
            StatusCode::UNAUTHORIZED,
        ),
        (format!("/webhook/main?token={SECRET}"), StatusCode::OK),
    ] {
        assert_eq!(world.post(&path, &[], &body), Some(status), "{path}");
    }
    eventually("an answer", || {
        let sent = dialog.taken("/messages");
        sent.iter()
            .any(|request| request.json()["text"]["body"] == "x")
    });
    assert!(!world.log().contains(SECRET));
}
