//! HTTP/2 connections where the service is not as it was, or allows little.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::time::{Duration, Instant};

use robofy_client::{AsyncClient, Message, ReplyFuture, Status};
use robofy_standin::{HttpVersions, Standin, Tls};
use support::front::{Front, Way};
use support::{CHATBOT_ID, KEY, PID, eventually};

/// How many chats a connection carries, as the service allows if it is not told otherwise.
const ROOM: u64 = 128;

fn speaking(http: HttpVersions) -> Standin {
    Standin::builder().tls(Tls::Valid).http(http).start()
}

fn message(query: &str) -> Message {
    Message::new(PID, CHATBOT_ID, query)
}

/// Holds a stream; by then the service has said how many there are.
fn one_slow_answer(client: &AsyncClient, service: &Standin) -> ReplyFuture {
    pollster::block_on(client.send(&message("Hi"))).unwrap();
    let slow = client.send(&message("!delay-ms=60000"));
    eventually("it is at the service", || service.stats().in_flight == 1);
    slow
}

#[test]
fn a_connection_carries_as_many_chats_as_the_service_allows() {
    const ALLOWED: u32 = 7;
    let service = Standin::builder()
        .tls(Tls::Valid)
        .max_concurrent_streams(ALLOWED)
        .start();
    let client = support::async_client_of(&service);
    let connections = 10;
    let chats = connections * u64::from(ALLOWED);
    let slow: Vec<_> = (0..chats)
        .map(|_| client.send(&message("!delay-ms=60000")))
        .collect();
    eventually("they are all at the service", || {
        service.stats().in_flight == chats
    });
    let stats = service.stats();
    assert_eq!(
        (stats.requests, stats.connections_accepted),
        (chats, connections)
    );
    assert_eq!(
        (client.stats().connections, client.stats().retried),
        (connections, 0)
    );
    drop(slow);
}

#[test]
fn a_stream_that_is_reset_costs_no_connection() {
    let service = speaking(HttpVersions::Auto);
    let client = support::async_client_of(&service);
    for _ in 0..3 {
        let reset = client.send(&message("!reset-stream=before"));
        let error = pollster::block_on(reset).unwrap_err();
        assert_eq!(error.status(), Status::Interrupted);
        pollster::block_on(client.send(&message("Hi"))).unwrap();
    }
    assert_eq!(service.stats().connections_accepted, 1);
}

#[test]
fn a_chat_behind_a_slow_answer_takes_another_connection() {
    let service = Standin::builder()
        .tls(Tls::Valid)
        .max_concurrent_streams(1)
        .start();
    let mut options = support::options_for(&service);
    options.connect_timeout(Duration::from_secs(5));
    let client = AsyncClient::new(KEY, &options).unwrap();
    let slow = one_slow_answer(&client, &service);
    let quick: Vec<_> = (0..5).map(|_| client.send(&message("Hi"))).collect();
    for reply in quick {
        pollster::block_on(reply).unwrap();
    }
    drop(slow);
}

#[test]
fn a_chat_behind_a_slow_answer_keeps_its_deadline() {
    let service = Standin::builder()
        .tls(Tls::Valid)
        .max_concurrent_streams(1)
        .start();
    let front = Front::new(Way::to(&service));
    let client = front.client(&[&service], |_| {});
    let slow = one_slow_answer(&client, &service);
    front.turn(Way::Silent);
    let began = Instant::now();
    let mut quick = message("Hi");
    quick.timeout(Some(Duration::from_secs(2)));
    let error = pollster::block_on(client.send(&quick)).unwrap_err();
    assert_eq!(error.status(), Status::Timeout);
    assert!(error.is_retryable(), "it never left");
    assert!(began.elapsed() < Duration::from_secs(30));
    drop(slow);
}

#[test]
fn a_handshake_that_is_cut_off_does_not_crowd_the_other_connections() {
    let service = speaking(HttpVersions::Auto);
    let front = Front::new(Way::to(&service));
    let client = front.client(&[&service], |_| {});
    let begin = |count| -> Vec<_> {
        let slow = (0..count).map(|_| client.send(&message("!delay-ms=60000")));
        slow.collect()
    };
    let mut first = begin(ROOM);
    eventually("they fill a connection", || {
        service.stats().in_flight == ROOM
    });

    front.turn(Way::Cut);
    let cut = pollster::block_on(client.send(&message("Hi"))).unwrap_err();
    assert_eq!(cut.status(), Status::Tls);

    front.turn(Way::to(&service));
    first.truncate(50);
    eventually("half of them leave", || service.stats().in_flight == 50);
    let second = begin(ROOM);
    eventually("others are there in their place", || {
        service.stats().in_flight == ROOM + 50
    });
    assert_eq!(service.stats().connections_open, 2);
    drop((first, second));
}

#[test]
fn a_service_that_stops_to_speak_http2_is_spoken_to_in_http1() {
    for later in [HttpVersions::Http1, HttpVersions::Http1WithoutAlpn] {
        let (before, after) = (speaking(HttpVersions::Auto), speaking(later));
        let front = Front::new(Way::to(&before));
        let client = front.client(&[&before, &after], |_| {});
        let slow: Vec<_> = (0..ROOM)
            .map(|_| client.send(&message("!delay-ms=60000")))
            .collect();
        eventually("they fill a connection", || {
            before.stats().in_flight == ROOM
        });

        front.turn(Way::to(&after));
        for _ in 0..2 {
            let reply = pollster::block_on(client.send(&message("Hi"))).unwrap();
            assert_eq!(reply.attempts(), 1);
        }
        let versions = after.requests().into_iter().map(|request| request.version);
        assert_eq!(Vec::from_iter(versions), ["HTTP/1.1", "HTTP/1.1"]);
        drop(slow);
    }
}
