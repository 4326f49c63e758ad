//! A request that is given up after its head was sent is reset once the service has read it.
//!
//! Servers take many streams that are reset before anybody has looked at them for an attack (HTTP/2 rapid reset,
//! CVE-2023-44487) and close the connection, with all the other chats on it. On a busy machine a request and its reset may
//! arrive together, however long the pause between them was. The stream counts until it is reset.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::connection::Http2;
use super::round_trip::RoundTrip;

/// For a server to look at a request, and for others to be given up with it.
const DELAY: Duration = Duration::from_millis(200);

/// `permit` is the right to a stream of the connection.
pub(crate) struct DelayedReset<P: AsRef<Http2> + Send + 'static> {
    /// Boxed, because it may outlive its chat.
    round_trip: Option<Box<RoundTrip>>,
    permit: Option<P>,
}

impl<P: AsRef<Http2> + Send + Unpin + 'static> DelayedReset<P> {
    pub(crate) fn new(round_trip: RoundTrip, permit: P) -> Self {
        Self {
            round_trip: Some(Box::new(round_trip)),
            permit: Some(permit),
        }
    }

    /// For whoever goes on with the response. It stays with what is still to be reset.
    pub(crate) fn take_permit(&mut self) -> Option<P> {
        match self.round_trip {
            None => self.permit.take(),
            Some(_) => None,
        }
    }
}

impl<P: AsRef<Http2> + Send + Unpin + 'static> Future for DelayedReset<P> {
    type Output = <RoundTrip as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(round_trip) = &mut self.round_trip else {
            return Poll::Pending;
        };
        let output = ready!(Pin::new(&mut **round_trip).poll(cx));
        if !round_trip.is_broken_off() {
            self.round_trip = None;
        }
        Poll::Ready(output)
    }
}

impl<P: AsRef<Http2> + Send + 'static> Drop for DelayedReset<P> {
    fn drop(&mut self) {
        let is_open = self
            .round_trip
            .as_ref()
            .is_some_and(|begun| begun.is_open());
        if is_open
            && let Ok(runtime) = Handle::try_current()
            && let Some(permit) = self.permit.take()
            && let Some(round_trip) = self.round_trip.take()
        {
            runtime.spawn(async move {
                sleep(DELAY).await;
                permit.as_ref().has_read().await;
                drop(round_trip);
            });
        }
    }
}
