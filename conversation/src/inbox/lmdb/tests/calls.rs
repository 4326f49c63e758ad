//! Calls of many threads, and what is left of them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use super::scratch::Scratch;
use crate::inbox::lmdb::{Lmdb, Show, inspect};
use crate::inbox::options::{Moment, Options};
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::store::{
    Accept, Action, Counts, Effect, Key, Kind, Offer, Step, Store, StoreError, StoreFault, Work,
};

fn at(now: i64, options: &Options) -> Moment<'_> {
    Moment { now, options }
}

fn roomy() -> Options {
    Options {
        max_pending: usize::MAX,
        ..Options::default()
    }
}

#[test]
fn threads_share_transactions_and_lose_nothing() {
    const THREADS: usize = 16;
    const EACH: usize = 100;
    let scratch = Scratch::new();
    let (options, store) = (roomy(), Lmdb::open(scratch.at("store")).unwrap());
    let accepted = [const { AtomicUsize::new(0) }; 2];
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (store, options, start, accepted) = (&store, &options, &start, &accepted);
            scope.spawn(move || {
                start.wait();
                for message in 0..EACH {
                    // Two threads offer the same.
                    let (user, id) = (format!("{message}"), format!("{}.{message}", number / 2));
                    let text = "Hello. ".repeat(number + 1);
                    let offer = Offer::text("channel", &user, &id, &text);
                    let accept = store.offer(&[offer], at(0, options)).unwrap()[0];
                    let is_new = usize::from(accept == Accept::Queued);
                    accepted[is_new].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let [duplicates, queued] = accepted.map(AtomicUsize::into_inner);
    assert_eq!([duplicates, queued], [THREADS * EACH / 2; 2]);
    assert!(store.transactions().unwrap() <= queued as u64);
    drop(store);
    let store = Lmdb::open(scratch.at("store")).unwrap();
    let counts = store.counts().unwrap();
    assert_eq!((counts.pending, counts.seen), (queued, queued));
}

#[test]
fn a_call_that_comes_alone_is_synced_alone_and_what_changes_nothing_is_not() {
    let scratch = Scratch::new();
    let (options, store) = (roomy(), Lmdb::open(scratch.at("store")).unwrap());
    let epoch = store.begin("worker", at(0, &options)).unwrap();
    let offer = |id: &str| {
        let offer = Offer::text("channel", "1555", id, "Hello");
        store.offer(&[offer], at(0, &options)).unwrap()[0]
    };
    let before = store.transactions().unwrap();
    assert_eq!([offer("m1"), offer("m2")], [Accept::Queued; 2]);
    assert_eq!(store.transactions().unwrap(), before + 2);
    assert_eq!(offer("m1"), Accept::Duplicate);
    assert_eq!(store.claim(epoch, 9, at(0, &options)).unwrap(), []);
    assert_eq!(store.purge(9, at(0, &options)).unwrap(), 0);
    assert_eq!(store.next_due(at(0, &options)).unwrap(), Some(1_500));
    assert_eq!(store.transactions().unwrap(), before + 2);
}

#[test]
fn a_call_that_panics_takes_nobody_with_it() {
    let scratch = Scratch::new();
    let (options, store) = (roomy(), Arc::new(Lmdb::open(scratch.at("store")).unwrap()));
    let other = Arc::clone(&store);
    let panicked = thread::spawn(move || {
        other.group.run(|tables| -> Result<(), _> {
            tables.begin_worker("nobody", at(0, &Options::default()))?;
            panic!("as a test")
        })
    });
    panicked.join().unwrap_err();
    let epoch = store.begin("worker", at(0, &options)).unwrap();
    assert_eq!(epoch.0, 1);
}

/// Whoever leads does the parts of others: one that fails there, or panics, is that call's alone.
#[test]
fn calls_that_fail_in_a_crowd_fail_alone() {
    const EACH: usize = 200;
    let scratch = Scratch::new();
    let (options, store) = (roomy(), Lmdb::open(scratch.at("store")).unwrap());
    let start = Barrier::new(6);
    let bad = |fails: fn() -> Result<(), StoreError>| {
        start.wait();
        let calls = (0..EACH).map(|_| {
            let call = || {
                store.group.run(|tables| {
                    tables.begin_worker("nobody", at(0, &options))?;
                    fails()
                })
            };
            panic::catch_unwind(AssertUnwindSafe(call))
        });
        calls.collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let fails = || Err(StoreError::new(StoreFault::Unavailable, "as a test"));
        let fails = scope.spawn(move || bad(fails));
        let panics = scope.spawn(move || bad(|| panic::resume_unwind(Box::new("as a test"))));
        for number in 0..4 {
            let (store, options, start) = (&store, &options, &start);
            scope.spawn(move || {
                start.wait();
                for message in 0..EACH {
                    let id = format!("{number}.{message}");
                    let offer = Offer::text("channel", &id, &id, "Hello");
                    let accepted = store.offer(&[offer], at(0, options)).unwrap();
                    assert_eq!(accepted, [Accept::Queued]);
                }
            });
        }
        for end in fails.join().unwrap() {
            assert_eq!(end.unwrap().unwrap_err().to_string(), "as a test");
        }
        for end in panics.join().unwrap() {
            assert_eq!(end.unwrap_err().downcast_ref(), Some(&"as a test"));
        }
    });
    drop(store);
    let store = Lmdb::open(scratch.at("store")).unwrap();
    assert_eq!(store.counts().unwrap().pending, 4 * EACH);
    // Of those that failed nothing is left.
    let epoch = store.begin("worker", at(0, &options)).unwrap();
    assert_eq!(epoch.0, 4 * EACH as u64 + 1);
}

#[test]
fn a_damaged_session_is_the_error_of_its_own_calls() {
    let scratch = Scratch::new();
    let path = scratch.at("store");
    let options = roomy();
    let offer = |store: &Lmdb, user, id| {
        let offer = Offer::text("channel", user, id, "SENTINEL");
        store.offer(&[offer], at(0, &options))
    };
    drop(Lmdb::open(&path).and_then(|store| offer(&store, "1555", "m1")));
    let file = path.join("data.mdb");
    let mut bytes = std::fs::read(&file).unwrap();
    // The texts of the record and of its former page, made longer than the record.
    while let Some(found) = bytes.windows(9).position(|found| found == b"\x08SENTINEL") {
        bytes[found..found + 2].copy_from_slice(&[0xff, 0x7f]);
    }
    std::fs::write(&file, bytes).unwrap();
    let store = Lmdb::open(&path).unwrap();
    let error = offer(&store, "1555", "m2").unwrap_err();
    assert_eq!(error.fault(), StoreFault::Damaged);
    assert!(error.to_string().contains(path.to_str().unwrap()));
    assert_eq!(offer(&store, "1666", "m3").unwrap(), [Accept::Queued]);
    assert_eq!(store.counts().unwrap().pending, 2);
}

#[test]
fn pages_are_used_again() {
    let scratch = Scratch::new();
    let (options, path) = (roomy(), scratch.at("store"));
    let store = Lmdb::open(&path).unwrap();
    let size = || std::fs::metadata(path.join("data.mdb")).unwrap().len();
    let mut after_the_first = 0;
    for day in 0..8 {
        let now = day * 2 * options.dedup_ms;
        for batch in 0..50 {
            let users: Vec<_> = (0..20)
                .map(|user| format!("{day}.{batch}.{user}"))
                .collect();
            let offers: Vec<_> = users
                .iter()
                .map(|user| Offer::text("channel", user, user, "Hello"))
                .collect();
            store.offer(&offers, at(now, &options)).unwrap();
        }
        answer_all(&store, at(now + 2_000, &options));
        while store
            .purge(100, at(now + 2 * options.dedup_ms - 1, &options))
            .unwrap()
            == 100
        {}
        assert_eq!(store.counts().unwrap(), Counts::default());
        if day == 1 {
            after_the_first = size();
        }
    }
    assert!(
        after_the_first > 300_000 && size() <= 2 * after_the_first,
        "{} {}",
        after_the_first,
        size()
    );
}

fn answer_all(store: &Lmdb, at: Moment<'_>) {
    let epoch = store.begin("worker", at).unwrap();
    let parts = ["an answer".to_owned()];
    for work in store.claim(epoch, usize::MAX, at).unwrap() {
        let (Work::Ask(session, turn) | Work::HandOut(session, turn)) = &work else {
            panic!("{work:?}")
        };
        let answer = Action::Answer {
            kind: Kind::Answer,
            parts: &parts,
            note: "",
        };
        let sent = Action::PartSent {
            part: 0,
            provider_id: "",
        };
        let steps = [Action::Send, answer, Action::HandOut, sent].map(|action| Step {
            session,
            turn: *turn,
            action,
        });
        let effects = store.advance(epoch, &steps, at).unwrap();
        assert!(matches!(effects[3], Effect::Settled(_)), "{effects:?}");
    }
}

#[test]
fn a_store_at_rest_is_shown() {
    let scratch = Scratch::new();
    let (options, path) = (roomy(), scratch.at("store"));
    let store = Lmdb::open(&path).unwrap();
    let offer = |user, id, text| {
        let offer = Offer::text("channel", user, id, text);
        store.offer(&[offer], at(0, &options)).unwrap()
    };
    offer("1555", "m1", "Hello");
    let epoch = store.begin("worker", at(0, &options)).unwrap();
    let works = store.claim(epoch, 9, at(2_000, &options)).unwrap();
    assert_eq!(works.len(), 1);
    offer("1555", "m2", "Are you there?");
    let paused = Key::new("channel", "1666");
    store.pause(&paused, 9_000, at(0, &options)).unwrap();
    let busy = inspect(&path, Show::Texts).unwrap_err();
    assert_eq!(busy.fault(), StoreFault::Taken);
    drop(store);

    let mut shown = inspect(&path, Show::Texts).unwrap();
    assert_eq!(
        (
            shown.counts.pending,
            shown.counts.sessions,
            shown.opened,
            shown.version
        ),
        (2, 2, 2, 1)
    );
    shown
        .sessions
        .sort_by(|one, other| one.session.cmp(&other.session));
    let [asked, paused] = &shown.sessions[..] else {
        panic!("{shown:?}")
    };
    assert_eq!((&*paused.session, paused.paused_until), ("1666", 9_000));
    let turn = asked.turn.unwrap();
    assert_eq!(
        (turn.stage, turn.messages, turn.parts, turn.handed_out),
        (Stage::Claimed, 1, 0, false)
    );
    let texts: Vec<_> = asked
        .messages
        .iter()
        .map(|(id, text)| (&**id, text.as_deref()))
        .collect();
    assert_eq!(
        texts,
        [("m1", Some("Hello")), ("m2", Some("Are you there?"))]
    );

    let shown = inspect(&path, Show::Identifiers).unwrap();
    assert!(!format!("{shown:?}").contains("there?"));
    Lmdb::open(&path).unwrap();
}
