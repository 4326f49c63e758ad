//! Bursts, order, duplicates, and what comes of a turn.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::time::Duration;

use robofy_client::Status;
use robofy_conversation::inbox::message::{Notice, Why};
use robofy_conversation::inbox::options::{MediaPolicy, Options};
use robofy_conversation::inbox::policy::identity::Identifiers;
use robofy_conversation::inbox::store::{Accept, Kind, Offer};
use robofy_conversation::webhook;
use support::{
    CHANNEL, PATIENCE, World, assert_is, eventually, inbox_of, options, single, text, world,
};

#[test]
fn a_burst_is_one_turn_after_a_pause_and_the_answer_is_in_parts_of_whatsapp_text() {
    let world = world(Options {
        quiet_ms: 300,
        max_messages: 20,
        join: " ".into(),
        ..options()
    });
    for (id, text) in [
        ("1", "!answer=**one**"),
        ("2", "headers=1"),
        ("3", "extra-keys"),
    ] {
        world.queue("1555", id, text);
    }
    let answer = world.settle();
    assert_is(&answer, Kind::Answer, &["1", "2", "3"]);
    assert_eq!(world.asked(), ["!answer=**one** headers=1 extra-keys"]);
    let request = &world.service.requests()[0].body;
    assert_eq!(request["user_context"]["session_id"], "1555");
    assert_eq!(request["pid"], support::PID);
    assert_eq!(answer.reply().unwrap().answer().matches("**").count(), 2);
    assert_eq!(text(&answer), "*one*");
    assert_eq!(answer.session_id(), "1555");
    assert_eq!(answer.channel_id(), CHANNEL);
    assert_eq!(answer.to(), Some("1555"));
    assert_eq!(answer.reply_to(), Some("3"));
    let stats = world.inbox.stats().unwrap();
    assert_eq!((stats.queued, stats.answers, stats.pending), (3, 1, 0));
}

#[test]
fn what_comes_while_the_agent_thinks_is_the_next_turn_without_a_new_wait() {
    let world = world(options());
    world.queue("1555", "1", "!delay-ms=300");
    world.queue("1555", "2", "answer=x");
    support::eventually("it is asked", || world.service.stats().requests == 1);
    world.queue("1555", "3", "!answer=y");
    assert_is(&world.settle(), Kind::Answer, &["1", "2"]);
    // It would wait for ever.
    assert_is(&world.settle(), Kind::Answer, &["3"]);
}

#[test]
fn a_session_has_one_turn_at_a_time_and_others_do_not_wait_for_it() {
    let world = world(single());
    world.queue("1", "1a", "!answer=first");
    let first = world.poll();
    world.queue("1", "1b", "!answer=second");
    world.queue("1", "1c", "!answer=third");
    world.queue("2", "2a", "!answer=other");
    let other = world.settle();
    assert_eq!(text(&other), "other");
    assert!(world.inbox.poll(Some(Duration::from_millis(50))).is_none());
    support::settle(&world.inbox, &first);
    assert_eq!(text(&world.settle()), "second");
    assert_eq!(text(&world.settle()), "third");
}

#[test]
fn a_message_that_comes_again_is_a_duplicate_while_it_waits_is_asked_answered_and_afterwards() {
    let world = world(options());
    world.queue("1", "a", "!answer=x");
    assert_eq!(world.offer("1", "a", "again"), Accept::Duplicate);
    world.queue("1", "b", "headers=1");
    assert_eq!(world.offer("1", "b", "again"), Accept::Duplicate);
    let answer = world.poll();
    assert_eq!(world.offer("1", "a", "again"), Accept::Duplicate);
    world.inbox.sent(&answer, 0, "ours").unwrap();
    assert_eq!(world.offer("1", "a", "again"), Accept::Duplicate);
    assert_eq!(
        world.offer("1", "ours", "its own message"),
        Accept::Duplicate
    );
    assert_eq!(world.service.requests().len(), 1);
}

#[test]
fn a_long_answer_has_parts_that_fit_and_each_is_settled_alone() {
    let world = world(Options {
        limit: 100,
        ..single()
    });
    world.queue("1", "a", "!huge=250");
    let answer = world.poll();
    assert_eq!(answer.parts().len(), 3);
    assert!(answer.parts().all(|part| part.len() <= 100));
    world.queue("1", "b", "!answer=x");
    for part in 0..3 {
        assert!(world.inbox.poll(Some(Duration::ZERO)).is_none());
        world.inbox.sent(&answer, part, "").unwrap();
    }
    assert_is(&world.settle(), Kind::Answer, &["b"]);
}

#[test]
fn an_agent_that_does_not_answer_is_a_fallback_with_the_text_of_its_status() {
    let world = world(Options {
        fallback: "Later, please.".into(),
        fallback_by_status: vec![(Status::Unauthorized as i32, String::new())],
        ..single()
    });
    world.queue("1", "a", "!status=500 code=OOPS detail=broken");
    let fallback = world.settle();
    assert_is(&fallback, Kind::Fallback, &["a"]);
    assert_eq!(text(&fallback), "Later, please.");
    let error = fallback.error().unwrap();
    assert_eq!(
        (error.status(), error.http_status()),
        (Status::Server, Some(500))
    );
    assert_eq!(error.code(), Some("OOPS"));
    assert!(fallback.reply().is_none());

    world.queue("1", "b", "!status=401");
    let silent = world.settle();
    assert_is(&silent, Kind::Fallback, &["b"]);
    assert_eq!(text(&silent), "");
    world.queue("1", "c", "!answer=well");
    assert_eq!(text(&world.settle()), "well");
}

