//! What was received can be read back, in process and over the control plane.

mod support;

use reqwest::blocking::Client;
use robofy_standin::{RecordedRequest, Standin, Stats};
use serde_json::json;
use support::{CHAT_PATH, Visitor, eventually, message};

fn over_http(client: &Client, standin: &Standin) -> Vec<RecordedRequest> {
    let response = client
        .get(format!("{}/standin/requests", standin.base_url()))
        .send();
    response
        .expect("a response")
        .json()
        .expect("recorded requests")
}

#[test]
fn a_request_is_recorded_as_it_was_received() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    let body = message("918727", "Hello");
    visitor.post(&body).expect("a response");
    let requests = standin.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", CHAT_PATH)
    );
    assert_eq!(request.version, "HTTP/1.1");
    assert_eq!(request.header("authorization"), Some("Bearer key"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-absent"), None);
    assert_eq!(request.body, body);
    assert_eq!(over_http(&visitor.client, &standin), requests);
}

#[test]
fn refused_requests_are_recorded_too() {
    let standin = Standin::builder().start();
    let client = Visitor::http2(&standin).client;
    client
        .put(format!("{}/elsewhere?a=b", standin.base_url()))
        .body("no JSON")
        .send()
        .expect("a response");
    let request = &standin.requests()[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("PUT", "/elsewhere?a=b")
    );
    assert_eq!(request.version, "HTTP/2.0");
    assert_eq!(request.body, json!("no JSON"));
}

#[test]
fn requests_are_in_order_and_know_their_connection() {
    let standin = Standin::builder().start();
    let first = Visitor::http1(&standin);
    first.text("one");
    first.text("two");
    Visitor::http1(&standin).text("three");
    let requests = standin.requests();
    let said = requests
        .iter()
        .map(|request| request.body["query"].clone())
        .collect::<Vec<_>>();
    assert_eq!(said, ["one", "two", "three"]);
    assert_eq!(requests[0].connection, requests[1].connection);
    assert_ne!(requests[1].connection, requests[2].connection);
    assert!(requests.is_sorted_by_key(|request| request.received_ms));
}

#[test]
fn a_request_is_recorded_before_it_is_answered() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    std::thread::scope(|scope| {
        let chat = scope.spawn(|| visitor.failure("!delay-ms=3000 reset=before"));
        eventually("it is recorded", || standin.requests().len() == 1);
        assert!(!chat.is_finished());
        assert_eq!(standin.stats().in_flight, 1);
    });
}

#[test]
fn only_the_last_ten_thousand_requests_are_kept() {
    let standin = Standin::builder().start();
    let client = Visitor::http2(&standin).client;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..1_251 {
                    client.get(standin.base_url()).send().expect("a response");
                }
            });
        }
    });
    assert_eq!(standin.stats().requests, 8 * 1_251);
    assert_eq!(standin.requests().len(), 10_000);
}

#[test]
fn delete_clears_requests_and_sessions() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    visitor.text("I am Ada");
    let response = visitor
        .client
        .delete(format!("{}/standin/requests", standin.base_url()))
        .send();
    assert_eq!(response.expect("a response").status(), 204);
    assert_eq!(over_http(&visitor.client, &standin), []);
    assert!(!visitor.text("Who am I?").contains("Ada"));
}

#[test]
fn stats_count_connections_and_chats_but_no_control_requests() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http2(&standin);
    visitor.text("The next ones share this connection.");
    std::thread::scope(|scope| {
        let chats = [(); 3].map(|()| scope.spawn(|| visitor.text("!delay-ms=3000")));
        eventually("all three are in flight", || standin.stats().in_flight == 3);
        for chat in chats {
            chat.join().expect("an answer");
        }
    });
    let url = format!("{}/standin/stats", standin.base_url());
    let stats: Stats = visitor
        .client
        .get(url)
        .send()
        .expect("a response")
        .json()
        .expect("stats");
    assert_eq!(
        stats,
        Stats {
            connections_accepted: 1,
            connections_open: 1,
            requests: 4,
            in_flight: 0,
            max_in_flight: 3
        }
    );
    assert_eq!(standin.requests().len(), 4);
}

#[test]
fn a_dropped_stand_in_is_gone() {
    let standin = Standin::builder().start();
    let visitor = Visitor::http1(&standin);
    visitor.text("Hello");
    drop(standin);
    assert!(visitor.failure("Hello?").is_connect());
}
