//! Stores that fail, clocks that jump, inboxes that are dropped, processes that fork.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use robofy_client::Status;
use robofy_conversation::inbox::message::Why;
use robofy_conversation::inbox::options::{Moment, Options};
use robofy_conversation::inbox::store::{Accept, Kind, Store};
use robofy_conversation::inbox::{Clock, Error, Inbox};
use robofy_standin::Standin;
use support::store::{self, Faulty};
use support::{
    CHANNEL, CHATBOT_ID, PATIENCE, PID, assert_is, client_of, eventually, inbox_of, options,
    settle, single, world,
};

fn is_readable(descriptor: i32) -> bool {
    let mut poll = libc::pollfd {
        fd: descriptor,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: the pointer is that of one live structure.
    unsafe { libc::poll(&mut poll, 1, 0) == 1 }
}

#[test]
fn the_descriptor_is_readable_exactly_while_an_outcome_waits() {
    let world = world(single());
    let descriptor = world.inbox.poll_fd().unwrap();
    assert_eq!(world.inbox.poll_fd().unwrap(), descriptor);
    assert!(!is_readable(descriptor));
    world.queue("1", "a", "!answer=x");
    world.queue("2", "b", "!answer=y");
    eventually("both are answered", || {
        world.inbox.stats().unwrap().unpolled == 2
    });
    assert!(is_readable(descriptor));
    world.settle();
    assert!(is_readable(descriptor));
    world.settle();
    assert!(!is_readable(descriptor));
}

#[test]
fn a_dropped_inbox_loses_nothing_and_what_was_asked_follows_retry_ambiguous() {
    for (retry_ambiguous, kind) in [(false, Kind::Fallback), (true, Kind::Answer)] {
        let options = || Options {
            retry_ambiguous,
            ..single()
        };
        let service = Standin::builder().start();
        let client = client_of(&service);
        let store = store::fresh();
        let inbox = inbox_of(&client, options(), store.clone());
        inbox
            .offer_text(CHANNEL, "1", "asked", "!fails=1 delay-ms=20000 answer=x")
            .unwrap();
        inbox
            .offer_text(CHANNEL, "1", "waits", "!answer=y")
            .unwrap();
        inbox
            .offer_text(CHANNEL, "2", "answered", "!answer=z")
            .unwrap();
        let answered = inbox.poll(Some(PATIENCE)).unwrap();
        assert_is(&answered, Kind::Answer, &["answered"]);
        eventually("it is asked", || service.stats().requests == 2);
        let began = Instant::now();
        drop(inbox);
        // The chat would take twenty seconds.
        assert!(began.elapsed() < Duration::from_secs(10));

        let inbox = inbox_of(&client, options(), store.clone());
        let mut seen = Vec::new();
        for _ in 0..3 {
            let outcome = inbox.poll(Some(PATIENCE)).unwrap();
            settle(&inbox, &outcome);
            let id = outcome.message_ids().next().unwrap().to_owned();
            if id == "asked" && kind == Kind::Fallback {
                assert_eq!(outcome.error().unwrap().status(), Status::Interrupted);
            }
            seen.push((id, outcome.kind()));
        }
        // In order within a session.
        seen.retain(|(id, _)| id != "answered");
        let expected = [
            ("asked".to_owned(), kind),
            ("waits".to_owned(), Kind::Answer),
        ];
        assert_eq!(seen, expected);
        // What was answered is not asked again.
        let asked = if retry_ambiguous { 4 } else { 3 };
        assert_eq!(service.stats().requests, asked);
    }
}

#[test]
fn sent_is_kept_before_the_request_leaves_and_a_store_that_fails_loses_nothing() {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let store = Arc::new(Faulty::default());
    let inbox = inbox_of(&client, single(), store.clone());
    store.failures.store(1, Ordering::SeqCst);
    let refused = inbox
        .offer_text(CHANNEL, "1", "a", "!answer=x")
        .unwrap_err();
    assert!(matches!(&refused, Error::Storage(_)), "{refused:?}");
    assert_eq!(refused.to_string(), "/data/inbox is full; make room");

    for failures in 1..4 {
        let id = failures.to_string();
        assert_eq!(
            inbox.offer_text(CHANNEL, "1", &id, "!answer=x").unwrap(),
            Accept::Queued
        );
        // Whichever calls they are: the next ones of the worker, or of the one who polls.
        store.failures.store(failures, Ordering::SeqCst);
        let answer = inbox.poll(Some(PATIENCE)).unwrap();
        assert_is(&answer, Kind::Answer, &[&*id]);
        store.failures.store(0, Ordering::SeqCst);
        settle(&inbox, &answer);
    }
    assert_eq!(service.requests().len(), 3);
    assert_eq!(store.sent.lock().unwrap().len(), 3);
    assert!(inbox.stats().unwrap().storage_errors >= 3);
}

/// Three that are too long come in one batch with many that are not; more come later.
#[test]
fn an_answer_that_the_store_cannot_keep_stops_no_other_and_is_not_lost() {
    const MANY: usize = 40;
    const TOO_LONG: [usize; 3] = [0, 1, 20];
    let service = Standin::builder().start();
    let client = client_of(&service);
    let store = Arc::new(Faulty::default());
    store.longest.store(100, Ordering::SeqCst);
    let inbox = inbox_of(&client, single(), store.clone());
    let offer = |id: usize, answer: &str| {
        let id = id.to_string();
        let accept = inbox.offer_text(CHANNEL, &id, &id, answer);
        assert_eq!(accept.unwrap(), Accept::Queued);
    };
    let long = format!("!delay-ms=1000 answer={}", "x".repeat(101));
    for id in 0..MANY {
        let is_long = TOO_LONG.contains(&id);
        offer(
            id,
            if is_long {
                &long
            } else {
                "!delay-ms=1000 answer=x"
            },
        );
    }
    eventually("all are asked", || store.sent.lock().unwrap().len() == MANY);
    // The worker waits for a claim until all have answered.
    store.is_shut.store(true, Ordering::SeqCst);
    offer(MANY, "!answer=x");
    eventually("all have answered", || service.stats().in_flight == 0);
    std::thread::sleep(Duration::from_millis(300));
    store.open();
    for _ in TOO_LONG.len()..=MANY {
        settle(&inbox, &inbox.poll(Some(PATIENCE)).unwrap());
    }
    offer(MANY + 1, "!answer=y");
    let later = inbox.poll(Some(PATIENCE)).unwrap();
    assert_is(&later, Kind::Answer, &["41"]);
    settle(&inbox, &later);
    assert!(inbox.stats().unwrap().storage_errors > 0);
    // There is room again.
    store.longest.store(usize::MAX, Ordering::SeqCst);
    for _ in TOO_LONG {
        let answer = inbox.poll(Some(PATIENCE)).unwrap();
        assert_eq!(answer.parts().collect::<String>().len(), 101);
        settle(&inbox, &answer);
    }
}

#[test]
fn beyond_max_pending_the_channel_is_to_send_it_again() {
    let world = world(Options {
        max_pending: 2,
        ..options()
    });
    world.queue("1", "a", "Hi");
    world.queue("2", "b", "Hi");
    assert_eq!(world.offer("3", "c", "Hi"), Accept::Refused);
    world
        .inbox
        .pause(CHANNEL, "1", Duration::from_secs(60))
        .unwrap();
    world.settle();
    world.queue("3", "c", "Hi");
}

#[test]
fn a_clock_that_jumps_loses_nothing_and_answers_nothing_twice() {
    const MINUTE: i64 = 60_000;
    for jump in [
        -24 * 60 * MINUTE,
        -23 * 60 * MINUTE,
        -30 * MINUTE,
        -MINUTE,
        30 * MINUTE,
        23 * 60 * MINUTE,
    ] {
        let service = Standin::builder().start();
        let client = client_of(&service);
        let offset = Arc::new(AtomicI64::new(0));
        let clock = {
            let (system, offset) = (Instant::now(), offset.clone());
            Clock::of(move || {
                let passed = i64::try_from(system.elapsed().as_millis()).unwrap();
                1_800_000_000_000 + passed + offset.load(Ordering::SeqCst)
            })
        };
        let bursts = Options {
            quiet_ms: 300,
            max_messages: 20,
            ..options()
        };
        let store = store::fresh();
        let inbox = Inbox::with_clock(&client, PID, CHATBOT_ID, bursts, store, clock).unwrap();
        let offer = |id, text| inbox.offer_text(CHANNEL, "1", id, text).unwrap();
        assert_eq!(offer("a", "!answer=x"), Accept::Queued);
        offset.store(jump, Ordering::SeqCst);
        let answer = inbox.poll(Some(PATIENCE)).expect("an answer");
        assert_is(&answer, Kind::Answer, &["a"]);
        assert_eq!(offer("b", "!answer=y"), Accept::Queued);
        assert_eq!(offer("a", "!answer=x"), Accept::Duplicate, "{jump}");
        offset.store(0, Ordering::SeqCst);
        settle(&inbox, &answer);
        let outcome = inbox.poll(Some(PATIENCE)).expect("an outcome");
        // By the clock it is as old as that.
        let is_late = jump == -24 * 60 * MINUTE;
        let kind = if is_late {
            Kind::Expired(Why::Window)
        } else {
            Kind::Answer
        };
        assert_is(&outcome, kind, &["b"]);
        settle(&inbox, &outcome);
        assert!(inbox.poll(Some(Duration::from_millis(400))).is_none());
        let requests = service.requests();
        let asked: Vec<_> = requests
            .iter()
            .map(|request| &request.body["query"])
            .collect();
        // Whoever looked at the clock before it jumped may still ask about the second.
        assert!(
            asked == ["!answer=x", "!answer=y"] || (is_late && asked == ["!answer=x"]),
            "{jump}"
        );
    }
}

#[test]
fn a_child_has_no_part_in_its_parents_inbox() {
    let world = world(single());
    world.queue("1", "a", "!delay-ms=500 answer=x");
    eventually("it is asked", || world.service.stats().requests == 1);
    let mut inbox = Some(world.inbox);
    // SAFETY: the child calls the library, which allows it, and glibc's allocator, which works after a fork; it ends without
    // running what the parent's other threads left behind.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: as above; it fails rather than to hang.
        unsafe { libc::alarm(60) };
        let inbox = inbox.take();
        let tells = |error: Error| error.to_string().contains("fork()");
        let went_well = inbox.as_ref().is_some_and(|inbox| {
            inbox.poll(None).is_none()
                && inbox.poll_fd().is_err()
                && inbox.offer_text(CHANNEL, "1", "b", "Hi").is_err_and(tells)
                && inbox.stats().is_err_and(tells)
                && inbox.resume(CHANNEL, "1").is_err_and(tells)
        });
        drop(inbox);
        // SAFETY: ends the child, and nothing else.
        unsafe { libc::_exit(i32::from(!went_well)) };
    }
    let mut status = -1;
    // SAFETY: the child is ours, and the pointer that of a live number.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0);
    let answer = inbox.unwrap().poll(Some(PATIENCE)).unwrap();
    assert_is(&answer, Kind::Answer, &["a"]);
}