#[test]
fn media_notices_and_old_messages_have_outcomes_of_their_own() {
    let world = world(Options {
        media: MediaPolicy::Reply("Text only.".into()),
        stop_words: vec!["stop".into()],
        start_words: vec!["start".into()],
        stop_text: "Bye.".into(),
        start_text: "Hi again.".into(),
        ..single()
    });
    let voice = Offer {
        kind: webhook::Kind::Media,
        ..Offer::text(CHANNEL, "1", "voice", "")
    };
    assert_eq!(world.inbox.offer(voice).unwrap(), Accept::Queued);
    let media = world.settle();
    assert_is(&media, Kind::Media, &["voice"]);
    assert_eq!(text(&media), "Text only.");

    world.queue("1", "s", "STOP");
    let notice = world.settle();
    assert_is(&notice, Kind::Notice(Notice::Stop), &["s"]);
    assert_eq!(text(&notice), "Bye.");
    assert_eq!(world.offer("1", "b", "hello?"), Accept::Paused);
    world.queue("1", "t", "start");
    assert_is(&world.settle(), Kind::Notice(Notice::Start), &["t"]);

    let old = Offer {
        written_at: Some(1_000),
        ..Offer::text(CHANNEL, "1", "old", "are you there?")
    };
    assert_eq!(world.inbox.offer(old).unwrap(), Accept::Queued);
    assert_is(&world.settle(), Kind::Expired(Why::Window), &["old"]);
    assert!(world.asked().is_empty());
}

#[test]
fn edits_and_deletions_change_what_is_not_sent() {
    let world = world(Options {
        max_messages: 3,
        ..options()
    });
    world.queue("1", "a", "!answer=x one");
    world.queue("1", "b", "two");
    let change = |kind, original_id| Offer {
        kind,
        original_id,
        ..Offer::text(CHANNEL, "1", "change", "!echo")
    };
    let edit = change(webhook::Kind::Edit, "a");
    assert_eq!(world.inbox.offer(edit).unwrap(), Accept::Ignored);
    let revoke = change(webhook::Kind::Revoke, "b");
    assert_eq!(world.inbox.offer(revoke).unwrap(), Accept::Ignored);
    world.queue("1", "c", "emoji");
    let answer = world.settle();
    assert_is(&answer, Kind::Answer, &["a", "b", "c"]);
    assert_eq!(world.asked(), ["!echo\nemoji"]);
}

#[test]
fn a_person_without_a_phone_number_is_asked_for_and_answered_under_the_first_identifier() {
    let world = world(single());
    let both = Identifiers {
        phone: Some("1555"),
        user_id: Some("US.1"),
        ..Identifiers::default()
    };
    let offer = |from, id| Offer {
        from,
        ..Offer::text(CHANNEL, "", id, "!answer=x")
    };
    world.inbox.offer(offer(both, "a")).unwrap();
    world.settle();
    let user = Identifiers {
        phone: None,
        ..both
    };
    world.inbox.offer(offer(user, "b")).unwrap();
    let second = world.settle();
    assert_eq!(second.session_id(), "1555");
    assert_eq!(second.recipient(), Some("US.1"));

    let other = Identifiers {
        user_id: Some("US.2"),
        phone: None,
        ..both
    };
    world.inbox.offer(offer(other, "c")).unwrap();
    let other = world.settle();
    assert_eq!((other.session_id(), other.to()), ("US.2", None));
    assert!(other.request(0).unwrap().contains(r#""recipient":"US.2""#));
}

#[test]
fn arguments_that_cannot_be_used_are_named() {
    let world = world(options());
    let new = |pid: &str, options| {
        let store = world.store.clone();
        let inbox = robofy_conversation::inbox::Inbox::new(&world.client, pid, "c", options, store);
        inbox.unwrap_err().to_string()
    };
    assert_eq!(new("", options()), "pid must not be empty");
    let bad = Options {
        window_ms: 0,
        ..options()
    };
    assert_eq!(new("p", bad), "window_ms must be greater than 0");
    let offer = |user, id| world.inbox.offer_text(CHANNEL, user, id, "Hi").unwrap_err();
    assert_eq!(offer("", "1").to_string(), "user must not be empty");
    assert_eq!(offer("1", "").to_string(), "message_id must not be empty");
}

#[test]
fn what_comes_when_nothing_more_is_asked_is_the_next_inboxs() {
    let world = world(single());
    world.queue("1", "a", "!answer=x delay-ms=300");
    eventually("the agent is asked", || world.asked().len() == 1);
    world.inbox.ask_no_more();
    world.queue("2", "b", "!answer=y");
    // What is under way ends; nothing else begins.
    assert_eq!(text(&world.settle()), "x");
    assert!(world.inbox.poll(Some(Duration::from_millis(200))).is_none());
    assert_eq!(world.asked().len(), 1);
    let World {
        client,
        store,
        inbox,
        ..
    } = world;
    drop(inbox);
    let next = inbox_of(&client, single(), store);
    assert_eq!(text(&next.poll(Some(PATIENCE)).unwrap()), "y");
}
