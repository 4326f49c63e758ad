//! A request that is given up soon after it has left lingers a moment before its HTTP/2 stream is reset.
//!
//! Servers take many streams that are reset before anybody has looked at them for an attack (HTTP/2 rapid reset,
//! CVE-2023-44487) and close the connection, with all the other chats on it. Its room on the lane is kept as long.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::seat::Seat;
use super::transport::Protocol;

/// For a server to look at a request.
const MOMENT: Duration = Duration::from_millis(200);

pub(crate) struct Lingering<'a, F: Future + Send + 'static> {
    request: Option<Pin<Box<F>>>,
    seat: &'a Seat,
    sent: Instant,
}

impl<'a, F: Future + Send + 'static> Lingering<'a, F> {
    pub(crate) fn new(request: F, seat: &'a Seat) -> Self {
        Self {
            request: Some(Box::pin(request)),
            seat,
            sent: Instant::now(),
        }
    }
}

impl<F: Future + Send + 'static> Future for Lingering<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(request) = &mut self.request else {
            return Poll::Pending;
        };
        let output = ready!(request.as_mut().poll(cx));
        self.request = None;
        Poll::Ready(output)
    }
}

impl<F: Future + Send + 'static> Drop for Lingering<'_, F> {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else {
            return;
        };
        if self.seat.protocol() != Protocol::Http1
            && self.seat.departure().has_left()
            && self.sent.elapsed() < MOMENT
            && let Ok(runtime) = Handle::try_current()
        {
            let room = self.seat.room().keep();
            runtime.spawn(async move {
                sleep(MOMENT).await;
                drop(request);
                drop(room);
            });
        }
    }
}
