//! Several who share a client, and a client's limits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use robofy_client::{Client, Message, Options as ClientOptions};
use robofy_conversation::inbox::store::{Accept, Kind};
use robofy_standin::Standin;
use support::store::{self, Faulty};
use support::{
    CHANNEL, CHATBOT_ID, PATIENCE, PID, assert_is, client_of, inbox_of, single, text, world,
};

#[test]
fn two_inboxes_and_a_program_share_a_client() {
    let world = world(single());
    let other = inbox_of(&world.client, single(), store::fresh());
    world.queue("1", "a", "!answer=x");
    assert_eq!(
        other.offer_text(CHANNEL, "1", "a", "!answer=y").unwrap(),
        Accept::Queued
    );
    world
        .client
        .submit(&Message::new(PID, CHATBOT_ID, "!answer=z"), 7)
        .unwrap();
    assert_eq!(text(&world.settle()), "x");
    assert_eq!(text(&other.poll(Some(PATIENCE)).unwrap()), "y");
    let completion = world.client.poll(Some(PATIENCE)).unwrap();
    assert_eq!(completion.into_result().unwrap().answer(), "z");
    drop(other);
    world.queue("1", "b", "!answer=x");
    assert_eq!(text(&world.settle()), "x");
    assert_eq!(world.client.stats().in_flight, 0);
}

#[test]
fn turns_wait_for_a_place_where_the_client_has_a_limit() {
    let service = Standin::builder().start();
    let mut limited = ClientOptions::new();
    limited.base_url(service.base_url()).max_in_flight(1);
    let client = Client::new("a-test-key", &limited).unwrap();
    let inbox = inbox_of(&client, single(), store::fresh());
    for user in ["1", "2", "3", "4"] {
        inbox
            .offer_text(CHANNEL, user, user, "!delay-ms=20 answer=x")
            .unwrap();
    }
    for _ in 0..4 {
        let answer = inbox.poll(Some(PATIENCE)).unwrap();
        assert_eq!(answer.kind(), Kind::Answer, "{answer:?}");
    }
    assert_eq!(service.stats().max_in_flight, 1);
}

#[test]
fn turns_wait_for_their_moment_where_the_client_has_a_pace() {
    let service = Standin::builder().start();
    let mut paced = ClientOptions::new();
    // One now, and one each second; no chat would wait for as long.
    paced.base_url(service.base_url()).rate_limit(60, 1);
    paced.timeout(Duration::from_millis(500));
    let client = Client::new("a-test-key", &paced).unwrap();
    let inbox = inbox_of(&client, single(), store::fresh());
    for user in ["1", "2", "3"] {
        inbox.offer_text(CHANNEL, user, user, "!answer=x").unwrap();
    }
    for _ in 0..3 {
        let answer = inbox.poll(Some(PATIENCE)).unwrap();
        assert_eq!(answer.kind(), Kind::Answer, "{answer:?}");
    }
    assert_eq!(service.stats().requests, 3);
}

#[test]
fn a_store_that_blocks_holds_up_no_client_of_the_engine() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let store = Arc::new(Faulty::default());
    let inbox = inbox_of(&client, single(), store.clone());
    store.is_shut.store(true, Ordering::SeqCst);
    inbox.offer_text(CHANNEL, "1", "a", "!answer=x").unwrap();
    for tag in 0..100 {
        client
            .submit(&Message::new(PID, CHATBOT_ID, "!answer=y"), tag)
            .unwrap();
    }
    for _ in 0..100 {
        let completion = client.poll(Some(PATIENCE)).unwrap();
        assert_eq!(completion.into_result().unwrap().answer(), "y");
    }
    assert!(inbox.poll(Some(Duration::ZERO)).is_none());
    store.open();
    assert_is(&inbox.poll(Some(PATIENCE)).unwrap(), Kind::Answer, &["a"]);
}
