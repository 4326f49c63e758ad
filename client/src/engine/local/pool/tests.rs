use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};

use tokio::runtime::Runtime;
use url::Url;

use super::*;
use crate::engine::connect::trust::Trusts;
use crate::engine::process::budget::Budget;
use crate::{Client, Options, Status};

/// More than a connection buffers on its way.
const LONG: usize = 16 << 20;
const ANSWER: &str = r#"{"message":"Success","data":{"answer":"Hi!"}}"#;

/// A client, and the service for its one connection.
fn served<T: Send + 'static>(
    serve: impl FnOnce(BufReader<TcpStream>) -> T + Send + 'static,
) -> (Client, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = Options::new();
    options
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .max_retries(0);
    let service = thread::spawn(move || {
        let served = serve(BufReader::new(listener.accept().unwrap().0));
        // On a slow machine a client comes again, whose connection has been idle for long.
        std::mem::forget(listener);
        served
    });
    (Client::new("sk-canary", &options).unwrap(), service)
}

/// The length of the body to come; `None` at the end of the connection.
fn read_head(connection: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut length = None;
    for line in connection.lines() {
        let line = line.unwrap().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok();
        }
    }
    length
}

fn respond(connection: &mut BufReader<TcpStream>, status: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let response = head + body;
    connection.get_mut().write_all(response.as_bytes()).unwrap();
}

#[test]
fn a_long_message_reaches_a_slow_reader_whole() {
    let (client, service) = served(|mut connection| {
        let length = read_head(&mut connection).unwrap();
        let mut body = vec![0; length];
        for part in body.chunks_mut(1 << 20) {
            thread::sleep(Duration::from_millis(10));
            connection.read_exact(part).unwrap();
        }
        respond(&mut connection, "200 OK", ANSWER);
        body.iter().filter(|byte| **byte == b'x').count()
    });
    let reply = client.whatsapp_chat("1", "2", None, &"x".repeat(LONG));
    assert_eq!(reply.unwrap().answer(), "Hi!");
    assert!(service.join().unwrap() >= LONG);
}

#[test]
fn an_answer_in_the_middle_of_a_long_message_is_heard() {
    let (client, service) = served(|mut connection| {
        read_head(&mut connection);
        respond(&mut connection, "413 Payload Too Large", "");
        connection
    });
    let reply = client.whatsapp_chat("1", "2", None, &"x".repeat(LONG));
    assert_eq!(reply.unwrap_err().http_status(), Some(413));
    drop(service.join().unwrap());
}

#[test]
fn a_whole_answer_in_the_middle_of_a_long_message_is_heard() {
    let (client, service) = served(|mut connection| {
        read_head(&mut connection);
        respond(&mut connection, "200 OK", ANSWER);
        connection
    });
    let reply = client.whatsapp_chat("1", "2", None, &"x".repeat(LONG));
    assert_eq!(reply.unwrap().answer(), "Hi!");
    drop(service.join().unwrap());
}

#[test]
fn a_deadline_ends_the_wait_for_room_to_write() {
    let (client, service) = served(|mut connection| {
        let length = read_head(&mut connection).unwrap();
        connection.read_exact(&mut vec![0; length]).unwrap();
        respond(&mut connection, "200 OK", ANSWER);
        connection
    });
    // There is a connection then, though the deadline may pass before the long message is encoded.
    client.whatsapp_chat("1", "2", None, "Hello").unwrap();
    let mut message = crate::Message::new("1", "2", "x".repeat(LONG));
    message.timeout(Some(Duration::from_secs(2)));
    assert_eq!(client.send(&message).unwrap_err().status(), Status::Timeout);
    drop(service.join().unwrap());
}

#[test]
fn one_connection_serves_a_caller_inside_of_an_asynchronous_task() {
    let (client, service) = served(|mut connection| {
        let mut served = 0;
        while let Some(length) = read_head(&mut connection) {
            connection.read_exact(&mut vec![0; length]).unwrap();
            respond(&mut connection, "200 OK", ANSWER);
            served += 1;
        }
        served
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        for _ in 0..200 {
            client.whatsapp_chat("1", "2", None, "Hello").unwrap();
        }
    });
    drop(client);
    assert_eq!(service.join().unwrap(), 200);
}

/// Of a service that accepts connections and says nothing.
struct Fixture {
    pool: Arc<LocalPool>,
    share: Share,
    runtime: Runtime,
    _service: TcpListener,
}

impl Fixture {
    fn new() -> Self {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", service.local_addr().unwrap());
        let trust = Trusts::default().load(None).unwrap();
        let share = Budget::new().join();
        let (url, of) = (Url::parse(&url).unwrap(), share.clone());
        let connector = Connector::new(&url, None, &trust, Arc::default(), of).unwrap();
        let handle = runtime.handle().clone();
        Self {
            pool: Arc::new(LocalPool::new(connector, share.clone(), handle)),
            share,
            runtime,
            _service: service,
        }
    }

