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
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::{Accept, Kind};
use robofy_standin::Standin;
use support::store::{self, Faulty};
use support::{
    CHANNEL, CHATBOT_ID, PATIENCE, PID, assert_is, client_of, eventually, inbox_of, single, text,
    world,
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
fn what_the_client_does_not_let_leave_yet_is_asked_after_a_restart() {
    let limits: [fn(&mut ClientOptions) -> &mut ClientOptions; 2] = [
        |options| options.rate_limit(1, 1),
        |options| options.max_in_flight(1),
    ];
    for limit in limits {
        let service = Standin::builder().start();
        let mut limited = ClientOptions::new();
        limit(limited.base_url(service.base_url()));
        let client = Client::new("a-test-key", &limited).unwrap();
        let store = store::fresh();
        let inbox = inbox_of(&client, single(), store.clone());
        inbox
            .offer_text(CHANNEL, "1", "1", "!delay-ms=60000")
            .unwrap();
        eventually("it is asked", || service.stats().requests == 1);
        for user in ["2", "3", "4"] {
            inbox.offer_text(CHANNEL, user, user, "!answer=x").unwrap();
        }
        eventually("they are claimed", || inbox.stats().unwrap().turns == 4);
        drop(inbox);
        let again = inbox_of(&client_of(&service), single(), store);
        let mut kinds = Vec::from_iter((0..4).map(|_| {
            let outcome = again.poll(Some(PATIENCE)).unwrap();
            (outcome.session_id().to_owned(), outcome.kind())
        }));
        kinds.sort_by(|(one, _), (other, _)| one.cmp(other));
        let kinds = Vec::from_iter(kinds.into_iter().map(|(_, kind)| kind));
        assert_eq!(kinds[0], Kind::Fallback);
        assert_eq!(kinds[1..], [Kind::Answer; 3]);
    }
}

#[test]
fn a_notice_does_not_wait_for_the_pace() {
    let service = Standin::builder().start();
    let mut paced = ClientOptions::new();
    paced.base_url(service.base_url()).rate_limit(1, 1);
    let client = Client::new("a-test-key", &paced).unwrap();
    let options = Options {
        stop_words: vec!["stop".into()],
        stop_text: "Bye.".into(),
        ..single()
    };
    let inbox = inbox_of(&client, options, store::fresh());
    for user in ["1", "2", "3"] {
        inbox.offer_text(CHANNEL, user, user, "!answer=x").unwrap();
    }
    assert_eq!(text(&inbox.poll(Some(PATIENCE)).unwrap()), "x");
    inbox.offer_text(CHANNEL, "4", "4", "STOP").unwrap();
    assert_eq!(text(&inbox.poll(Some(PATIENCE)).unwrap()), "Bye.");
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
