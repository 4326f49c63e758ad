//! Does the work of a shared connection on the process-wide runtime, until nobody needs it or it is lost.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::Connection;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::{Http2, Probes};
use super::handshake::UNKNOWN;
use super::keep_alive::KeepAlive;
use crate::engine::errors::transport as errors;

/// Whose connection it is. Told by the driver, outside of any lock.
pub(crate) trait Owner: Deref<Target = Http2> {
    /// The service's stream limit is another than before, or the connection is closed to new requests.
    fn changed(self: Arc<Self>);
}

pub(crate) struct Driver<T, O> {
    http2: Connection<T, Bytes>,
    keep_alive: KeepAlive,
    /// The pool and its chats keep the connection open.
    owner: Weak<O>,
}

impl<T: AsyncRead + AsyncWrite + Unpin, O: Owner> Driver<T, O> {
    pub(crate) fn new(mut http2: Connection<T, Bytes>, probes: Probes, owner: &Arc<O>) -> Self {
        Self {
            keep_alive: KeepAlive::new(http2.ping_pong(), probes),
            http2,
            owner: Arc::downgrade(owner),
        }
    }
}

impl<T, O: Owner> Driver<T, O>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    fn has_limit_changed(&self, owner: &Http2) -> bool {
        let streams = self.http2.max_concurrent_send_streams();
        streams != UNKNOWN && owner.allow(streams)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin, O: Owner> Future for Driver<T, O> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = Pin::new(&mut self.http2).poll(cx);
        let owner = self.owner.upgrade();
        let in_use = owner.as_ref().is_none_or(|owner| owner.in_use() > 0);
        let is_lost = polled.is_pending() && self.keep_alive.poll_lost(cx, in_use).is_ready();
        if polled.is_ready() || is_lost {
            if let Some(owner) = owner {
                match polled {
                    Poll::Ready(Err(error)) => owner.fail(errors::of_request(&error, false)),
                    _ => owner.close(),
                }
                owner.changed();
            }
            return Poll::Ready(());
        }
        if let Some(owner) = owner
            // Both at once, where they came at once.
            && (self.has_limit_changed(&owner) | owner.drains(cx))
        {
            owner.changed();
        }
        Poll::Pending
    }
}
