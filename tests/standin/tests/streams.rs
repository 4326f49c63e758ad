//! Answers in events, on the path that a test chooses.

mod support;

use robofy_standin::{Builder, Standin};
use serde_json::{Value, json};
use support::{PATIENCE, client_builder, eventually};

const PATH: &str = "/v1/a/stream";

fn builder() -> Builder {
    Standin::builder().stream_path(PATH)
}

fn post(standin: &Standin, path: &str, platform: &str, query: &str) -> reqwest::blocking::Response {
    let client = client_builder()
        .timeout(PATIENCE)
        .build()
        .expect("a client");
    let body = json!({
        "query": query,
        "pid": "3",
        "chatbot_id": "bot",
        "user_context": { "session_id": "918727", "platform": platform },
    });
    let request = client.post(format!("{}{path}", standin.base_url()));
    request
        .bearer_auth("key")
        .json(&body)
        .send()
        .expect("a response")
}

fn text(query: &str) -> String {
    post(&builder().start(), PATH, "web", query)
        .text()
        .expect("a whole body")
}

#[test]
fn the_vendors_sample_is_spoken_in_its_order() {
    let response = post(&builder().start(), PATH, "web", "Hi");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let body = response.text().expect("a whole body");
    let data: Vec<_> = body
        .split_terminator("\n\n")
        .map(|event| event.strip_prefix("data: ").expect("data alone"))
        .collect();
    let (done, events) = data.split_last().expect("events");
    assert_eq!(*done, "[DONE]");
    let events: Vec<Value> = events
        .iter()
        .map(|data| serde_json::from_str(data).expect("JSON"))
        .collect();
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str()).collect();
    let types: Vec<_> = types.into_iter().flatten().collect();
    let mut expected = vec!["start", "start-step", "text-start"];
    expected.extend(["text-delta"; 4]);
    expected.extend(["text-end", "finish-step", "finish", "data-session"]);
    expected.push("data-finish-reason");
    assert_eq!(types, expected);
    assert_eq!(
        events[3],
        json!({"type": "text-delta", "id": "0", "delta": "Hello! "})
    );
    assert_eq!(
        events[10],
        json!({"type": "data-session", "data": "918727"})
    );
}

#[test]
fn it_is_on_its_path_alone_and_for_any_platform() {
    let standin = builder().start();
    assert_eq!(post(&standin, PATH, "whatsapp", "Hi").status(), 200);
    assert_eq!(
        post(&standin, support::CHAT_PATH, "web", "Hi").status(),
        400
    );
    let other = Standin::builder().start();
    assert_eq!(post(&other, PATH, "web", "Hi").status(), 404);
}

#[test]
fn directives_change_its_form() {
    assert!(
        text("!line-end=cr")
            .starts_with("data: {\"messageId\":\"msg-1\",\"type\":\"start\"}\r\rdata: ")
    );
    assert!(text("!line-end=crlf bom").starts_with("\u{feff}data: {"));
    assert!(text("!comments").starts_with(": keep-alive\n\ndata: {"));
    assert!(text("!split-data").starts_with("data: {\ndata:   \"messageId\""));
    assert_eq!(text("!answer=x").matches("text-delta").count(), 1);
    assert_eq!(text("!deltas=30").matches("text-delta").count(), 30);
    assert_eq!(text("!tools").matches("\"tool-").count(), 5);
    assert!(text("!unknown-events").contains("\"unheard-of\""));
    assert!(text("!stream-error=Not_now.").contains(r#"{"errorText":"Not now.","type":"error"}"#));
    assert!(text("!insert=nonsense").contains("data: nonsense\n\n"));
    assert!(!text("!no-done").contains("[DONE]"));
    assert_eq!(text("!after-done").matches("[DONE]").count(), 2);
    assert!(text("!huge=2000000").len() > 2_000_000);
    assert!(text("!status=503").contains("SERVICE_UNAVAILABLE"));
    assert!(text("!body=html").starts_with("<html>"));
    assert!(text("!endless=nothing").contains("BAD_DIRECTIVE"));
    assert!(text("!line-end=nl").contains("BAD_DIRECTIVE"));
}

#[test]
fn an_endless_stream_ends_with_its_reader() {
    let standin = builder().start();
    for what in ["deltas", "comments", "letters", "silence"] {
        let response = post(&standin, PATH, "web", &format!("!endless={what}"));
        assert_eq!(standin.stats().in_flight, 1, "{what}");
        drop(response);
        eventually("nothing is in flight", || standin.stats().in_flight == 0);
    }
}
