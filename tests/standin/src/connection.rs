//! One TCP connection, and the grip a request has on it: to end it in ways that no HTTP library would.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

/// How long a closed connection waits for the peer to close too: an early close with unread bytes would be a reset.
const LINGER: Duration = Duration::from_secs(1);

/// What a request may ask of the connection that it came on.
#[derive(Debug)]
pub(crate) enum Order {
    /// Takes no more requests: GOAWAY over HTTP/2, `Connection: close` over HTTP/1.1.
    GoAway,
    End(Ending),
}

#[derive(Debug)]
pub(crate) enum Ending {
    /// RST, at once.
    Reset,
    /// These bytes as they are, `close_notify` where there is TLS, then FIN.
    Close { last_words: Bytes },
}

impl Ending {
    pub fn close() -> Self {
        Self::Close {
            last_words: Bytes::new(),
        }
    }

    pub async fn carry_out(self, mut stream: SharedStream) {
        match self {
            Self::Reset => stream.reset_on_drop(),
            Self::Close { last_words } => {
                // The peer may be gone already, and then there is nobody to be polite to.
                let _ = stream.write_all(&last_words).await;
                let _ = stream.shutdown().await;
                let _ = timeout(LINGER, tokio::io::copy(&mut stream, &mut tokio::io::sink())).await;
            }
        }
    }
}

/// A request's handle on its connection.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub number: u64,
    pub orders: UnboundedSender<Order>,
}

impl Connection {
    pub async fn go_away(&self) {
        self.order(Order::GoAway);
        // The connection's task obeys before the answer's headers are written.
        yield_now().await;
    }

    /// Ends the connection, and with it the request that asks for it: this never returns.
    pub async fn end(&self, ending: Ending) -> ! {
        self.order(Order::End(ending));
        std::future::pending().await
    }

    fn order(&self, order: Order) {
        // Nobody takes orders for a connection that has ended by itself.
        let _ = self.orders.send(order);
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Lent to the HTTP library, and still at hand when the library has been dropped.
#[derive(Clone)]
pub(crate) struct SharedStream(Arc<Mutex<Stream>>);

impl SharedStream {
    pub fn plain(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Stream::Plain(stream))))
    }

    pub fn tls(stream: TlsStream<TcpStream>) -> Self {
        Self(Arc::new(Mutex::new(Stream::Tls(Box::new(stream)))))
    }

    fn reset_on_drop(&self) {
        let result = match &*self.lock() {
            Stream::Plain(tcp) => tcp.set_zero_linger(),
            Stream::Tls(tls) => tls.get_ref().0.set_zero_linger(),
        };
        if let Err(error) = result {
            eprintln!("robofy-standin: cannot reset a connection: {error}");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Stream> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn poll<R>(&self, poll: impl FnOnce(Pin<&mut dyn Duplex>) -> R) -> R {
        match &mut *self.lock() {
            Stream::Plain(tcp) => poll(Pin::new(tcp)),
            Stream::Tls(tls) => poll(Pin::new(tls.as_mut())),
        }
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl AsyncRead for SharedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for SharedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(|stream| stream.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll(|stream| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
