//! The bytes of a connection: a TCP socket, or TLS on one, or TLS in the tunnel of a proxy that is spoken to over TLS.

use std::io::{self, ErrorKind, IoSlice};
use std::net::{self, Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Host;

use super::meter::{Meter, Turn};

/// A peer that is gone without a word is found out within a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_RETRIES: u32 = 3;
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// What TLS with one host is made of.
pub(super) struct Session {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Session {
    /// `None` for a host that no certificate can name.
    pub(super) fn new(config: ClientConfig, host: &Host) -> Option<Self> {
        let name = match host {
            Host::Ipv4(address) => ServerName::IpAddress((*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress((*address).into()),
            Host::Domain(name) => ServerName::try_from(name.clone()).ok()?,
        };
        let config = Arc::new(config);
        Some(Self { config, name })
    }

    /// The same, of the same session cache, with these protocols on offer.
    pub(super) fn offering(&self, protocols: &[&[u8]]) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Self {
            config: Arc::new(config),
            name: self.name.clone(),
        }
    }
}

pub(crate) enum Stream {
    Tcp(Tcp),
    Tls(Box<TlsStream<Stream>>),
}

impl Stream {
    /// TLS on it.
    pub(super) async fn secure(self, session: &Session) -> io::Result<Self> {
        let connector = TlsConnector::from(session.config.clone());
        let stream = connector.connect(session.name.clone(), self).await?;
        Ok(Self::Tls(Box::new(stream)))
    }

    /// The outermost TLS session.
    pub(crate) fn session(&self) -> Option<&ClientConnection> {
        match self {
            Self::Tcp(_) => None,
            Self::Tls(tls) => Some(tls.get_ref().1),
        }
    }

    /// Counts what comes over it.
    pub(crate) fn meter(&self) -> &Meter {
        match self {
            Self::Tcp(tcp) => &tcp.meter,
            Self::Tls(tls) => tls.get_ref().0.meter(),
        }
    }

    /// The socket, in non-blocking mode, and the TLS sessions on it, the outermost first.
    pub(crate) fn into_parts(self) -> io::Result<(net::TcpStream, Vec<ClientConnection>)> {
        let mut sessions = Vec::new();
        let mut stream = self;
        loop {
            match stream {
                Self::Tcp(tcp) => return Ok((tcp.into_std()?, sessions)),
                Self::Tls(tls) => {
                    let (inner, session) = tls.into_inner();
                    sessions.push(session);
                    stream = inner;
                }
            }
        }
    }
}

/// A TCP connection. What a task reads of it at once is bounded, so that no peer keeps others from their turn. A child that was forked meanwhile holds the descriptor too, so dropping shuts the connection down.
pub(crate) struct Tcp {
    /// `None` once it is taken out.
    stream: Option<Take<TcpStream>>,
    meter: Meter,
    turn: Turn,
}

impl Tcp {
    pub(super) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        socket.set_tcp_keepalive(
            &TcpKeepalive::new()
                .with_time(KEEP_ALIVE)
                .with_interval(KEEP_ALIVE)
                .with_retries(KEEP_ALIVE_RETRIES),
        )?;
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
        match socket.connect(&address.into()) {
            Err(error) if !is_in_progress(&error) => return Err(error),
            _ => {}
        }
        let stream = TcpStream::from_std(socket.into())?;
        let tcp = Self {
            stream: Some(stream.take(0)),
            meter: Meter::default(),
            turn: Turn::default(),
        };
        let stream = tcp.get()?;
        stream.writable().await?;
        match stream.take_error()? {
            Some(error) => Err(error),
            None => Ok(tcp),
        }
    }

    /// The descriptor once more, as a forked child has it.
    #[cfg(test)]
    pub(super) fn duplicate(&self) -> Socket {
        SockRef::from(self.stream.as_ref().unwrap().get_ref())
            .try_clone()
            .unwrap()
    }

    fn get(&self) -> io::Result<&TcpStream> {
        let stream = self.stream.as_ref().map(Take::get_ref);
        stream.ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn get_pin(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let stream = self.stream.as_mut().map(Take::get_mut);
        stream
            .map(Pin::new)
            .ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn into_std(mut self) -> io::Result<net::TcpStream> {
        let stream = self.stream.take().map(Take::into_inner);
        stream.ok_or(ErrorKind::NotConnected)?.into_std()
    }
}

fn is_in_progress(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINPROGRESS) || error.kind() == ErrorKind::WouldBlock
}

impl Drop for Tcp {
    fn drop(&mut self) {
        if let Some(stream) = &self.stream {
            _ = SockRef::from(stream.get_ref()).shutdown(Shutdown::Both);
        }
    }
}

impl AsyncRead for Tcp {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self {
            stream,
            meter,
            turn,
        } = &mut *self;
        let Some(room) = turn.room(meter) else {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        };
        let stream = stream.as_mut().ok_or(ErrorKind::NotConnected)?;
        stream.set_limit(room as u64);
        let before = buffer.filled().len();
        let polled = Pin::new(stream).poll_read(cx, buffer);
        match polled {
            Poll::Ready(Ok(())) => {
                let count = buffer.filled().len() - before;
                turn.took(count);
                meter.received(count)?;
            }
            _ => turn.end(),
        }
        polled
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_pin()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_pin()?.poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_pin()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_pin()?.poll_shutdown(cx)
    }
}

/// The same of whichever it is.
macro_rules! either {
    ($stream:expr, $inner:ident => $do:expr) => {
        match $stream.get_mut() {
            Stream::Tcp(tcp) => {
                let $inner = Pin::new(tcp);
                $do
            }
            Stream::Tls(tls) => {
                let $inner = Pin::new(&mut **tls);
                $do
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, inner => inner.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, inner => inner.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        // Both are: TLS gathers what it encrypts.
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_shutdown(cx))
    }
}
