//! Through a proxy: its consent to a tunnel, by hyper-util, and its refusals.

use std::future::{self, Ready};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use http::{StatusCode, Uri};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

use super::{Credentials, Proxy, Scheme};
use crate::engine::connect::stream::Stream;
use crate::engine::errors::connecting::Refusal;

/// How much of a proxy's answer is kept: up to its status.
const STATUS_LINE: usize = 16;

/// Asks for a tunnel to `target` (`host:port`, an IPv6 address in brackets) on a connection to the proxy.
pub(in crate::engine::connect) async fn open(
    proxy: &Proxy,
    stream: Stream,
    target: &str,
) -> Result<Stream, Refusal> {
    let target = Uri::builder()
        .scheme("https")
        .authority(target)
        .path_and_query("/")
        .build()
        .map_err(|error| Refusal::Lost(io::Error::new(ErrorKind::InvalidInput, error)))?;
    match proxy.scheme {
        Scheme::Http | Scheme::Https => connect(proxy, stream, target).await,
        Scheme::Socks5 | Scheme::Socks5h => socks(proxy, stream, target).await,
    }
}

/// RFC 9110, section 9.3.6.
async fn connect(proxy: &Proxy, stream: Stream, target: Uri) -> Result<Stream, Refusal> {
    let answer = Arc::<Mutex<Vec<u8>>>::default();
    let recorded = Recorded {
        stream,
        beginning: answer.clone(),
    };
    let mut tunnel = Tunnel::new(Uri::default(), Made(Some(TokioIo::new(recorded))));
    if let Some(Credentials::Basic(header)) = &proxy.credentials {
        tunnel = tunnel.with_auth(header.clone());
    }
    match tunnel.call(target).await {
        Ok(tunnel) => Ok(tunnel.into_inner().stream),
        Err(TunnelError::Io(error)) => Err(Refusal::Lost(error)),
        Err(TunnelError::TunnelUnexpectedEof) => Err(Refusal::Closed),
        Err(TunnelError::ProxyHeadersTooLong) => Err(Refusal::NoProxy),
        Err(_) => Err(refusal(&lock(&answer), proxy.credentials.is_some())),
    }
}

/// From the status line, which hyper-util keeps to itself. The proxy's own words are left out: it knows the password.
fn refusal(answer: &[u8], given: bool) -> Refusal {
    let status = answer
        .strip_prefix(b"HTTP/1.")
        .and_then(|rest| StatusCode::from_bytes(rest.get(2..5)?).ok());
    let Some(status) = status else {
        return Refusal::NoProxy;
    };
    let reason = match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_str()),
        None => status.as_str().to_owned(),
    };
    match status.as_u16() {
        // 401 is what some answer to a wrong password, tinyproxy among them.
        401 | 407 => Refusal::Credentials { given, reason },
        500.. => Refusal::Unreachable { reason },
        _ => Refusal::Forbidden { reason },
    }
}

/// RFC 1928, and RFC 1929.
async fn socks(proxy: &Proxy, stream: Stream, target: Uri) -> Result<Stream, Refusal> {
    let made = Made(Some(TokioIo::new(stream)));
    let mut tunnel = SocksV5::new(Uri::default(), made);
    if let Some(Credentials::Password { user, password }) = &proxy.credentials {
        tunnel = tunnel.with_auth(user.reveal().to_owned(), password.reveal().to_owned());
    }
    let error = match tunnel.call(target).await {
        Ok(tunnel) => return Ok(tunnel.into_inner()),
        Err(error) => error,
    };
    let given = proxy.credentials.is_some();
    Err(match error {
        SocksError::Io(error) if error.kind() == ErrorKind::UnexpectedEof => Refusal::Closed,
        SocksError::Io(error) => Refusal::Lost(error),
        SocksError::V5(error) => {
            // Its type has no name, its words do not change.
            let reason = error.to_string();
            match reason.as_str() {
                "credentials not accepted"
                | "server does not support user/pass authentication"
                | "server implements authentication incorrectly" => {
                    Refusal::Credentials { given, reason }
                }
                "connection not allowed" => Refusal::Forbidden { reason },
                _ => Refusal::Unreachable { reason },
            }
        }
        _ => Refusal::NoProxy,
    })
}

type TunnelError = <Tunnel<Made<TokioIo<Recorded>>> as Service<Uri>>::Error;
type SocksError = <SocksV5<Made<TokioIo<Stream>>> as Service<Uri>>::Error;

/// A connector whose connection is made already.
struct Made<T>(Option<T>);

impl<T> Service<Uri> for Made<T> {
    type Response = T;
    type Error = io::Error;
    type Future = Ready<io::Result<T>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        future::ready(self.0.take().ok_or(ErrorKind::NotConnected.into()))
    }
}

/// A connection that keeps the beginning of what is read from it.
struct Recorded {
    stream: Stream,
    beginning: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let mut beginning = lock(&self.beginning);
        let room = STATUS_LINE.saturating_sub(beginning.len());
        beginning.extend(buffer.filled()[before..].iter().take(room));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn lock(bytes: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    bytes.lock().unwrap_or_else(PoisonError::into_inner)
}
