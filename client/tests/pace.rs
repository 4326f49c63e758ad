//! A pace is kept where the service counts, whatever it took to get there.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::time::Duration;

use futures::future::join_all;
use robofy_client::{Message, Status};
use robofy_standin::{HttpVersions, Standin, Tls};
use support::front::{Front, Way};
use support::{CHATBOT_ID, PID};

/// Ten a second.
const PER_MINUTE: u32 = 600;
const BETWEEN_MS: u64 = 100;
const CONNECTING_MS: u64 = 1000;

#[test]
fn those_who_waited_for_the_connection_do_not_arrive_together() {
    let service = Standin::builder().tls(Tls::Valid).start();
    let front = Front::new(Way::slow(&service, Duration::from_millis(CONNECTING_MS)));
    let client = front.client(&[&service], |options| {
        options.rate_limit(PER_MINUTE, 1);
    });
    let message = Message::new(PID, CHATBOT_ID, "Hi");
    let chats = (0..8).map(|_| client.send(&message));
    for reply in pollster::block_on(join_all(chats)) {
        reply.unwrap();
    }
    // Counted from before the chats began: a busy machine makes them later, and never earlier.
    let requests = service.requests();
    let arrivals: Vec<_> = requests.iter().map(|request| request.received_ms).collect();
    for (arrival, earliest) in arrivals
        .iter()
        .zip((CONNECTING_MS..).step_by(BETWEEN_MS as usize))
    {
        assert!(*arrival >= earliest, "{arrivals:?}");
    }
}

#[test]
fn slow_connections_do_not_slow_the_pace() {
    const COUNT: u64 = 12;
    let service = Standin::builder()
        .tls(Tls::Valid)
        .http(HttpVersions::Http1)
        .start();
    let front = Front::new(Way::slow(&service, Duration::from_millis(300)));
    let client = front.client(&[&service], |options| {
        options.rate_limit(PER_MINUTE, 1);
    });
    let message = Message::new(PID, CHATBOT_ID, "!delay-ms=2000");
    let chats = (0..COUNT).map(|_| client.send(&message));
    for reply in pollster::block_on(join_all(chats)) {
        reply.unwrap();
    }
    let requests = service.requests();
    let arrivals: Vec<_> = requests.iter().map(|request| request.received_ms).collect();
    let all = arrivals.last().unwrap() - arrivals[0];
    // Twice the interval and more where each connection is waited for in turn.
    assert!(all < (COUNT - 1) * BETWEEN_MS * 3 / 2, "{arrivals:?}");
}

#[test]
fn one_that_could_not_leave_in_time_was_never_sent() {
    let service = Standin::builder().tls(Tls::Valid).start();
    let front = Front::new(Way::slow(&service, Duration::from_millis(CONNECTING_MS)));
    let client = front.client(&[&service], |options| {
        options
            .rate_limit(30, 1)
            .timeout(Duration::from_millis(2500));
    });
    let message = Message::new(PID, CHATBOT_ID, "Hi");
    let chats = pollster::block_on(join_all((0..2).map(|_| client.send(&message))));
    assert!(chats[0].is_ok());
    let late = chats[1].as_ref().unwrap_err();
    assert_eq!(
        (late.status(), late.http_status()),
        (Status::RateLimited, None)
    );
    assert!(late.is_retryable() && late.retry_after().is_some());
    assert_eq!(service.stats().requests, 1);
}
