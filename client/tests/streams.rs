//! What a stream promises: each event as it comes, however odd.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use robofy_client::{Event, EventKind, Status};
use support::streams::{message, over_each, read};
use support::{STREAM, client_of};

const ANSWER: &str = r#"Hello! You wrote: "Hi"."#;
/// As long as an answer in no more than its words.
const WORDS: usize = 4;

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(Event::name).collect()
}

#[test]
fn the_vendors_sample_comes_in_its_order() {
    over_each(|client, service| {
        let (events, end, stream) = read(client, "Hi");
        end.unwrap();
        let mut expected = vec!["start", "start-step", "text-start"];
        expected.extend([&"text-delta"; WORDS]);
        expected.extend(["text-end", "finish-step", "finish", "data-session"]);
        expected.push("data-finish-reason");
        assert_eq!(names(&events), expected);
        assert_eq!(stream.text(), ANSWER);
        assert_eq!(stream.session_id().as_deref(), Some("918727"));
        let finish = events
            .iter()
            .find(|event| event.kind() == EventKind::Finish);
        assert_eq!(finish.unwrap().text(), Some("stop"));
        assert_eq!(events[0].json(), r#"{"messageId":"msg-1","type":"start"}"#);
        let request = &service.requests()[0];
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", STREAM)
        );
        assert_eq!(request.header("authorization"), Some("Bearer a-test-key"));
        assert_eq!(request.header("accept"), Some("text/event-stream, */*"));
        assert_eq!(request.body["query"], "Hi");
        let stats = client.stats();
        assert_eq!(
            (stats.answered, stats.in_flight, stats.latency.count),
            (1, 0, 0)
        );
        assert!(stats.bytes_received > 500 && stats.bytes_sent > 50);
    });
}

#[test]
fn however_the_lines_end_and_the_bytes_come_the_events_are_the_same() {
    over_each(|client, _| {
        let (plain, ..) = read(client, "!answer=Hello");
        for query in [
            "!answer=Hello line-end=crlf",
            "!answer=Hello line-end=cr",
            "!answer=Hello bom",
            "!answer=Hello comments",
            "!answer=Hello drip-ms=0",
            "!answer=Hello drip-ms=0 line-end=crlf comments bom",
            "!answer=Hello event-delay-ms=5",
            "!answer=Hello after-done",
            "!answer=Hello goaway",
        ] {
            let (events, end, _) = read(client, query);
            assert!(end.is_ok(), "{query}: {end:?}");
            assert_eq!(events, plain, "{query}");
        }
        let (events, end, stream) = read(client, "!answer=Hello split-data line-end=cr");
        end.unwrap();
        assert_eq!(names(&events), names(&plain));
        assert!(events[0].json().contains('\n'));
        assert_eq!(stream.text(), "Hello");
    });
}

#[test]
fn characters_come_whole_and_what_is_none_is_replaced() {
    over_each(|client, _| {
        let (_, end, stream) = read(client, "!emoji drip-ms=0");
        end.unwrap();
        assert_eq!(stream.text(), "Hello 👋🏽 from the 👨‍👩‍👧‍👦");
        let (_, end, stream) = read(client, "!bad-utf8");
        end.unwrap();
        assert_eq!(stream.text(), "before\u{fffd}after");
        let (_, end, stream) = read(client, r"!answer=a\ud83d\u0000b");
        end.unwrap();
        assert_eq!(stream.text(), "a\u{fffd}\0b");
    });
}

#[test]
fn tools_have_names_and_unknown_events_their_json() {
    over_each(|client, _| {
        let (events, end, stream) = read(client, "!answer=x tools unknown-events");
        end.unwrap();
        let tools: Vec<_> = events
            .iter()
            .filter(|event| event.kind() == EventKind::Tool)
            .collect();
        assert_eq!(tools.len(), 5);
        assert_eq!((tools[0].name(), tools[4].name()), (Some("book"), None));
        assert!(tools[4].json().contains(r#""booked":true"#));
        let unheard = events
            .iter()
            .find(|event| event.name() == Some("unheard-of"))
            .unwrap();
        assert_eq!(unheard.kind(), EventKind::Other);
        assert_eq!(
            unheard.json(),
            r#"{"list":[1,2.5,null],"type":"unheard-of"}"#
        );
        assert!(events.iter().any(|event| event.json() == r#"[1,"two"]"#));
        assert_eq!(stream.text(), "x");
    });
}

#[test]
fn no_path_leads_to_another_host() {
    let service = support::builder().start();
    let client = client_of(&service);
    for path in [
        "",
        "v1/x",
        "//other.example/",
        "https://other.example/",
        "/a/../b",
        "/a?b",
    ] {
        let error = client.stream(path, &message("Hi")).unwrap_err();
        assert_eq!(error.status(), Status::InvalidArgument);
        assert!(error.message().starts_with("path "), "{error}");
    }
    let empty = client.stream(STREAM, &message("")).unwrap_err();
    assert!(empty.message().starts_with("query "), "{empty}");
    let elsewhere = client.stream("/elsewhere", &message("Hi")).unwrap();
    let error = elsewhere.last().unwrap().unwrap_err();
    assert_eq!(error.status(), Status::NotFound);
    assert_eq!(service.requests()[0].path, "/elsewhere");
    assert_eq!(client.stats().in_flight, 0);
}
