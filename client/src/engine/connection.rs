//! A lane's connection. Over HTTP/2 it is driven by a task of its own, and tells how many chats it carries; over HTTP/1.1
//! the lane's HTTP client keeps it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;

use super::gate::Gate;
use super::pulse::Pulse;
use super::service::Service;

/// More would gain little, and all of them are lost with their connection. Servers commonly allow 100, nginx 128, Go 250.
const MOST_STREAMS: usize = 250;
/// What no service can say: SETTINGS_MAX_CONCURRENT_STREAMS has 32 bits, and stands for no limit where it is missing.
const UNTOLD: usize = usize::MAX - 1;
/// Answers are some kilobytes long, and are read as they come.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;
const MOST_HEADER_BYTES: u32 = 16 << 10;

pub(crate) struct Connection {
    service: Arc<Service>,
    pub(super) gate: Gate,
    chats: AtomicUsize,
    http2: OnceLock<SendRequest<Bytes>>,
    /// What the service allows, of what is made use of.
    streams: AtomicUsize,
    /// The service has answered on it.
    proven: AtomicBool,
    broken: AtomicBool,
}

impl Connection {
    /// One that is yet to be made.
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self {
            service,
            gate: Gate::new(),
            chats: AtomicUsize::new(0),
            http2: OnceLock::new(),
            streams: AtomicUsize::new(UNTOLD),
            proven: AtomicBool::new(false),
            broken: AtomicBool::new(false),
        }
    }

    /// One more chat comes; how many they are then.
    pub(super) fn enter(&self) -> usize {
        self.chats.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A chat leaves; how many they are then.
    pub(super) fn leave(&self) -> usize {
        self.chats.fetch_sub(1, Ordering::Relaxed) - 1
    }

    pub(super) fn chats(&self) -> usize {
        self.chats.load(Ordering::Relaxed)
    }

    /// How many chats it carries; as long as the service has not told, what is expected.
    pub(super) fn carries(&self) -> usize {
        match self.streams.load(Ordering::Relaxed) {
            UNTOLD => self.service.streams(),
            streams => streams,
        }
    }

    /// It stands, and carries one chat at a time.
    pub(super) fn is_http1(&self) {
        self.streams.store(1, Ordering::Relaxed);
        self.gate.open();
    }

    /// Speaks HTTP/2 from now on over what has been connected.
    pub(super) async fn speak_http2<T>(
        self: &Arc<Self>,
        io: T,
        handle: &Handle,
    ) -> Result<(), h2::Error>
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (requests, mut http2) = h2::client::Builder::new()
            .initial_max_send_streams(UNTOLD)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(MOST_HEADER_BYTES)
            .enable_push(false)
            .handshake(io)
            .await?;
        let pulse = Pulse::new(http2.ping_pong());
        _ = self.http2.set(requests);
        handle.spawn(Driver {
            http2,
            pulse,
            connection: Arc::downgrade(self),
        });
        Ok(())
    }

    pub(super) fn http2(&self) -> Option<&SendRequest<Bytes>> {
        self.http2.get()
    }

    pub(super) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    pub(super) fn set_proven(&self) {
        self.proven.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// It was lost, or is about to be: whoever is still on it finds out alone, and nobody new comes.
    pub(super) fn set_broken(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }

    fn allows(&self, streams: usize) {
        if streams == UNTOLD {
            return;
        }
        let streams = streams.min(MOST_STREAMS);
        if self.streams.swap(streams, Ordering::Relaxed) != streams {
            self.service.allows(streams);
            self.gate.open();
        }
    }
}

