//! Directives about when the bytes travel. Only lower bounds are asserted: a machine may be slow, never early.

mod support;

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use robofy_standin::Standin;
use support::{PATIENCE, Visitor, eventually, timed};

const WAIT: Duration = Duration::from_millis(300);

#[test]
fn every_answer_takes_the_delay() {
    let standin = Standin::builder().delay(WAIT).start();
    assert!(timed(|| Visitor::http1(&standin).send("Hello")).1 >= WAIT);
}

/// Nobody waits for the delay here: it is beyond the visitor's patience.
#[test]
fn a_directive_takes_precedence_over_the_delay() {
    let standin = Standin::builder().delay(2 * PATIENCE).start();
    let answer = Visitor::http1(&standin).text("!delay-ms=0");
    assert!(answer.contains("Success"), "{answer}");
}

#[test]
fn delay_ms_holds_the_headers_back() {
    let standin = Standin::builder().start();
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        let (response, elapsed) = timed(|| visitor.send("!delay-ms=300"));
        assert_eq!(response.expect("a response").status(), 200);
        assert!(elapsed >= WAIT, "{elapsed:?}");
    }
}

#[test]
fn body_delay_ms_holds_the_body_back_after_the_headers() {
    let standin = Standin::builder().start();
    let wait = 10 * WAIT;
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        let response = visitor.send("!body-delay-ms=3000").expect("headers");
        assert_eq!(
            standin.stats().in_flight,
            1,
            "the headers came before the body"
        );
        let (body, elapsed) = timed(|| response.text());
        assert!(body.expect("a whole body").contains("Success"));
        // The headers' own way took a part of it.
        assert!(elapsed >= wait / 2, "{elapsed:?}");
    }
}

#[test]
fn drip_ms_sends_one_byte_at_a_time() {
    let standin = Standin::builder().start();
    let (body, elapsed) =
        timed(|| Visitor::http1(&standin).text("!drip-ms=20 raw={\"a\": \"slow\"}"));
    assert_eq!(body, "{\"a\": \"slow\"}");
    assert!(
        elapsed >= Duration::from_millis(20) * (body.len() as u32 - 1),
        "{elapsed:?}"
    );
}

#[test]
fn a_dripped_byte_is_on_its_way_before_the_next() {
    let standin = Standin::builder().start();
    let response = Visitor::http1(&standin)
        .send("!drip-ms=2000 raw=ab")
        .expect("headers");
    let mut body = BufReader::new(response);
    let first = body.fill_buf().expect("bytes").to_vec();
    assert_eq!(first, b"a");
    body.consume(1);
    let mut rest = String::new();
    body.read_to_string(&mut rest).expect("the rest");
    assert_eq!(rest, "b");
}

#[test]
fn a_client_that_leaves_is_no_longer_in_flight() {
    let standin = Standin::builder().start();
    for visitor in [Visitor::http1(&standin), Visitor::http2(&standin)] {
        let request = visitor
            .client
            .post(format!("{}{}", standin.base_url(), support::CHAT_PATH))
            .bearer_auth("key")
            .timeout(WAIT)
            .json(&support::message("session", "!delay-ms=600000"));
        assert!(request.send().expect_err("no answer in time").is_timeout());
        eventually("nothing is in flight", || standin.stats().in_flight == 0);
    }
}
