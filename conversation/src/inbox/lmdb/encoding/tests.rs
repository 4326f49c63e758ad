//! What is written is read as it was, and bytes that nobody wrote are refused.

use std::sync::Arc;

use proptest::prelude::*;

use super::key::{self, Hash, Kind};
use super::{Alias, Damaged, Header, Person, Reader, Stamped, Sums, Value, decode, version};
use crate::inbox::message::{Class, Message, Notice, Why};
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::session::{Channel, Part, PartState, Session, Turn};
use crate::inbox::store::{self, Epoch, Key, TurnId};

fn text() -> impl Strategy<Value = Box<str>> {
    "\\PC{0,12}".prop_map(String::into_boxed_str)
}

fn why() -> impl Strategy<Value = Why> {
    prop_oneof![
        Just(Why::Window),
        Just(Why::Human),
        Just(Why::Stopped),
        Just(Why::Revoked)
    ]
}

fn notice() -> impl Strategy<Value = Notice> {
    prop_oneof![Just(Notice::Stop), Just(Notice::Start)]
}

fn message() -> impl Strategy<Value = Message> {
    let class = prop_oneof![
        Just(Class::Ask),
        Just(Class::Media),
        notice().prop_map(Class::Notice)
    ];
    let times = (any::<i64>(), any::<i64>());
    let what = (
        text(),
        text(),
        class,
        any::<bool>(),
        prop::option::of(why()),
    );
    (any::<u64>(), times, what).prop_map(
        |(seq, (accepted_at, written_at), (id, text, class, revoked, dropped))| Message {
            seq,
            id,
            accepted_at,
            written_at,
            class,
            text,
            revoked,
            dropped,
        },
    )
}

fn part() -> impl Strategy<Value = Part> {
    let state = prop_oneof![
        Just(PartState::Unsettled),
        Just(PartState::Sent),
        Just(PartState::GivenUp)
    ];
    (text(), state, any::<u32>(), prop::option::of(text())).prop_map(
        |(text, state, failures, provider_id)| Part {
            text,
            state,
            failures,
            provider_id,
        },
    )
}

fn turn() -> impl Strategy<Value = Turn> {
    let end = prop_oneof![
        Just(store::Kind::Answer),
        Just(store::Kind::Fallback),
        Just(store::Kind::Typing),
        Just(store::Kind::Media),
        notice().prop_map(store::Kind::Notice),
        why().prop_map(store::Kind::Expired),
    ];
    let messages = prop::collection::vec(message(), 0..4);
    let parts = prop::collection::vec(part(), 0..4);
    let numbers = (any::<u64>(), any::<u64>(), any::<u32>());
    let marks = (
        prop::option::of(why()),
        any::<bool>(),
        any::<bool>(),
        text(),
    );
    (numbers, prop::option::of(end), messages, parts, marks).prop_map(
        |((id, owner, attempts), end, messages, parts, (dropped, is_sent, handed_out, note))| {
            Turn {
                stage: match end {
                    Some(_) => Stage::Answered,
                    None if is_sent => Stage::Sent,
                    None => Stage::Claimed,
                },
                attempts,
                dropped,
                end,
                parts,
                note,
                handed_out,
                ..Turn::new(TurnId(id), Epoch(owner), messages)
            }
        },
    )
}