/// A pass that forgets fewer than came since the one before would have the store grow for as long as messages come.
#[test]
fn forgetting_keeps_up_with_what_comes() {
    const MANY: usize = 5_000;
    let service = Standin::builder().start();
    let client = client_of(&service);
    let now = Arc::new(AtomicI64::new(1_800_000_000_000));
    let clock = {
        let now = now.clone();
        Clock::of(move || now.load(Ordering::SeqCst))
    };
    let many = Options {
        dedup_ms: 1_000,
        ..options()
    };
    let store = Arc::new(Faulty::default());
    let inbox = Inbox::with_clock(&client, PID, CHATBOT_ID, many, store.clone(), clock).unwrap();
    let offer = |user: usize, id: &str| {
        let accept = inbox.offer_text(CHANNEL, &user.to_string(), id, "!answer=x");
        assert_eq!(accept.unwrap(), Accept::Queued);
    };
    for user in 0..MANY {
        offer(user, &user.to_string());
    }
    now.fetch_add(2_000, Ordering::SeqCst);
    let before = store.claims.load(Ordering::SeqCst);
    offer(MANY, "a");
    offer(MANY, "b");
    settle(&inbox, &inbox.poll(Some(PATIENCE)).unwrap());
    eventually("they are forgotten", || {
        inbox.stats().unwrap().remembered < 10
    });
    let passes = store.claims.load(Ordering::SeqCst) - before;
    assert!(passes < 10, "{passes}");
}

/// Else it would take a second for each transaction.
#[test]
fn all_that_a_held_channel_puts_off_is_put_off_at_once() {
    const MANY: usize = 10_000;
    let service = Standin::builder().start();
    let client = client_of(&service);
    let (store, options) = (Arc::new(Faulty::default()), single());
    let inbox = inbox_of(&client, single(), store.clone());
    let offer = |user: usize| {
        let user = user.to_string();
        let accept = inbox.offer_text(CHANNEL, &user, &user, "!answer=x");
        assert_eq!(accept.unwrap(), Accept::Queued);
    };
    offer(0);
    let answer = inbox.poll(Some(PATIENCE)).unwrap();
    inbox.failed(&answer, 0, 190).unwrap();
    store.is_shut.store(true, Ordering::SeqCst);
    for user in 1..MANY {
        offer(user);
    }
    store.open();
    eventually("all are put off", || {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let now = i64::try_from(now).unwrap();
        let options = &options;
        store.next_due(Moment { now, options }).unwrap() > Some(now)
    });
}
