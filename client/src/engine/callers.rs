//! Caller lanes: connections that the blocked caller drives itself, without a thread of ours in between.
//!
//! Over HTTP/1.1 a chat has its connection for itself. So a blocking call takes one, runs it on its own thread, and puts
//! it back: no hop to another thread and back, which costs more than the rest of the call. Nobody watches such a
//! connection between two calls; each call looks whether the service has closed it before it writes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;
use std::time::Instant;

use tokio::runtime::Handle;

use super::chat::Chat;
use super::dial::Dialer;
use super::lanes::IDLE_HTTP1;
use super::line::Line;
use super::park::Park;
use crate::error::Error;
use crate::message::Reply;

/// How many of the lanes used last a thread looks through for its own.
const FAMILIAR: usize = 8;

pub(crate) struct Callers {
    dialer: Arc<Dialer>,
    handle: Handle,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one used last at the end.
    lanes: Vec<(Instant, CallerLane)>,
    letting_go: bool,
}

impl Callers {
    pub(crate) fn new(dialer: Dialer, handle: Handle) -> Self {
        Self {
            dialer: Arc::new(dialer),
            handle,
            idle: Mutex::default(),
        }
    }

    /// A lane for one call on this thread.
    pub(crate) fn lane(self: &Arc<Self>) -> CallerSeat<'_> {
        let warm = self.lock().take();
        let mut lane = match warm {
            Some((since, lane)) if since.elapsed() < IDLE_HTTP1 => lane,
            _ => CallerLane::new(self.dialer.clone()),
        };
        lane.caller = this_thread();
        CallerSeat {
            callers: self,
            lane,
        }
    }

    fn keep(self: &Arc<Self>, lane: CallerLane) {
        let mut idle = self.lock();
        idle.lanes.push((Instant::now(), lane));
        if !idle.letting_go {
            idle.letting_go = true;
            self.handle.spawn(let_go(Arc::downgrade(self)));
        }
    }

    /// Drops the lanes that have been idle for long; the time of the next one's turn, if any is idle.
    fn drop_idle(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut idle = self.lock();
        let old = idle
            .lanes
            .partition_point(|(since, _)| *since + IDLE_HTTP1 <= now);
        let gone: Vec<_> = idle.lanes.drain(..old).collect();
        let next = idle.lanes.first().map(|(since, _)| *since + IDLE_HTTP1);
        idle.letting_go = next.is_some();
        drop(idle);
        drop(gone);
        next
    }

    /// How many there are, idle ones included: each holds the dialer.
    pub(crate) fn count(&self) -> usize {
        Arc::strong_count(&self.dialer) - 1
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    /// A lane, used lately so that the others fall idle. Best is the one that this thread had before: the scheduler has
    /// brought it and its peer together, where they share one.
    fn take(&mut self) -> Option<(Instant, CallerLane)> {
        let me = this_thread();
        let late = self.lanes.len().saturating_sub(FAMILIAR);
        let known = self.lanes[late..]
            .iter()
            .rposition(|(_, lane)| lane.caller == me);
        match known {
            Some(at) => Some(self.lanes.remove(late + at)),
            None => self.lanes.pop(),
        }
    }
}

/// Tells threads apart, of those that live.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

/// Runs only while a lane is idle, so that an idle process wakes nobody.
async fn let_go(callers: Weak<Callers>) {
    while let Some(next) = callers.upgrade().and_then(|callers| callers.drop_idle()) {
        tokio::time::sleep_until(next.into()).await;
    }
}

/// One connection, and the place where its callers wait.
struct CallerLane {
    line: Line,
    park: Arc<Park>,
    waker: Waker,
    /// The thread that had it last.
    caller: usize,
}

impl CallerLane {
    fn new(dialer: Arc<Dialer>) -> Self {
        let park = Arc::new(Park::new());
        Self {
            line: Line::new(dialer, park.clone()),
            waker: park.clone().into(),
            park,
            caller: 0,
        }
    }
}

/// A caller lane in use; dropped without [`keep`](CallerSeat::keep), its connection is closed.
pub(crate) struct CallerSeat<'a> {
    callers: &'a Arc<Callers>,
    lane: CallerLane,
}

impl CallerSeat<'_> {
    /// Runs a chat on this thread.
    pub(crate) fn run(&mut self, chat: &mut Chat) -> Result<Reply, Error> {
        let CallerLane {
            line, park, waker, ..
        } = &mut self.lane;
        park.block_on(waker, chat.run(line, &mut &**park))
    }

    /// Puts the lane back for the next call, if its connection is in good order.
    pub(crate) fn keep(self) {
        if self.lane.line.is_connected() {
            self.callers.keep(self.lane);
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
