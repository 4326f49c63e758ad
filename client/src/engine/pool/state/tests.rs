use std::cell::Cell;
use std::rc::Rc;

use super::*;

mod keeping;

const TENANT: usize = 1;

#[derive(Debug, PartialEq)]
struct Fake {
    streams: Cell<usize>,
    in_use: Cell<usize>,
    listed: Cell<bool>,
    closed: Cell<bool>,
    idle_since: Cell<Option<Instant>>,
}

type Connection = Rc<Fake>;

/// One that was just made, whose limit is not known.
fn connection() -> Connection {
    Rc::new(Fake {
        streams: Cell::new(1),
        in_use: Cell::new(0),
        listed: Cell::new(false),
        closed: Cell::new(false),
        idle_since: Cell::new(None),
    })
}

impl Shared for Connection {
    fn room(&self) -> usize {
        let room = self.streams.get().saturating_sub(self.in_use.get());
        room * usize::from(!self.is_closed())
    }

    fn is_closed(&self) -> bool {
        self.closed.get()
    }

    fn enter(&self) {
        self.in_use.set(self.in_use.get() + 1);
        self.idle_since.set(None);
    }

    fn leave(&self) -> usize {
        self.in_use.set(self.in_use.get() - 1);
        self.in_use.get()
    }

    fn set_listed(&self, listed: bool) -> bool {
        self.listed.replace(listed)
    }

    fn set_idle_since(&self, now: Instant) {
        self.idle_since.set(Some(now));
    }

    fn idle_since(&self) -> Option<Instant> {
        self.idle_since.get()
    }
}

type Given = Granted<Connection, u32>;

#[derive(Clone, Default)]
struct Chat {
    gone: Rc<Cell<bool>>,
    result: Rc<Cell<Option<Result<Given, &'static str>>>>,
}

impl Waiter<Given, &'static str> for Chat {
    fn is_gone(&self) -> bool {
        self.gone.get()
    }

    fn grant(self, granted: Given) {
        self.result.set(Some(Ok(granted)));
    }

    fn fail(self, error: &'static str) {
        self.result.set(Some(Err(error)));
    }
}

impl Chat {
    fn single(&self) -> Option<u32> {
        match self.result.take()?.unwrap() {
            Granted::Single(single) => Some(single),
            Granted::Shared(_) => None,
        }
    }

    fn is_on(&self, connection: &Connection) -> bool {
        let granted = self.result.take();
        matches!(granted, Some(Ok(Granted::Shared(on))) if Rc::ptr_eq(&on, connection))
    }

    fn error(&self) -> Option<&'static str> {
        self.result.take()?.err()
    }
}

type Pool = State<Connection, u32, Chat>;

impl Pool {
    fn queue(&mut self, tenant: usize) -> Chat {
        let chat = Chat::default();
        self.wait(tenant, chat.clone());
        chat
    }

    fn begin(&mut self, attempts: usize) {
        for _ in 0..attempts {
            self.connecting();
        }
    }

    fn end(&mut self) {
        assert!(self.connected(self.round));
    }

    fn give_up(&mut self, chat: &Chat) -> bool {
        chat.gone.set(true);
        self.leave_queue()
    }

    fn allow(&mut self, connection: &Connection, streams: usize) {
        connection.streams.set(streams);
        self.allowed(connection.clone(), streams);
    }

    fn takes(&mut self, now: Instant) -> Option<Connection> {
        match self.take(now)? {
            Granted::Shared(connection) => Some(connection),
            Granted::Single(_) => None,
        }
    }
}

/// With one connection, that allows so many streams.
fn over_http2(streams: usize) -> (Pool, Connection) {
    let mut pool = Pool::new(None);
    let first = connection();
    pool.add_shared(first.clone());
    pool.allow(&first, streams);
    (pool, first)
}

#[test]
fn one_attempt_serves_all_while_the_protocol_is_unknown() {
    let mut pool = Pool::new(None);
    let _chats: Vec<_> = (0..100).map(|_| pool.queue(TENANT)).collect();
    assert_eq!(pool.wanted(), 1);
    pool.begin(1);
    assert_eq!(pool.wanted(), 0);
    pool.add_single(Instant::now(), 0);
    pool.serve(Instant::now());
    pool.end();
    assert_eq!(pool.wanted(), 99, "it is HTTP/1.1");
}

#[test]
fn each_chat_has_an_attempt_over_http1() {
    let mut pool = Pool::new(Some(Protocol::Http1));
    let now = Instant::now();
    let first = pool.queue(TENANT);
    let second = pool.queue(TENANT);
    assert_eq!(pool.wanted(), 2);
    pool.begin(2);
    assert_eq!(pool.wanted(), 0);
    pool.put_back(now, 7);
    pool.serve(now);
    assert_eq!((first.single(), pool.waiting()), (Some(7), 1));
    pool.end();
    pool.fail(&"refused");
    assert_eq!(second.error(), Some("refused"));
}

