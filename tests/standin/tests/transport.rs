//! Directives that break the exchange off, over both HTTP versions.

mod support;

use robofy_standin::{HttpVersions, Standin};
use support::{Visitor, eventually, h2_reason, over_socket};

/// The connections that the recorded requests came on.
fn connections(standin: &Standin) -> Vec<u64> {
    standin
        .requests()
        .iter()
        .map(|request| request.connection)
        .collect()
}

fn nothing_is_left(standin: &Standin) {
    eventually("nothing is in flight", || standin.stats().in_flight == 0);
}

fn content_length(bytes: &[u8]) -> usize {
    let head = String::from_utf8_lossy(bytes).to_lowercase();
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    line.expect("a content-length")
        .trim()
        .parse()
        .expect("a number")
}

/// Has HTTP/2 fail as a whole connection, and checks that the next chat comes on another one.
fn costs_an_http2_connection(query: &str) {
    let standin = Standin::builder().start();
    let visitor = Visitor::http2(&standin);
    visitor.text("Hello");
    visitor.failure(query);
    nothing_is_left(&standin);
    visitor.text("Hello again");
    assert_eq!(connections(&standin), [1, 1, 2], "{query}");
}

/// Has one HTTP/2 stream fail, and checks that its connection lives on.
fn costs_an_http2_stream(query: &str, reason: h2::Reason) {
    let standin = Standin::builder().start();
    let visitor = Visitor::http2(&standin);
    visitor.text("Hello");
    let error = visitor.failure(query);
    assert_eq!(h2_reason(&error), Some(reason), "{query}: {error:?}");
    nothing_is_left(&standin);
    visitor.text("Hello again");
    assert_eq!(connections(&standin), [1, 1, 1], "{query}");
}

#[test]
fn reset_before_sends_nothing_and_resets() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!reset=before");
    assert!(
        exchange.was_reset() && exchange.bytes.is_empty(),
        "{:?}",
        exchange.end
    );
    nothing_is_left(&standin);
    costs_an_http2_connection("!reset=before");
}

#[test]
fn reset_after_headers_sends_no_body_and_resets() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!reset=after-headers");
    assert!(
        exchange.was_reset() && exchange.body().is_empty(),
        "{:?}",
        exchange.end
    );
    assert!(exchange.bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
    nothing_is_left(&standin);
    costs_an_http2_connection("!reset=after-headers");
}

#[test]
fn reset_midway_sends_half_the_body_and_resets() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!reset=midway");
    assert!(exchange.was_reset(), "{:?}", exchange.end);
    assert_eq!(exchange.body().len(), content_length(&exchange.bytes) / 2);
    nothing_is_left(&standin);
    costs_an_http2_connection("!reset=midway");
}

#[test]
fn close_before_sends_nothing_and_closes() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!close=before");
    assert!(
        exchange.was_closed() && exchange.bytes.is_empty(),
        "{:?}",
        exchange.end
    );
    nothing_is_left(&standin);
    costs_an_http2_connection("!close=before");
}

#[test]
fn close_after_headers_sends_no_body_and_closes() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!close=after-headers");
    assert!(
        exchange.was_closed() && exchange.body().is_empty(),
        "{:?}",
        exchange.end
    );
    nothing_is_left(&standin);
    costs_an_http2_connection("!close=after-headers");
}

#[test]
fn close_midway_sends_half_the_body_and_closes() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!close=midway");
    assert!(exchange.was_closed(), "{:?}", exchange.end);
    assert_eq!(exchange.body().len(), content_length(&exchange.bytes) / 2);
    nothing_is_left(&standin);
    costs_an_http2_connection("!close=midway");
}

#[test]
fn truncate_closes_before_the_announced_length() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!truncate");
    assert!(exchange.was_closed(), "{:?}", exchange.end);
    assert_eq!(exchange.body().len(), content_length(&exchange.bytes) / 2);
    costs_an_http2_stream("!truncate", h2::Reason::PROTOCOL_ERROR);
}

