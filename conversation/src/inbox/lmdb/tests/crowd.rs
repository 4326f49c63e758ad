//! Many messages of one session: of those that wait, only the first are loaded, and nobody sees that.

use std::time::{Duration, Instant};

use super::scratch::Scratch;
use crate::inbox::lmdb::Lmdb;
use crate::inbox::memory::Memory;
use crate::inbox::options::{Moment, Options};
use crate::inbox::store::{Accept, Action, Effect, Epoch, Key, Offer, Step, Store, Work};
use crate::webhook::Kind;

const CHANNEL: &str = "channel";

/// Takes the next turn to its end. What came of it.
fn turn(store: &dyn Store, epoch: Epoch, at: Moment<'_>) -> Vec<Effect> {
    let work = store.claim(epoch, 1, at).unwrap();
    let Some(Work::Ask(session, turn) | Work::HandOut(session, turn)) = work.first() else {
        return Vec::new();
    };
    let answer = Action::Answer {
        kind: crate::inbox::store::Kind::Answer,
        parts: &[],
        note: "",
    };
    [Action::Send, answer, Action::HandOut]
        .into_iter()
        .flat_map(|action| {
            let turn = *turn;
            let step = Step {
                session,
                turn,
                action,
            };
            store.advance(epoch, &[step], at).unwrap()
        })
        .collect()
}

fn offer<'a>(kind: Kind, id: &'a str, original_id: &'a str, text: &'a str) -> Offer<'a> {
    Offer {
        kind,
        original_id,
        ..Offer::text(CHANNEL, "1", id, text)
    }
}

/// What a store says to a long talk of one user.
fn talk(store: &dyn Store) -> Vec<String> {
    let options = Options {
        stop_words: vec!["stop".into()],
        window_ms: 50_000,
        ..Options::default()
    };
    let epoch = store
        .begin(
            "worker",
            Moment {
                now: 0,
                options: &options,
            },
        )
        .unwrap();
    let mut said = Vec::new();
    let mut now = 0;
    for round in 0..6 {
        for number in 0..200 {
            let id = format!("{round}.{number}");
            now += 10;
            let at = Moment {
                now,
                options: &options,
            };
            let (edited, revoked) = (format!("{round}.140"), format!("{round}.141"));
            let event = match number {
                150 => offer(Kind::Edit, "edit", &edited, "edited"),
                151 => offer(Kind::Revoke, "revoke", &revoked, ""),
                199 if round == 2 => offer(Kind::Text, &id, "", "stop"),
                _ => offer(Kind::Text, &id, "", &id),
            };
            said.push(format!("{:?}", store.offer(&[event], at)));
            if number % 50 == 49 {
                said.push(format!(
                    "{:?} {:?}",
                    turn(store, epoch, at),
                    store.next_due(at)
                ));
            }
        }
        let at = Moment {
            now,
            options: &options,
        };
        match round {
            1 => store.pause(&Key::new(CHANNEL, "1"), now + 1, at).unwrap(),
            3 => now += 49_000,
            _ => {}
        }
        said.push(format!("{:?} {:?}", store.counts(), store.next_due(at)));
    }
    loop {
        now += 2_000;
        let at = Moment {
            now,
            options: &options,
        };
        let effects = turn(store, epoch, at);
        said.push(format!("{effects:?} {:?}", store.counts()));
        if effects.is_empty() {
            return said;
        }
    }
}

#[test]
fn a_crowded_session_is_what_it_is_in_memory() {
    let scratch = Scratch::new();
    let on_disk = talk(&Lmdb::open(scratch.at("store")).unwrap());
    let in_memory = talk(&Memory::new());
    assert!(in_memory.len() > 1_200);
    for (on_disk, in_memory) in on_disk.iter().zip(&in_memory) {
        assert_eq!(on_disk, in_memory);
    }
    assert_eq!(on_disk.len(), in_memory.len());
}