#[test]
fn attempts_are_for_as_many_chats_as_the_service_allowed() {
    let (mut pool, first) = over_http2(10);
    let now = Instant::now();
    for _ in 0..10 {
        assert!(Rc::ptr_eq(&pool.takes(now).unwrap(), &first));
    }
    assert!(pool.take(now).is_none());
    let chats: Vec<_> = (0..25).map(|_| pool.queue(TENANT)).collect();
    assert_eq!(pool.wanted(), 3);
    pool.begin(1);
    assert_eq!(pool.wanted(), 2);
    let second = connection();
    pool.add_shared(second.clone());
    pool.serve(now);
    assert_eq!(pool.waiting(), 24, "one goes before the limit is known");
    pool.allow(&second, 10);
    pool.serve(now);
    pool.end();
    assert_eq!((pool.waiting(), pool.wanted()), (15, 2));
    assert!(chats[..10].iter().all(|chat| chat.is_on(&second)));
}

#[test]
fn a_failure_reaches_those_whom_the_attempt_was_for() {
    let (mut pool, first) = over_http2(2);
    first.closed.set(true);
    let chats: Vec<_> = (0..5).map(|_| pool.queue(TENANT)).collect();
    pool.begin(3);
    pool.end();
    pool.fail(&"refused");
    let failed: Vec<_> = chats.iter().map(|chat| chat.error().is_some()).collect();
    assert_eq!(failed, [true, true, false, false, false]);
    assert_eq!(pool.wanted(), 0, "two attempts go on");
}

#[test]
fn a_service_that_allows_no_stream_is_not_asked_by_each_chat_alone() {
    let (mut pool, first) = over_http2(0);
    assert!(pool.take(Instant::now()).is_none());
    let chats: Vec<_> = (0..100).map(|_| pool.queue(TENANT)).collect();
    assert_eq!(pool.wanted(), 1);
    pool.allow(&first, 100);
    pool.serve(Instant::now());
    assert!(chats.iter().all(|chat| chat.is_on(&first)));
}

#[test]
fn a_limit_is_lowered_and_raised_amid_its_use() {
    let (mut pool, first) = over_http2(2);
    let now = Instant::now();
    pool.takes(now).unwrap();
    pool.allow(&first, 1);
    assert!(pool.take(now).is_none());
    assert!(pool.open.is_empty() && !first.listed.get());
    pool.allow(&first, 3);
    pool.allow(&first, 4);
    assert_eq!(pool.open.len(), 1, "listed once");
    assert!(pool.takes(now).is_some());
}

#[test]
fn whoever_has_gone_is_passed_over() {
    let mut pool = Pool::new(Some(Protocol::Http1));
    let chats: Vec<_> = (0..3).map(|_| pool.queue(TENANT)).collect();
    assert!(!pool.give_up(&chats[0]));
    assert_eq!((pool.waiting(), pool.wanted()), (2, 2));
    pool.put_back(Instant::now(), 1);
    pool.put_back(Instant::now(), 2);
    pool.serve(Instant::now());
    let served: Vec<_> = chats.iter().map(Chat::single).collect();
    assert_eq!(served, [None, Some(2), Some(1)]);
    assert_eq!((pool.waiting(), pool.gone), (0, 0));
}

#[test]
fn those_who_have_gone_do_not_heap_up() {
    let mut pool = Pool::new(None);
    let patient = pool.queue(TENANT);
    for _ in 0..1_000 {
        let chat = pool.queue(TENANT);
        assert!(!pool.give_up(&chat));
    }
    assert!(pool.waiting.len() < 100);
    assert_eq!(pool.waiting(), 1);
    pool.put_back(Instant::now(), 1);
    pool.serve(Instant::now());
    assert_eq!(patient.single(), Some(1));
}

#[test]
fn the_last_who_leaves_gives_the_attempts_up() {
    let mut pool = Pool::new(None);
    let chat = pool.queue(TENANT);
    let round = pool.connecting();
    assert!(pool.give_up(&chat));
    assert_eq!(pool.attempts(), 0);
    pool.queue(TENANT);
    assert_eq!(pool.wanted(), 1);
    pool.begin(1);
    assert!(!pool.connected(round), "it was given up");
    assert_eq!(pool.attempts(), 1);
}

#[test]
fn tenants_have_their_turns() {
    let mut pool = Pool::new(Some(Protocol::Http1));
    let (_first, second) = (pool.queue(1), pool.queue(1));
    let other = pool.queue(2);
    pool.put_back(Instant::now(), 1);
    pool.put_back(Instant::now(), 2);
    pool.serve(Instant::now());
    assert_eq!((other.single(), second.single()), (Some(1), None));
}
