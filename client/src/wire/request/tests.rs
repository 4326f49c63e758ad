use super::*;

fn message() -> Message {
    Message::new("3", "DKDvwn", "Hello")
}

fn encoded(message: &Message) -> String {
    String::from_utf8(encode(message, Endpoint::WhatsApp).unwrap().body.to_vec()).unwrap()
}

fn refused(message: &Message) -> String {
    encode(message, Endpoint::WhatsApp)
        .err()
        .unwrap()
        .message()
        .to_owned()
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
    let sent = encode(&message, Endpoint::WhatsApp).unwrap();
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
fn a_platform_goes_where_all_platforms_go() {
    let sent = |message: &Message| {
        let body = encode(message, Endpoint::AnyPlatform).unwrap().body;
        String::from_utf8(body.to_vec()).unwrap()
    };
    let mut message = message();
    assert!(sent(&message).ends_with(r#""user_context":{"platform":"web"}}"#));
    message.platform(Some("telegram"));
    assert!(sent(&message).ends_with(r#""user_context":{"platform":"telegram"}}"#));
    assert!(refused(&message).starts_with("platform "));
    message.platform(Some("whatsapp"));
    assert!(encoded(&message).ends_with(r#"{"platform":"whatsapp"}}"#));
    message.platform(Some(""));
    assert!(refused(&message).starts_with("platform "));
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