/// The sessions of a channel that is held are put off by as many as a claim is asked for: what is offered does not wait for
/// all of them.
#[test]
fn a_claim_puts_off_no_more_than_it_is_asked_for() {
    let scratch = Scratch::new();
    for store in [
        &Lmdb::open(scratch.at("store")).unwrap() as &dyn Store,
        &Memory::new(),
    ] {
        let options = Options::default();
        let at = |now| Moment {
            now,
            options: &options,
        };
        let epoch = store.begin("worker", at(0)).unwrap();
        hold(store, epoch, at(2_000));
        let users: Vec<_> = (10..260).map(|user| user.to_string()).collect();
        let offers: Vec<_> = users
            .iter()
            .map(|user| Offer::text(CHANNEL, user, user, "Hello"))
            .collect();
        store.offer(&offers, at(2_000)).unwrap();
        let now = at(4_000);
        let mut moved = Vec::new();
        while store.next_due(now).unwrap() <= Some(now.now) {
            let works = store.claim(epoch, 100, now).unwrap();
            assert!(works.iter().all(|work| *work == Work::PutOff), "{works:?}");
            moved.push(works.len());
        }
        assert_eq!(moved, [100, 100, 50]);
        let free = at(2_000 + 60_000);
        assert_eq!(store.next_due(now).unwrap(), Some(free.now));
        let works = store.claim(epoch, 1_000, free).unwrap();
        assert_eq!(works.len(), 251);
        assert!(!works.contains(&Work::PutOff));
    }
}

/// Holds the channel: its account is ill.
fn hold(store: &dyn Store, epoch: Epoch, at: Moment<'_>) {
    let before = Moment { now: 0, ..at };
    let offer = Offer::text(CHANNEL, "1", "first", "Hello");
    store.offer(&[offer], before).unwrap();
    let works = store.claim(epoch, 1, at).unwrap();
    let [Work::Ask(session, turn)] = &works[..] else {
        panic!("{works:?}")
    };
    let answer = Action::Answer {
        kind: crate::inbox::store::Kind::Answer,
        parts: &["an answer".to_owned()],
        note: "",
    };
    let failed = Action::PartFailed { part: 0, code: 190 };
    let steps = [Action::Send, answer, Action::HandOut, failed].map(|action| Step {
        session,
        turn: *turn,
        action,
    });
    let effects = store.advance(epoch, &steps, at).unwrap();
    assert!(matches!(effects[3], Effect::Later(_)), "{effects:?}");
}

/// One who writes faster than is answered would have each edit, pause and stop word look at more.
#[test]
fn no_more_than_so_many_messages_wait_in_one_session() {
    let scratch = Scratch::new();
    for store in [
        &Lmdb::open(scratch.at("store")).unwrap() as &dyn Store,
        &Memory::new(),
    ] {
        let options = Options::default();
        let at = Moment {
            now: 0,
            options: &options,
        };
        let epoch = store.begin("worker", at).unwrap();
        let ids: Vec<_> = (0..1_010).map(|id| id.to_string()).collect();
        let offers = ids.iter().map(|id| Offer::text(CHANNEL, "1", id, "Hello"));
        let offers: Vec<_> = offers.collect();
        let accepts = store.offer(&offers, at).unwrap();
        assert_eq!(accepts[..1_000], [Accept::Queued; 1_000]);
        assert_eq!(accepts[1_000..], [Accept::Refused; 10]);
        let other = Offer::text(CHANNEL, "2", "another's", "Hello");
        assert_eq!(store.offer(&[other], at).unwrap(), [Accept::Queued]);
        turn(store, epoch, at);
        let again = store.offer(&offers[1_000..], at).unwrap();
        assert_eq!(again, [Accept::Queued; 10]);
    }
}

/// A factor of ten, were each of them loaded.
#[test]
fn an_offer_costs_no_more_where_many_messages_wait() {
    let scratch = Scratch::new();
    let store = Lmdb::open(scratch.at("store")).unwrap();
    let options = Options::default();
    let at = Moment {
        now: 0,
        options: &options,
    };
    let wait = |ids: std::ops::Range<usize>| {
        let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
        let offers = ids.iter().map(|id| Offer::text(CHANNEL, "1", id, "Hello"));
        let offers: Vec<_> = offers.collect();
        store.offer(&offers, at).unwrap();
    };
    let fastest = || -> Duration {
        let offers = [offer(Kind::Reaction, "", "1", ""); 10];
        let took = (0..50).map(|_| {
            let start = Instant::now();
            store.offer(&offers, at).unwrap();
            start.elapsed()
        });
        took.min().unwrap()
    };
    wait(0..100);
    let few = fastest();
    wait(100..1_000);
    let many = fastest();
    println!("{few:?} where 100 wait, {many:?} where 1 000 do");
    assert!(many < few * 3, "{few:?}, {many:?}");
}