fn session() -> impl Strategy<Value = Session> {
    let names = (
        text(),
        text(),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let rest = (
        any::<i64>(),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(any::<i64>()),
    );
    let waiting = prop::collection::vec_deque(message(), 0..4);
    (names, rest, waiting, prop::option::of(turn())).prop_map(
        |(
            (channel, session, to, recipient),
            (paused_until, opted_out, in_a_hurry, due_at),
            waiting,
            turn,
        )| Session {
            to,
            recipient,
            paused_until,
            opted_out,
            in_a_hurry,
            due_at,
            waiting,
            turn: turn.map(Box::new),
            ..Session::new(Arc::new(Key { channel, session }))
        },
    )
}

fn written(value: &impl Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    bytes
}

fn read_all(bytes: &[u8]) {
    let _ = Header::read(bytes).and_then(|header| header.with(std::iter::empty(), usize::MAX));
    let _ = decode::<Message>(bytes);
    let _ = decode::<Person>(bytes);
    let _ = decode::<Alias>(bytes);
    let _ = decode::<Channel>(bytes);
    let _ = decode::<Stamped>(bytes);
    let _ = version(bytes);
    for kind in [Kind::DueAt, Kind::Session] {
        let _ = key::parse_at(kind, bytes);
    }
}

proptest! {
    #[test]
    fn a_session_is_read_as_it_was_written(session in session()) {
        let mut header = Vec::new();
        Header::write(&session, &mut header);
        let messages: Vec<_> = session.messages().map(written).collect();
        let read = Header::read(&header)
            .and_then(|header| header.with(messages.iter().map(|message| decode(message)), usize::MAX));
        prop_assert_eq!(&read, &Ok(session.clone()));
        let head = Header::read(&header)
            .and_then(|header| header.with(messages.iter().map(|message| decode(message)), 1));
        let head = head.unwrap();
        prop_assert_eq!(head.pending(), session.pending());
        prop_assert_eq!(head.waiting.len(), session.waiting.len().min(1));
    }

    #[test]
    fn damaged_records_are_refused_or_read_and_never_a_panic(
        session in session(), at in any::<prop::sample::Index>(), byte in any::<u8>(), random in prop::collection::vec(any::<u8>(), 0..64)
    ) {
        let mut bytes = Vec::new();
        Header::write(&session, &mut bytes);
        let place = at.index(bytes.len());
        read_all(&bytes[..place]);
        bytes[place] = byte;
        read_all(&bytes);
        read_all(&random);
    }

    #[test]
    fn numbers_of_any_size(number in any::<u64>(), signed in any::<i64>(), shift in 0..64) {
        let (number, signed) = (number >> shift, signed >> shift);
        prop_assert_eq!(decode(&written(&number)), Ok(number));
        prop_assert_eq!(decode(&written(&signed)), Ok(signed));
    }

    #[test]
    fn keys_of_times_sort_like_the_times(one in any::<i64>(), other in any::<i64>(), hash in any::<Hash>()) {
        let key = |time| key::at(Kind::DueAt, time, &hash);
        prop_assert_eq!(key(one).cmp(&key(other)), one.cmp(&other));
        prop_assert_eq!(key::parse_at(Kind::DueAt, &key(one)), Some((one, hash)));
        prop_assert_eq!(key::parse_at(Kind::SeenAt, &key(one)), None);
    }
}

#[test]
fn the_encoding_of_this_version_stays() {
    let channel = Channel {
        held_until: -2,
        strikes: 300,
    };
    assert_eq!(written(&channel), [3, 0xac, 0x02]);
    let sums = Sums {
        last: 1,
        opened: 2,
        pending: 3,
        turns: 4,
        sessions: 5,
        seen: 6,
    };
    let bytes = written(&Stamped(sums));
    assert_eq!(bytes, *b"robofy inbox\x01\0\0\0\x01\x02\x03\x04\x05\x06");
    assert_eq!(decode(&bytes).map(|Stamped(sums)| sums), Ok(sums));
    assert_eq!(
        version(b"robofy inbox\x02\x01\0\0something else"),
        Some(258)
    );
    assert_eq!(key::hash("a", "bc")[..4], [0x22, 0xa5, 0xc7, 0x04]);
    assert_ne!(key::hash("a", "bc"), key::hash("ab", "c"));
}

#[test]
fn a_length_reserves_no_more_than_there_is() {
    let huge = written(&u64::MAX);
    assert_eq!(decode::<Box<str>>(&huge), Err(Damaged));
    assert_eq!(Reader(&huge).list::<Alias>().err(), Some(Damaged));
    assert_eq!(decode::<u64>(&[0xff; 11]), Err(Damaged));
    assert_eq!(
        decode::<u64>(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2]),
        Err(Damaged)
    );
}
