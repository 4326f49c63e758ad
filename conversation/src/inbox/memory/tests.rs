//! What the conformance suite does not see: batches, groups and what is kept.

use std::collections::HashMap;

use super::Memory;
use super::room::{enough, give_back};
use crate::inbox::conformance;
use crate::inbox::options::{Moment, Options};
use crate::inbox::policy::identity::Identifiers;
use crate::inbox::store::{Accept, Action, Counts, Effect, Kind, Offer, Step, Store, Work};
use crate::webhook;

/// `ROBOFY_HISTORIES` runs more of them, `ROBOFY_SEED` others.
#[test]
fn memory_passes_the_conformance_suite() {
    let number =
        |name: &str, default| std::env::var(name).map_or(default, |number| number.parse().unwrap());
    let (histories, seed) = (number("ROBOFY_HISTORIES", 2_000), number("ROBOFY_SEED", 13));
    match conformance::run(histories, seed, Memory::new) {
        Ok(report) => println!("{report}"),
        Err(failure) => panic!("{failure}"),
    }
}

fn at(now: i64, options: &Options) -> Moment<'_> {
    Moment { now, options }
}

/// Answers everything that is due, with one part each.
fn answer_all(store: &Memory, at: Moment<'_>) -> usize {
    let epoch = store.begin("worker", at).unwrap();
    let works = store.claim(epoch, usize::MAX, at).unwrap();
    let parts = ["an answer".to_owned()];
    for work in &works {
        let Work::Ask(session, turn) = work else {
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
    works.len()
}

#[test]
fn a_duplicate_in_one_batch_is_one() {
    let options = Options::default();
    let offer = Offer::text("one", "1555", "m1", "Hello");
    let accepted = Memory::new()
        .offer(&[offer, offer], at(0, &options))
        .unwrap();
    assert_eq!(accepted, [Accept::Queued, Accept::Duplicate]);
}

#[test]
fn idle_sessions_keep_what_deduplication_needs_and_in_the_end_nothing() {
    let options = Options::default();
    let store = Memory::new();
    let ids: Vec<_> = (0..1_000).map(|id| format!("{id}")).collect();
    let offers: Vec<_> = ids
        .iter()
        .map(|id| Offer {
            from: Identifiers {
                phone: Some(id),
                user_id: None,
                parent_user_id: None,
            },
            ..Offer::text("one", "", id, "Hello")
        })
        .collect();
    store.offer(&offers, at(1, &options)).unwrap();
    assert_eq!(answer_all(&store, at(2_000, &options)), 1_000);
    let idle = Counts {
        seen: 1_000,
        ..Counts::default()
    };
    assert_eq!(store.counts().unwrap(), idle);
    assert_eq!(store.next_due(at(2_000, &options)).unwrap(), None);

    let later = at(1 + options.dedup_ms, &options);
    assert_eq!(store.purge(300, later).unwrap(), 300);
    assert_eq!(store.purge(1_000, later).unwrap(), 700);
    assert_eq!(store.counts().unwrap(), Counts::default());
}

/// Else who purges until it says so leaves people behind, more with each time.
#[test]
fn people_without_messages_are_forgotten_and_counted() {
    let options = Options::default();
    let store = Memory::new();
    let users: Vec<_> = (0..100).map(|user| format!("US.{user}")).collect();
    for user in &users {
        let from = Identifiers {
            phone: None,
            user_id: Some(user),
            parent_user_id: None,
        };
        let revoke = Offer {
            kind: webhook::Kind::Revoke,
            from,
            original_id: "m0",
            ..Offer::text("one", "", "", "")
        };
        let accepted = store.offer(&[revoke], at(1, &options)).unwrap();
        assert_eq!(accepted, [Accept::Ignored]);
    }
    let later = at(1 + options.dedup_ms, &options);
    assert_eq!(store.purge(60, later).unwrap(), 60);
    assert_eq!(store.purge(60, later).unwrap(), 40);
    assert_eq!(store.purge(60, later).unwrap(), 0);
}

/// What came meanwhile is remembered for as long as the clock was ahead, but nothing else is: neither messages nor people, of whom
/// reactions tell alone.
#[test]
fn a_clock_that_was_far_ahead_keeps_nothing_but_what_came_then() {
    const AHEAD: i64 = 1_000_000_000_000;
    let options = Options::default();
    for kind in [webhook::Kind::Text, webhook::Kind::Reaction] {
        let store = Memory::new();
        let offer = |user: i64, now| {
            let user = format!("US.{user}");
            let from = Identifiers {
                user_id: Some(&user),
                ..Identifiers::default()
            };
            let text = Offer::text("one", "", &user, "Hello");
            let offer = Offer { kind, from, ..text };
            store.offer(&[offer], at(now, &options)).unwrap();
        };
        offer(0, AHEAD);
        offer(1, AHEAD - 1);
        for user in 2..1_000 {
            offer(user, user);
        }
        answer_all(&store, at(10_000, &options));
        let later = at(1_000 + options.dedup_ms, &options);
        assert_eq!(store.purge(2_000, later).unwrap(), 998, "{kind:?}");
        assert_eq!(store.purge(2_000, later).unwrap(), 0);
        let last = at(AHEAD + options.dedup_ms, &options);
        assert_eq!(store.purge(2_000, last).unwrap(), 2, "{kind:?}");
        assert_eq!(store.counts().unwrap(), Counts::default());
    }
}

#[test]
fn a_table_gives_back_what_it_does_not_need_and_does_not_do_so_again() {
    assert_eq!(enough(0, 1_024), None);
    assert_eq!(enough(250, 1_000_000), Some(1_024));
    assert_eq!(enough(200_000, 1_000_000), Some(400_000));
    assert_eq!(enough(250_000, 1_000_000), None);
    let mut table: HashMap<_, _> = (0..100_000).map(|number| (number, ())).collect();
    let capacity = table.capacity();
    table.retain(|number, ()| *number < 10_000);
    give_back!(table);
    assert!(table.capacity() < capacity / 2);
    assert_eq!(enough(table.len(), table.capacity()), None);
}

#[test]
fn a_group_is_ignored_unless_asked_for_and_then_one_session() {
    for (groups, accepted, turns) in [(false, Accept::Ignored, 0), (true, Accept::Queued, 1)] {
        let options = Options {
            groups,
            ..Options::default()
        };
        let store = Memory::new();
        let offer = |user, id| Offer {
            group: Some("a-group"),
            ..Offer::text("one", user, id, "Hello")
        };
        let found = store
            .offer(&[offer("1", "m1"), offer("2", "m2")], at(0, &options))
            .unwrap();
        assert_eq!(found, [accepted; 2]);
        assert_eq!(answer_all(&store, at(2_000, &options)), turns);
    }
}

#[test]
fn a_number_that_passes_to_another_person_takes_no_conversation_with_it() {
    let options = Options::default();
    let store = Memory::new();
    let from = |user_id, id| Offer {
        from: Identifiers {
            phone: Some("1555"),
            user_id: Some(user_id),
            parent_user_id: None,
        },
        ..Offer::text("one", "", id, "Hello")
    };
    store
        .offer(
            &[from("US.1", "m1"), from("US.2", "m2"), from("US.1", "m3")],
            at(0, &options),
        )
        .unwrap();
    let epoch = store.begin("worker", at(0, &options)).unwrap();
    let works = store.claim(epoch, 9, at(5_000, &options)).unwrap();
    let mut sessions: Vec<_> = works
        .iter()
        .map(|work| match work {
            Work::Ask(key, _) | Work::HandOut(key, _) => &*key.session,
            Work::PutOff => panic!("{work:?}"),
        })
        .collect();
    sessions.sort_unstable();
    assert_eq!(sessions, ["1555", "US.2"]);
}
