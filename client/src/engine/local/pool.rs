//! The connections of blocked callers.
//!
//! Over HTTP/1.1 each call takes one, runs it on its own thread, and puts it back. Over HTTP/2 a call does so while it is
//! alone; calls that come together share a connection of the runtime, which costs them less. Nobody watches such a
//! connection between two calls: each call looks whether the service has closed it before it writes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::{sleep_until, timeout};

use super::caller::Caller;
use super::dialer::Dialer;
use crate::engine::connect::{Connected, Connector, Protocol};
use crate::engine::process::budget::{Evict, Share};

/// As for each connection that nobody watches: Node closes an idle one after 5 s.
const IDLE: Duration = Duration::from_secs(4);
/// How many of the connections used last a thread looks through for its own.
const FAMILIAR: usize = 8;
/// For a connection that nobody waits for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct LocalPool {
    dialer: Arc<Dialer>,
    /// Blocking calls under way, those that share a connection too.
    calls: AtomicUsize,
    idle: Mutex<Idle>,
}

/// A connection, and since when it is idle.
type Kept = (Instant, Caller);

#[derive(Default)]
struct Idle {
    /// The one used last at the end.
    kept: Vec<Kept>,
    /// For the next caller who is alone on a service that speaks HTTP/2.
    connected: Option<(Instant, Connected)>,
    /// When the last such caller came.
    alone: Option<Instant>,
    connecting: bool,
    evicting: bool,
}

impl LocalPool {
    pub(crate) fn new(connector: Connector, share: Share, handle: Handle) -> Self {
        Self {
            dialer: Arc::new(Dialer {
                connector,
                share,
                handle,
            }),
            calls: AtomicUsize::new(0),
            idle: Mutex::default(),
        }
    }

    /// A blocking call begins.
    pub(crate) fn call(self: &Arc<Self>) -> Call<'_> {
        let others = self.calls.fetch_add(1, Ordering::Relaxed);
        Call {
            pool: self,
            is_alone: others == 0,
        }
    }

    /// A connection of one's own: over HTTP/1.1 each caller makes one if need be.
    fn take(self: &Arc<Self>) -> Caller {
        let kept = self.lock().take();
        let mut caller = kept.unwrap_or_else(|| Caller::new(self.dialer.clone(), None));
        caller.thread = this_thread();
        caller
    }

    /// Over HTTP/2 one is made beside the calls, for those who come alone and again.
    fn take_connected(self: &Arc<Self>, now: Instant) -> Option<Caller> {
        let mut idle = self.lock();
        if let Some(caller) = idle.take() {
            return Some(caller);
        }
        let before = idle.alone.replace(now);
        if let Some((since, connected)) = idle.connected.take()
            && now < since + IDLE
        {
            return Some(Caller::new(self.dialer.clone(), Some(connected)));
        }
        if before.is_some_and(|before| now < before + IDLE) && !idle.connecting {
            idle.connecting = true;
            self.dialer.handle.spawn(connect(self.clone()));
        }
        None
    }

    fn keep(self: &Arc<Self>, caller: Caller) {
        let mut idle = self.lock();
        idle.kept.push((Instant::now(), caller));
        self.evict_later(&mut idle);
    }

    fn connected(self: &Arc<Self>, connected: Option<Connected>) {
        let mut idle = self.lock();
        idle.connecting = false;
        idle.connected = connected.map(|connected| (Instant::now(), connected));
        self.evict_later(&mut idle);
    }

    fn evict_later(self: &Arc<Self>, idle: &mut Idle) {
        if !idle.evicting {
            idle.evicting = true;
            self.dialer.handle.spawn(evict(Arc::downgrade(self)));
        }
    }

    /// Closes what has been idle for long. The time of the next look, if anything is idle.
    fn evict_old(&self) -> Option<Instant> {
        let mut idle = self.lock();
        let evicted = idle.evict(Instant::now());
        let next = idle.since().map(|since| since + IDLE);
        idle.evicting = next.is_some();
        drop(idle);
        drop(evicted);
        next
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evict for LocalPool {
    fn evict(&self) {
        let mut idle = self.lock();
        let evicted = (std::mem::take(&mut idle.kept), idle.connected.take());
        drop(idle);
        drop(evicted);
    }
}

impl Idle {
    /// One used lately, so that the others fall idle. Best is the one that this thread had before: the scheduler has
    /// brought it and its peer together, where they share one.
    fn take(&mut self) -> Option<Caller> {
        let me = this_thread();
        let late = self.kept.len().saturating_sub(FAMILIAR);
        let known = self.kept[late..]
            .iter()
            .rposition(|(_, caller)| caller.thread == me);
        let (since, caller) = match known {
            Some(at) => self.kept.remove(late + at),
            None => self.kept.pop()?,
        };
        (since.elapsed() < IDLE).then_some(caller)
    }

    fn evict(&mut self, now: Instant) -> (Vec<Kept>, Option<(Instant, Connected)>) {
        let old = self.kept.partition_point(|(since, _)| *since + IDLE <= now);
        let connected = self.connected.take_if(|(since, _)| *since + IDLE <= now);
        (self.kept.drain(..old).collect(), connected)
    }

    fn since(&self) -> Option<Instant> {
        let kept = self.kept.first().map(|(since, _)| *since);
        let connected = self.connected.as_ref().map(|(since, _)| *since);
        kept.into_iter().chain(connected).min()
    }
}

/// Tells threads apart, of those that live.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

async fn connect(pool: Arc<LocalPool>) {
    let connecting = pool.dialer.connector.connect();
    let connected = timeout(CONNECT_TIMEOUT, connecting).await;
    pool.connected(connected.ok().and_then(Result::ok));
}

/// Runs only while a connection is idle, so that an idle process has no wake-ups.
async fn evict(pool: Weak<LocalPool>) {
    while let Some(next) = pool.upgrade().and_then(|pool| pool.evict_old()) {
        sleep_until(next.into()).await;
    }
}

/// A blocking call, counted while it is under way.
pub(crate) struct Call<'a> {
    pool: &'a Arc<LocalPool>,
    is_alone: bool,
}

impl Call<'_> {
    /// A connection that the caller drives himself, if that is better than to share one.
    pub(crate) fn checkout(&self, protocol: Option<Protocol>) -> Option<Checkout<'_>> {
        let caller = match protocol? {
            Protocol::Http1 => self.pool.take(),
            Protocol::Http2 if self.is_alone => self.pool.take_connected(Instant::now())?,
            Protocol::Http2 => return None,
        };
        Some(Checkout {
            pool: self.pool,
            caller: Some(caller),
        })
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.pool.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection in use, put back on drop if it is in good order.
pub(crate) struct Checkout<'a> {
    pool: &'a Arc<LocalPool>,
    caller: Option<Caller>,
}

impl Checkout<'_> {
    pub(crate) fn caller(&mut self) -> Option<&mut Caller> {
        self.caller.as_mut()
    }
}

impl Drop for Checkout<'_> {
    fn drop(&mut self) {
        if let Some(caller) = self.caller.take()
            && caller.is_connected()
            && self.pool.dialer.share.may_keep()
        {
            self.pool.keep(caller);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

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
        let service = thread::spawn(move || serve(BufReader::new(listener.accept().unwrap().0)));
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
    fn a_deadline_ends_the_wait_for_room_to_write() {
        let (client, service) = served(|connection| connection);
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
}
