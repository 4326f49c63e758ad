//! Takeover, pauses, typing, and what becomes of parts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::time::Duration;

use robofy_conversation::inbox::message::Why;
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::policy::identity::Identifiers;
use robofy_conversation::inbox::store::{Accept, Kind, Offer};
use robofy_conversation::webhook;
use support::{CHANNEL, World, assert_is, eventually, options, single, text, world};

fn human(text: &str) -> Offer<'_> {
    Offer {
        kind: webhook::Kind::Human,
        ..Offer::text(CHANNEL, "1", "by hand", text)
    }
}

#[test]
fn a_person_who_takes_over_is_not_talked_over_by_the_answer_under_way() {
    let world = world(single());
    world.queue("1", "a", "!delay-ms=300 answer=x");
    eventually("it is asked", || world.service.stats().requests == 1);
    assert_eq!(
        world.inbox.offer(human("I am here")).unwrap(),
        Accept::TookOver
    );
    let expired = world.settle();
    assert_is(&expired, Kind::Expired(Why::Human), &["a"]);
    assert_eq!(expired.reply(), None);
    assert_eq!(world.offer("1", "b", "thanks"), Accept::Paused);
    world.inbox.resume(CHANNEL, "1").unwrap();
    world.queue("1", "c", "!answer=y");
    assert_eq!(text(&world.settle()), "y");
}

/// An hour is longer than any test waits.
#[test]
fn an_answer_that_nobody_wants_is_not_waited_for() {
    let pause = |world: &World| {
        let time = Duration::from_secs(60);
        world.inbox.pause(CHANNEL, "1", time).unwrap();
    };
    let everywhere = |world: &World| {
        let time = Duration::from_secs(60);
        world.inbox.pause_everywhere("1", time).unwrap();
    };
    let takeover = |world: &World| {
        let accept = world.inbox.offer(human("I am here")).unwrap();
        assert_eq!(accept, Accept::TookOver);
    };
    for (end, why) in [
        (&pause as &dyn Fn(&World), Why::Human),
        (&everywhere, Why::Human),
        (&takeover, Why::Human),
        (&|world: &World| world.queue("1", "b", "stop"), Why::Stopped),
    ] {
        let world = world(Options {
            stop_words: vec!["stop".into()],
            ..single()
        });
        world.queue("1", "a", "!delay-ms=3600000 answer=x");
        eventually("it is asked", || world.service.stats().requests == 1);
        end(&world);
        assert_is(&world.settle(), Kind::Expired(why), &["a"]);
    }
}

#[test]
fn an_answer_that_waits_to_be_polled_is_looked_at_once_more() {
    let world = world(single());
    world.queue("1", "a", "!answer=x");
    eventually("it is answered", || {
        world.inbox.stats().unwrap().unpolled == 1
    });
    world
        .inbox
        .pause(CHANNEL, "1", Duration::from_secs(60))
        .unwrap();
    assert_is(&world.settle(), Kind::Expired(Why::Human), &["a"]);
}

#[test]
fn a_pause_ends_what_waits() {
    let world = world(options());
    world.queue("1", "a", "Hello");
    world
        .inbox
        .pause(CHANNEL, "1", Duration::from_secs(60))
        .unwrap();
    assert_is(&world.settle(), Kind::Expired(Why::Human), &["a"]);
    assert!(world.asked().is_empty());
}

#[test]
fn typing_is_shown_when_the_turn_begins_and_again_until_it_ends() {
    let world = world(Options {
        typing_ms: 100,
        ..single()
    });
    world.queue("1", "a", "!delay-ms=1000 answer=x");
    let mut shown = 0;
    let answer = loop {
        let outcome = world.poll();
        if outcome.kind() != Kind::Typing {
            break outcome;
        }
        assert_is(&outcome, Kind::Typing, &["a"]);
        assert_eq!(outcome.parts().len(), 0);
        assert!(outcome.request(0).unwrap().contains("typing_indicator"));
        shown += 1;
    };
    assert_is(&answer, Kind::Answer, &["a"]);
    // One at the beginning; a busy machine may be late with the others.
    assert!((2..=20).contains(&shown), "{shown}");
    support::settle(&world.inbox, &answer);
    assert!(world.inbox.poll(Some(Duration::from_millis(300))).is_none());
}

