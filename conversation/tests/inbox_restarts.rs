//! An inbox begins on a store that another one has left in each state that there is.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use robofy_client::Status;
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::options::{Moment, Options};
use robofy_conversation::inbox::store::{Accept, Action, Effect, Kind, Offer, Step, Store, Work};
use robofy_conversation::inbox::{Inbox, Outcome};
use robofy_standin::Standin;
use support::scratch::Scratch;
use support::{CHANNEL, PATIENCE, assert_is, client_of, ids, inbox_of, settle, single, text};

#[allow(dead_code, reason = "stores are opened by hand here")]
const IS_ON_DISK: bool = true;

/// How far a turn had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Queued,
    Claimed,
    Sent,
    Answered,
    HandedOut,
    HalfSettled,
    Settled,
}

const STATES: [State; 7] = [
    State::Queued,
    State::Claimed,
    State::Sent,
    State::Answered,
    State::HandedOut,
    State::HalfSettled,
    State::Settled,
];

fn options(retry_ambiguous: bool) -> Options {
    Options {
        retry_ambiguous,
        fallback: "Later, please.".into(),
        ..single()
    }
}

/// As a process leaves it that is killed.
fn leave(store: &Lmdb, state: State, options: &Options) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = Moment {
        now: i64::try_from(now.as_millis()).unwrap(),
        options,
    };
    let epoch = store.begin(&options.worker, at).unwrap();
    let offer = Offer::text(CHANNEL, "1", "a", "!answer=asked");
    assert_eq!(store.offer(&[offer], at).unwrap(), [Accept::Queued]);
    if state == State::Queued {
        return;
    }
    let work = store.claim(epoch, 1, at).unwrap();
    let [Work::Ask(session, turn)] = &*work else {
        panic!("{work:?}")
    };
    let parts = ["one".to_owned(), "two".to_owned()];
    let part = |part| Action::PartSent {
        part,
        provider_id: "ours",
    };
    for (reached, action) in [
        (State::Sent, Action::Send),
        (
            State::Answered,
            Action::Answer {
                kind: Kind::Answer,
                parts: &parts,
                note: "",
            },
        ),
        (State::HandedOut, Action::HandOut),
        (State::HalfSettled, part(0)),
        (State::Settled, part(1)),
    ] {
        if state >= reached {
            let turn = *turn;
            let step = Step {
                session,
                turn,
                action,
            };
            let effects = store.advance(epoch, &[step], at).unwrap();
            assert_ne!(effects, [Effect::Stale]);
        }
    }
}

#[test]
fn a_restart_in_each_state_has_the_outcome_that_was_promised() {
    for (state, retry) in STATES
        .into_iter()
        .flat_map(|state| [(state, false), (state, true)])
    {
        let what = format!("{state:?}, retry_ambiguous: {retry}");
        let scratch = Scratch::new();
        let (service, folder) = (Standin::builder().start(), scratch.at("store"));
        leave(&Lmdb::open(&folder).unwrap(), state, &options(retry));

        let client = client_of(&service);
        let store = Arc::new(Lmdb::open(&folder).unwrap());
        let inbox = inbox_of(&client, options(retry), store);
        let offer = |id, text| inbox.offer_text(CHANNEL, "1", id, text).unwrap();
        assert_eq!(offer("a", "again"), Accept::Duplicate, "{what}");
        assert_eq!(offer("b", "!answer=next"), Accept::Queued, "{what}");
        let expected = match state {
            State::Queued | State::Claimed => Some((Kind::Answer, "asked", 2)),
            State::Sent if retry => Some((Kind::Answer, "asked", 2)),
            State::Sent => Some((Kind::Fallback, "Later, please.", 1)),
            State::Answered | State::HandedOut => Some((Kind::Answer, "one|two", 1)),
            State::HalfSettled => Some((Kind::Answer, "two", 1)),
            State::Settled => None,
        };
        if let Some((kind, said, _)) = expected {
            let outcome = inbox.poll(Some(PATIENCE)).expect(&what);
            assert_eq!(
                (outcome.kind(), &*text(&outcome), ids(&outcome)),
                (kind, said, vec!["a"]),
                "{what}"
            );
            if kind == Kind::Fallback {
                let error = outcome.error().expect(&what);
                assert_eq!(error.status(), Status::Interrupted, "{what}");
            }
            settle(&inbox, &outcome);
        }
        let next = inbox.poll(Some(PATIENCE)).expect(&what);
        assert_is(&next, Kind::Answer, &["b"]);
        settle(&inbox, &next);
        let asked = expected.map_or(1, |(_, _, asked)| asked);
        assert_eq!(service.stats().requests, asked, "{what}");
        assert_eq!(inbox.stats().unwrap().pending, 0, "{what}");
    }
}

/// The next two outcomes, by their sessions.
fn both(inbox: &Inbox) -> Vec<Outcome> {
    let mut both: Vec<_> = (0..2)
        .map(|_| inbox.poll(Some(PATIENCE)).unwrap())
        .collect();
    both.sort_by_key(|outcome| outcome.session_id().to_owned());
    both
}

#[test]
fn what_the_agent_said_and_why_it_did_not_is_there_after_a_restart() {
    let scratch = Scratch::new();
    let (service, folder) = (Standin::builder().start(), scratch.at("store"));
    let client = client_of(&service);
    let begin = || {
        let store = Arc::new(Lmdb::open(&folder).unwrap());
        inbox_of(&client, options(false), store)
    };
    let inbox = begin();
    inbox
        .offer_text(
            CHANNEL,
            "1",
            "a",
            "!status=429 code=TOO_MANY detail=Slowly. retry-after=7",
        )
        .unwrap();
    inbox
        .offer_text(CHANNEL, "2", "b", "!answer=**x**")
        .unwrap();
    let before = both(&inbox);
    drop(inbox);

    let inbox = begin();
    let after = both(&inbox);
    let [failed, answered] = &*after else {
        panic!("{after:?}")
    };
    let error = failed.error().unwrap();
    assert_eq!(
        (error.status(), error.http_status(), error.code()),
        (Status::RateLimited, Some(429), Some("TOO_MANY"))
    );
    assert_eq!(error.to_string(), before[0].error().unwrap().to_string());
    assert_eq!(
        error.retry_after(),
        before[0].error().unwrap().retry_after()
    );
    assert_eq!(text(failed), "Later, please.");
    let reply = answered.reply().unwrap();
    assert_eq!((reply.answer(), &*text(answered)), ("**x**", "*x*"));
    assert_eq!(reply.session_id(), before[1].reply().unwrap().session_id());
    for outcome in &after {
        settle(&inbox, outcome);
    }
    assert_eq!(service.stats().requests, 2);
    drop(inbox);
    // Settled is settled.
    let inbox = begin();
    assert!(
        inbox
            .poll(Some(std::time::Duration::from_millis(200)))
            .is_none()
    );
}