#[test]
fn content_length_can_promise_more_than_there_is() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!content-length=+5");
    assert!(exchange.was_closed(), "{:?}", exchange.end);
    assert!(exchange.body().ends_with(b"}}"));
    assert_eq!(content_length(&exchange.bytes), exchange.body().len() + 5);
    costs_an_http2_stream("!content-length=+5", h2::Reason::PROTOCOL_ERROR);
}

#[test]
fn content_length_can_promise_less_than_there_is() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!content-length=-5");
    assert!(exchange.was_closed(), "{:?}", exchange.end);
    assert!(
        exchange.body().ends_with(b"}}"),
        "the surplus is on the wire"
    );
    assert_eq!(content_length(&exchange.bytes), exchange.body().len() - 5);
    nothing_is_left(&standin);
    costs_an_http2_stream("!content-length=-5", h2::Reason::PROTOCOL_ERROR);
}

#[test]
fn garbage_is_no_http() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!garbage");
    assert!(exchange.was_closed(), "{:?}", exchange.end);
    assert!(!exchange.bytes.is_empty() && !exchange.bytes.starts_with(b"HTTP/"));
    nothing_is_left(&standin);
    costs_an_http2_connection("!garbage");
}

#[test]
fn reset_stream_costs_one_stream() {
    for query in [
        "!reset-stream=before",
        "!reset-stream=after-headers",
        "!reset-stream=midway",
    ] {
        costs_an_http2_stream(query, h2::Reason::INTERNAL_ERROR);
    }
}

#[test]
fn reset_stream_closes_over_http1() {
    let standin = Standin::builder().start();
    let before = over_socket(&standin, "!reset-stream=before");
    assert!(
        before.was_closed() && before.bytes.is_empty(),
        "{:?}",
        before.end
    );
    let midway = over_socket(&standin, "!reset-stream=midway");
    assert!(midway.was_closed(), "{:?}", midway.end);
    assert_eq!(midway.body().len(), content_length(&midway.bytes) / 2);
    nothing_is_left(&standin);
}

#[test]
fn refuse_stream_says_that_nothing_was_processed() {
    costs_an_http2_stream("!refuse-stream", h2::Reason::REFUSED_STREAM);
}

#[test]
fn refuse_stream_closes_over_http1() {
    let standin = Standin::builder().start();
    let exchange = over_socket(&standin, "!refuse-stream");
    assert!(
        exchange.was_closed() && exchange.bytes.is_empty(),
        "{:?}",
        exchange.end
    );
}

#[test]
fn goaway_answers_and_takes_no_more_on_that_connection() {
    for visit in [Visitor::http1, Visitor::http2] {
        let standin = Standin::builder().start();
        let visitor = visit(&standin);
        visitor.text("Hello");
        assert!(visitor.text("!goaway").contains("Success"));
        eventually("the connection has ended", || {
            standin.stats().connections_open == 0
        });
        visitor.text("Hello again");
        assert_eq!(connections(&standin), [1, 1, 2]);
    }
}

#[test]
fn goaway_says_connection_close_over_http1() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!goaway")
        .expect("a response");
    assert_eq!(response.headers()["connection"], "close");
}

#[test]
fn a_failure_can_be_a_broken_connection() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    visitor.failure("!reset=before fails=1");
    assert!(visitor.text("!reset=before fails=1").contains("Success"));
}

#[test]
fn one_http_version_can_be_all_there_is() {
    let http1 = Standin::builder().http(HttpVersions::Http1).start();
    assert!(Visitor::http1(&http1).send("Hello").is_ok());
    assert!(Visitor::http2(&http1).send("Hello").is_err());
    let http2 = Standin::builder().http(HttpVersions::Http2).start();
    assert!(Visitor::http2(&http2).send("Hello").is_ok());
    assert!(Visitor::http1(&http2).send("Hello").is_err());
}

#[test]
fn no_more_streams_are_open_than_allowed() {
    let standin = Standin::builder().max_concurrent_streams(2).start();
    let visitor = Visitor::http2(&standin);
    visitor.text("The client learns the limit from its first connection.");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| visitor.text("!delay-ms=200"));
        }
    });
    assert_eq!(standin.stats().max_in_flight, 2);
    assert_eq!(standin.stats().connections_accepted, 1);
}