#[test]
fn typing_that_nobody_polls_is_shown_once_and_not_after_the_answer() {
    let world = world(Options {
        typing_ms: 10,
        ..single()
    });
    world.queue("1", "a", "!delay-ms=3000 answer=x");
    eventually("it is asked", || world.service.stats().requests == 1);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(world.inbox.stats().unwrap().unpolled, 1);
    eventually("it is answered", || {
        world.inbox.stats().unwrap().in_flight == 0
    });
    assert_is(&world.settle(), Kind::Answer, &["a"]);
}

#[test]
fn no_typing_is_shown_to_who_talks_with_a_person() {
    let world = world(Options {
        typing_ms: 50,
        ..single()
    });
    world.queue("1", "a", "!delay-ms=600 answer=x");
    assert_is(&world.poll(), Kind::Typing, &["a"]);
    world
        .inbox
        .pause(CHANNEL, "1", Duration::from_secs(60))
        .unwrap();
    assert_is(&world.poll(), Kind::Expired(Why::Human), &["a"]);
}

#[test]
fn a_user_is_paused_in_every_channel_by_any_identifier() {
    let world = world(single());
    let minute = Duration::from_secs(60);
    assert!(world.inbox.pause_everywhere("US.1", minute).is_err());
    let from = |channel, id| Offer {
        from: Identifiers {
            phone: (channel == CHANNEL).then_some("1555"),
            user_id: Some("US.1"),
            ..Identifiers::default()
        },
        ..Offer::text(channel, "", id, "!answer=x")
    };
    for channel in [CHANNEL, "another"] {
        assert_eq!(
            world.inbox.offer(from(channel, "a")).unwrap(),
            Accept::Queued
        );
        world.settle();
    }
    assert!(world.inbox.pause_everywhere("", minute).is_err());
    world.inbox.pause_everywhere("US.1", minute).unwrap();
    for (channel, id) in [(CHANNEL, "b"), ("another", "b")] {
        assert_eq!(
            world.inbox.offer(from(channel, id)).unwrap(),
            Accept::Paused
        );
    }
    world
        .inbox
        .pause_everywhere("US.1", Duration::ZERO)
        .unwrap();
    world.inbox.pause_everywhere("1999", minute).unwrap();
    assert_eq!(
        world.inbox.offer(from("another", "c")).unwrap(),
        Accept::Queued
    );
    assert_eq!(world.offer("1999", "d", "the first word"), Accept::Paused);
}

#[test]
fn a_pause_by_any_identifier_is_whose_that_turns_out_to_be() {
    const PHONE: (Option<&str>, Option<&str>) = (Some("1555"), None);
    const USER: (Option<&str>, Option<&str>) = (None, Some("US.1"));
    const BOTH: (Option<&str>, Option<&str>) = (Some("1555"), Some("US.1"));
    let minute = Duration::from_secs(60);
    // What was seen before, by what a person pauses the user, and what is seen then.
    for (before, pause, then) in [
        (None, "US.1", USER),
        (None, "US.1", BOTH),
        (None, "1555", BOTH),
        (Some(PHONE), "US.1", BOTH),
        (Some(USER), "1555", BOTH),
        (Some(BOTH), "US.1", PHONE),
        (Some(BOTH), "1555", USER),
    ] {
        let world = world(single());
        world.queue("1", "another's", "!answer=x");
        world.settle();
        let say = |(phone, user_id), id| {
            let from = Identifiers {
                phone,
                user_id,
                ..Identifiers::default()
            };
            let text = Offer::text(CHANNEL, "", id, "!answer=x");
            world.inbox.offer(Offer { from, ..text }).unwrap()
        };
        if let Some(before) = before {
            assert_eq!(say(before, "a"), Accept::Queued);
            world.settle();
        }
        world.inbox.pause_everywhere(pause, minute).unwrap();
        assert_eq!(say(then, "b"), Accept::Paused, "{before:?} {pause}");
        assert_eq!(say(then, "c"), Accept::Paused, "{before:?} {pause}");
        let ended = world.inbox.pause_everywhere(pause, Duration::ZERO);
        ended.unwrap();
        assert_eq!(say(then, "d"), Accept::Queued, "{before:?} {pause}");
        world.settle();
    }
}