/// Does the work of an HTTP/2 connection, until nobody needs it any more or it is lost.
struct Driver<T> {
    http2: h2::client::Connection<T, Bytes>,
    pulse: Pulse,
    /// Of the lane, which keeps the connection open.
    connection: Weak<Connection>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Future for Driver<T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let is_over = Pin::new(&mut self.http2).poll(cx).is_ready();
        let connection = self.connection.upgrade();
        let is_needed = connection.as_ref().is_none_or(|lane| lane.chats() > 0);
        if is_over || self.pulse.poll_stopped(cx, is_needed).is_ready() {
            if let Some(connection) = connection {
                connection.set_broken();
            }
            return Poll::Ready(());
        }
        if let Some(connection) = connection {
            connection.allows(self.http2.max_concurrent_send_streams());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{self, advance};

    use super::*;
    use crate::engine::pulse::{PING_INTERVAL, PING_TIMEOUT};
    use crate::engine::service::Protocol;

    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    const MAX_CONCURRENT_STREAMS: u8 = 3;

    /// A connection, and the service's end of it.
    async fn connected() -> (Arc<Connection>, DuplexStream) {
        let service = Arc::new(Service::new(Protocol::Http2));
        let connection = Arc::new(Connection::new(service));
        let (here, there) = duplex(1 << 16);
        let spoken = connection.speak_http2(here, &Handle::current()).await;
        spoken.unwrap();
        (connection, there)
    }

    async fn allow(service: &mut DuplexStream, streams: u8) {
        let head = [0, 0, 6, SETTINGS, 0, 0, 0, 0, 0];
        service.write_all(&head).await.unwrap();
        let setting = [0, MAX_CONCURRENT_STREAMS, 0, 0, 0, streams];
        service.write_all(&setting).await.unwrap();
        settled().await;
    }

    /// Lets the driver do what there is to do.
    async fn settled() {
        time::sleep(Duration::from_millis(1)).await;
    }

    /// The kinds of the frames that have come.
    async fn frames(service: &mut DuplexStream) -> Vec<u8> {
        let mut kinds = Vec::new();
        let mut head = [0; 9];
        while let Ok(read) =
            time::timeout(Duration::from_millis(1), service.read_exact(&mut head)).await
        {
            read.unwrap();
            kinds.push(head[3]);
            let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
            service.read_exact(&mut payload).await.unwrap();
        }
        kinds
    }

    async fn read_preface(service: &mut DuplexStream) {
        let mut preface = [0; 24];
        service.read_exact(&mut preface).await.unwrap();
        frames(service).await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_carries_what_the_service_allows() {
        let (connection, mut service) = connected().await;
        assert_eq!(connection.carries(), usize::MAX, "nothing is known yet");
        for allowed in [7, 0, 100, 255] {
            allow(&mut service, allowed).await;
            assert_eq!(connection.carries(), usize::from(allowed).min(MOST_STREAMS));
        }
        assert!(!connection.gate.pass().await.unwrap(), "it stands");
        assert_eq!(connection.service.streams(), MOST_STREAMS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_names_no_limit_is_given_one() {
        let (connection, mut service) = connected().await;
        let empty = [0, 0, 0, SETTINGS, 0, 0, 0, 0, 0];
        service.write_all(&empty).await.unwrap();
        settled().await;
        assert_eq!(connection.carries(), MOST_STREAMS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_ping_that_is_not_answered_ends_a_connection_with_chats_on_it() {
        let (connection, mut service) = connected().await;
        connection.enter();
        allow(&mut service, 100).await;
        read_preface(&mut service).await;
        advance(PING_INTERVAL).await;
        assert_eq!(frames(&mut service).await, [PING]);
        assert!(!connection.is_broken());
        advance(PING_TIMEOUT).await;
        settled().await;
        assert!(connection.is_broken());
    }

    #[tokio::test(start_paused = true)]
    async fn it_closes_with_its_lane() {
        let (connection, mut service) = connected().await;
        allow(&mut service, 100).await;
        read_preface(&mut service).await;
        drop(connection);
        let mut rest = Vec::new();
        service.read_to_end(&mut rest).await.unwrap();
        assert!(!rest.is_empty(), "it says goodbye");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_lost_is_broken() {
        let (connection, service) = connected().await;
        drop(service);
        settled().await;
        assert!(connection.is_broken());
    }
}
