//! A request that is given up after it was sent is reset a moment later.
//!
//! Servers take many streams that are reset before anybody has looked at them for an attack (HTTP/2 rapid reset,
//! CVE-2023-44487) and close the connection, with all the other chats on it. The stream counts until it is reset.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::round_trip::RoundTrip;
use crate::engine::exchange::Commit;

/// For a server to look at a request.
const DELAY: Duration = Duration::from_millis(200);

/// `permit` is the right to a stream of the connection.
pub(crate) struct DelayedReset<P: Send + 'static> {
    /// Boxed, because it may outlive its chat.
    round_trip: Option<Box<RoundTrip>>,
    permit: Option<P>,
    commit: Commit,
}

impl<P: Send + Unpin + 'static> DelayedReset<P> {
    pub(crate) fn new(round_trip: RoundTrip, permit: P, commit: Commit) -> Self {
        Self {
            round_trip: Some(Box::new(round_trip)),
            permit: Some(permit),
            commit,
        }
    }

    /// For whoever goes on with the response.
    pub(crate) fn take_permit(&mut self) -> Option<P> {
        self.permit.take()
    }
}

impl<P: Send + Unpin + 'static> Future for DelayedReset<P> {
    type Output = <RoundTrip as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(round_trip) = &mut self.round_trip else {
            return Poll::Pending;
        };
        let output = ready!(Pin::new(&mut **round_trip).poll(cx));
        self.round_trip = None;
        Poll::Ready(output)
    }
}

impl<P: Send + 'static> Drop for DelayedReset<P> {
    fn drop(&mut self) {
        if self.round_trip.is_some()
            && self.commit.is_committed()
            && let Ok(runtime) = Handle::try_current()
        {
            let kept = (self.round_trip.take(), self.permit.take());
            runtime.spawn(async move {
                sleep(DELAY).await;
                drop(kept);
            });
        }
    }
}