#[test]
fn what_waits_ends_unanswered_when_a_pause_turns_out_to_be_its_users() {
    let world = world(options());
    world.queue("1555", "a", "Hello");
    let minute = Duration::from_secs(60);
    world.inbox.pause_everywhere("US.1", minute).unwrap();
    let from = Identifiers {
        phone: Some("1555"),
        user_id: Some("US.1"),
        ..Identifiers::default()
    };
    let text = Offer::text(CHANNEL, "", "b", "Hello?");
    let accept = world.inbox.offer(Offer { from, ..text }).unwrap();
    assert_eq!(accept, Accept::Paused);
    assert_is(&world.settle(), Kind::Expired(Why::Human), &["a"]);
}

#[test]
fn a_part_that_failed_comes_again_with_those_that_follow_it() {
    let world = world(Options {
        limit: 100,
        ..single()
    });
    world.queue("1", "a", "!huge=250");
    let answer = world.poll();
    world.inbox.sent(&answer, 0, "p0").unwrap();
    let again = world.inbox.failed(&answer, 1, 130429).unwrap();
    assert!(
        again.is_some_and(|wait| wait <= Duration::from_secs(2)),
        "{again:?}"
    );
    let rest = world.poll();
    assert_is(&rest, Kind::Answer, &["a"]);
    assert_eq!(rest.parts().len(), 2);
    assert!(rest.request(0).unwrap().ends_with(r#":1"}"#));
    // Too long for the channel: it is given up, and the next one comes at once.
    let again = world.inbox.failed(&rest, 0, 100).unwrap();
    assert_eq!(again, Some(Duration::ZERO));
    assert_eq!(world.inbox.failed(&rest, 0, 100).unwrap(), None);
    let last = world.poll();
    assert_eq!(last.parts().len(), 1);
    assert!(last.request(0).unwrap().ends_with(r#":2"}"#));
    world.inbox.sent(&last, 0, "p2").unwrap();
    world.queue("1", "b", "!answer=next");
    assert_eq!(text(&world.settle()), "next");
    let stats = world.inbox.stats().unwrap();
    assert_eq!(
        (stats.parts_sent, stats.parts_failed, stats.answers),
        (3, 3, 4)
    );
    assert!(world.inbox.sent(&answer, 9, "").is_err());
}

#[test]
fn a_user_outside_of_the_window_gets_no_part() {
    let world = world(Options {
        limit: 100,
        ..single()
    });
    world.queue("1", "a", "!huge=250");
    let answer = world.poll();
    assert_eq!(world.inbox.failed(&answer, 0, 131047).unwrap(), None);
    world.queue("1", "b", "!answer=next");
    assert_eq!(text(&world.settle()), "next");
}

#[test]
fn an_account_that_is_ill_holds_its_channel_and_no_other() {
    let world = world(single());
    world.queue("1", "a", "!answer=x");
    let answer = world.poll();
    assert!(world.inbox.failed(&answer, 0, 190).unwrap().is_some());
    world.queue("2", "b", "!answer=y");
    let other = world
        .inbox
        .offer_text("another", "2", "b", "!answer=z")
        .unwrap();
    assert_eq!(other, Accept::Queued);
    let outcome = world.settle();
    assert_eq!((outcome.channel_id(), &*text(&outcome)), ("another", "z"));
    assert!(world.inbox.poll(Some(Duration::from_millis(100))).is_none());
    assert_eq!(world.inbox.stats().unwrap().pending, 2);
}

/// Else seven parts that are refused in one second would hold it for an hour.
#[test]
fn what_is_refused_together_is_one_strike_against_the_account() {
    let world = world(single());
    let users = ["1", "2", "3", "4", "5", "6", "7"];
    for user in users {
        world.queue(user, user, "!answer=x");
    }
    let answers = users.map(|_| world.poll());
    for answer in &answers {
        let wait = world.inbox.failed(answer, 0, 190).unwrap();
        assert!(
            wait.is_some_and(|wait| wait <= Duration::from_secs(60)),
            "{wait:?}"
        );
    }
}

/// The answer is there, and is not sent: who looks for a reply finds none.
#[test]
fn an_answer_that_expires_as_it_is_handed_out_has_no_reply() {
    let world = world(single());
    world.queue("1", "a", "!answer=x");
    eventually("it is answered", || {
        world.inbox.stats().unwrap().unpolled == 1
    });
    world.inbox.offer(human("I am here")).unwrap();
    let expired = world.poll();
    assert_is(&expired, Kind::Expired(Why::Human), &["a"]);
    assert_eq!(expired.reply(), None);
}

#[test]
fn a_failure_that_is_reported_twice_counts_once() {
    let world = world(single());
    world.queue("1", "a", "!answer=x");
    let outcome = world.poll();
    let first = world.inbox.failed(&outcome, 0, -1).unwrap();
    for _ in 0..20 {
        let again = world.inbox.failed(&outcome, 0, -1).unwrap();
        assert!(again.is_some() && again <= first, "{again:?}");
    }
    assert_eq!(text(&world.settle()), "x");
}

#[test]
fn a_user_without_a_number_is_a_recipient_however_the_text_came() {
    let world = world(single());
    for (user, to, recipient) in [
        (
            "US.13491208655302741918",
            None,
            Some("US.13491208655302741918"),
        ),
        ("US.ENT.1349", None, Some("US.ENT.1349")),
        ("+1555", Some("1555"), None),
        ("1556@c.us", Some("1556@c.us"), None),
    ] {
        world.queue(user, user, "!answer=x");
        let outcome = world.settle();
        assert_eq!(
            (outcome.to(), outcome.recipient()),
            (to, recipient),
            "{user}"
        );
    }
}

#[test]
fn what_is_no_conversation_of_one_user_is_not_answered_however_it_came() {
    let world = world(single());
    for address in ["1-2@g.us", "status@broadcast", "12@newsletter"] {
        assert_eq!(world.offer(address, address, "Hello"), Accept::Ignored);
    }
    let groups = world_of_groups();
    groups.queue("1-2@g.us", "a", "!answer=x");
    let request = groups.settle().request(0).unwrap();
    assert!(
        request.contains(r#""recipient_type":"group","to":"1-2@g.us""#),
        "{request}"
    );
    assert_eq!(
        groups.offer("status@broadcast", "b", "Hello"),
        Accept::Ignored
    );
}

fn world_of_groups() -> World {
    world(Options {
        groups: true,
        ..single()
    })
}

#[test]
fn a_number_is_paused_with_its_plus_or_without() {
    let world = world(single());
    world.queue("1555", "a", "!answer=x");
    world.settle();
    let time = Duration::from_secs(60);
    world.inbox.pause(CHANNEL, "+1555", time).unwrap();
    assert_eq!(world.offer("1555", "b", "Hello"), Accept::Paused);
    world.inbox.resume(CHANNEL, "1555").unwrap();
    world.inbox.pause_everywhere("+1555", time).unwrap();
    assert_eq!(world.offer("1555", "c", "Hello"), Accept::Paused);
}
