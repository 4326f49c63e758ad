//! Directives about what a successful answer's body says.

mod support;

use robofy_standin::Standin;
use serde_json::{Value, json};
use support::{Visitor, message, over_socket};

fn answer(query: &str) -> Value {
    let standin = Standin::builder().start();
    Visitor::http1(&standin).json(query)["data"]["answer"].clone()
}

fn text(query: &str) -> String {
    let standin = Standin::builder().start();
    Visitor::http2(&standin).text(query)
}

fn success(answer: &str) -> String {
    format!(r#"{{"message":"Success","data":{{"answer":{answer},"session_id":"session"}}}}"#)
}

#[test]
fn answer_reaches_the_wire_as_it_was_written() {
    assert_eq!(text(r"!answer=\ud83d"), success(r#""\ud83d""#));
    assert_eq!(
        text(r#"!answer="two words \" \u00e9""#),
        success(r#""two words \" \u00e9""#)
    );
}

#[test]
fn nul_is_escaped_on_the_wire() {
    assert_eq!(text("!nul"), success(r#""before\u0000after""#));
}

#[test]
fn emoji_are_utf8_on_the_wire() {
    assert_eq!(answer("!emoji"), "Hello 👋🏽 from the 👨‍👩‍👧‍👦");
}

#[test]
fn empty_answer() {
    assert_eq!(text("!empty-answer"), success("\"\""));
}

#[test]
fn null_answer() {
    assert_eq!(text("!null-answer"), success("null"));
}

#[test]
fn number_answer() {
    assert_eq!(text("!number-answer"), success("42"));
}

#[test]
fn no_answer() {
    assert_eq!(
        text("!no-answer"),
        r#"{"message":"Success","data":{"session_id":"session"}}"#
    );
}

#[test]
fn bad_utf8() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!bad-utf8")
        .expect("a response");
    let body = response.bytes().expect("a body");
    assert!(
        body.windows(13).any(|bytes| bytes == b"before\xffafter\""),
        "{body:?}"
    );
}

#[test]
fn not_json() {
    assert_eq!(text("!not-json"), "This is not JSON.");
}

#[test]
fn bom_precedes_the_body() {
    assert_eq!(
        text("!bom answer=x"),
        format!("\u{feff}{}", success("\"x\""))
    );
}

#[test]
fn deep_nests_an_unknown_key() {
    assert!(text("!deep=3").ends_with(r#","nested":[[[]]]}"#));
    assert!(text("!deep=20000").ends_with(&format!("{}}}", "]".repeat(20_000))));
}

#[test]
fn raw_is_the_whole_body() {
    assert_eq!(
        text(r#"!status=200 raw={"data": {"answer": "a b"}}"#),
        r#"{"data": {"answer": "a b"}}"#
    );
}

#[test]
fn extra_keys_stand_everywhere() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let success = visitor.json("!extra-keys answer=x");
    assert!(success["unheard_of"].is_object() && success["data"]["unheard_of"].is_object());
    assert_eq!(success["data"]["answer"], "x");
    let failure = visitor.json("!status=400 extra-keys");
    assert!(failure["unheard_of"].is_object() && failure["error"]["unheard_of"].is_object());
}

#[test]
fn no_session_leaves_the_session_out() {
    assert_eq!(
        text("!no-session answer=x"),
        r#"{"message":"Success","data":{"answer":"x"}}"#
    );
}

#[test]
fn duplicate_keys_give_two_answers() {
    assert_eq!(
        text("!duplicate-keys answer=x")
            .matches(r#""answer":"#)
            .count(),
        2
    );
}

#[test]
fn echo_answers_the_json_that_was_received() {
    let echoed = answer("!echo");
    let echoed: Value = serde_json::from_str(echoed.as_str().expect("a string")).expect("JSON");
    assert_eq!(echoed, message("session", "!echo"));
}

#[test]
fn huge_has_an_answer_of_that_length_and_says_so() {
    let standin = Standin::builder().start();
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        let response = visitor.send("!huge=3000000").expect("a response");
        let announced = response.headers()["content-length"]
            .to_str()
            .expect("text")
            .to_owned();
        let body = response.text().expect("a whole body");
        assert_eq!(announced, body.len().to_string());
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            body["data"]["answer"].as_str().map(str::len),
            Some(3_000_000)
        );
    }
}

#[test]
fn huge_chunked_does_not_say_its_length() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!huge-chunked=3000000")
        .expect("a response");
    assert_eq!(response.headers()["transfer-encoding"], "chunked");
    assert!(!response.headers().contains_key("content-length"));
    let body: Value = response.json().expect("JSON");
    assert_eq!(
        body["data"]["answer"].as_str().map(str::len),
        Some(3_000_000)
    );
}

#[test]
fn chunked_sends_any_body_without_its_length() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!chunked answer=x goaway");
    let text = String::from_utf8_lossy(&exchange.bytes).to_lowercase();
    assert!(
        text.contains("transfer-encoding: chunked") && !text.contains("content-length"),
        "{text}"
    );
}

#[test]
fn an_unknown_directive_is_refused_by_name() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    for (query, complaint) in [
        ("!answer=x bogus", "`bogus` is no directive"),
        ("!status=abc", "`status` has a bad value"),
        ("!status=100", "`status` has a bad value"),
        ("!delay-ms", "`delay-ms` needs a value"),
        ("!nul=1", "`nul` takes no value"),
        ("!reset=later", "`reset` has a bad value"),
        ("!body=pdf", "`body` has a bad value"),
        ("!detail=\"open", "`detail` has no closing quote"),
        ("!code=\"\\q\"", "`code` has a bad value"),
    ] {
        let envelope = visitor.json(query);
        assert_eq!(envelope["error"]["code"], json!("BAD_DIRECTIVE"), "{query}");
        let detail = envelope["error"]["detail"].as_str().expect("a string");
        assert!(detail.contains(complaint), "{query}: {detail}");
    }
}