    fn caller(&self, thread: usize) -> Caller {
        let mut caller = Caller::new(self.pool.dialer.clone(), None);
        caller.thread = thread;
        caller
    }

    fn connected(&self) -> Connected {
        let connecting = self.pool.dialer.connector.connect();
        self.runtime.block_on(connecting).unwrap()
    }
}

#[test]
fn a_thread_takes_the_connection_that_it_had_before() {
    let fixture = Fixture::new();
    let mut idle = Idle::default();
    let me = this_thread();
    let now = Instant::now();
    for thread in [1, me, 2, 3] {
        idle.kept.push((now, fixture.caller(thread)));
    }
    let taken: Vec<_> = (0..4).map(|_| idle.take().unwrap().thread).collect();
    assert_eq!(taken, [me, 3, 2, 1]);
    assert!(idle.take().is_none());
    for thread in [me, 1, 2, 3, 4, 5, 6, 7, 8] {
        idle.kept.push((now, fixture.caller(thread)));
    }
    assert_eq!(idle.take().unwrap().thread, 8, "its own is too far back");
}

#[test]
fn a_connection_that_is_idle_for_long_is_not_taken_and_is_evicted() {
    let fixture = Fixture::new();
    let mut idle = Idle::default();
    let now = Instant::now();
    let long_ago = now.checked_sub(IDLE).unwrap();
    idle.kept.push((long_ago, fixture.caller(1)));
    assert!(idle.take().is_none());
    let since = now + Duration::from_secs(1);
    idle.kept.push((now, fixture.caller(1)));
    idle.kept.push((since, fixture.caller(2)));
    idle.connected = Some((since, fixture.connected()));
    assert_eq!(idle.since(), Some(now));
    let (kept, connected) = idle.evict(now + IDLE);
    assert_eq!((kept.len(), connected.is_some()), (1, false));
    assert_eq!(idle.since(), Some(since));
    let (kept, connected) = idle.evict(since + IDLE);
    assert_eq!((kept.len(), connected.is_some()), (1, true));
    assert_eq!(idle.since(), None);
}

#[test]
fn over_http2_a_caller_has_a_connection_of_his_own_who_is_alone_and_comes_again() {
    let fixture = Fixture::new();
    let pool = &fixture.pool;
    let http2 = Some(Protocol::Http2);
    let call = pool.call();
    assert!(call.is_alone);
    assert!(!pool.call().is_alone);
    drop(call);
    assert!(
        pool.call().checkout(None).is_none(),
        "the protocol is unknown"
    );
    assert!(pool.call().checkout(http2).is_none());
    assert!(!pool.lock().connecting, "he has come once");
    assert!(pool.call().checkout(http2).is_none());
    assert!(pool.lock().connecting);
    let connected = fixture.connected();
    pool.connected(Some(connected));
    let (call, other) = (pool.call(), pool.call());
    assert!(other.checkout(http2).is_none(), "he is not alone");
    let checkout = call.checkout(http2);
    assert!(checkout.is_some());
    assert!(call.checkout(Some(Protocol::Http1)).is_some());
}

#[test]
fn a_caller_who_was_alone_long_ago_comes_anew() {
    let fixture = Fixture::new();
    let now = Instant::now();
    assert!(fixture.pool.take_connected(now).is_none());
    assert!(fixture.pool.take_connected(now + IDLE).is_none());
    assert!(!fixture.pool.lock().connecting);
}

#[test]
fn what_falls_idle_while_somebody_waits_for_a_permit_is_closed() {
    let fixture = Fixture::new();
    let pool = &fixture.pool;
    pool.keep(fixture.caller(1));
    assert_eq!(pool.lock().kept.len(), 1);
    let connected = fixture.connected();
    let _held: Vec<_> = std::iter::from_fn(|| fixture.share.try_acquire()).collect();
    let mut waiting = pin!(fixture.share.acquire());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut cx).is_pending());
    pool.keep(fixture.caller(1));
    pool.connected(Some(connected));
    let idle = pool.lock();
    assert!(idle.kept.len() == 1 && idle.connected.is_none());
}

#[test]
fn nobody_waits_for_a_permit_of_a_connection_that_nobody_waits_for() {
    let fixture = Fixture::new();
    let held: Vec<_> = std::iter::from_fn(|| fixture.share.try_acquire()).collect();
    let now = Instant::now();
    for _ in 0..3 {
        assert!(fixture.pool.take_connected(now).is_none());
    }
    assert!(!fixture.pool.lock().connecting);
    drop(held);
    assert!(fixture.pool.take_connected(now).is_none());
    assert!(fixture.pool.lock().connecting);
}
