//! A request that is given up soon after it has left lingers a moment before its HTTP/2 stream is reset.
//!
//! Servers take many streams that are reset before anybody has looked at them for an attack (HTTP/2 rapid reset,
//! CVE-2023-44487) and close the connection, with all the other chats on it. Its room on the lane is kept as long.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::body::Departure;
use super::seat::Seat;
use super::stream::Exchange;

/// For a server to look at a request.
const MOMENT: Duration = Duration::from_millis(200);

pub(crate) struct Lingering<'a> {
    /// Boxed, because it may outlive its chat.
    exchange: Option<Box<Exchange>>,
    departure: Departure,
    seat: &'a Seat,
    begun: Instant,
}

impl<'a> Lingering<'a> {
    pub(crate) fn new(exchange: Exchange, departure: Departure, seat: &'a Seat) -> Self {
        Self {
            exchange: Some(Box::new(exchange)),
            departure,
            seat,
            begun: Instant::now(),
        }
    }
}

impl Future for Lingering<'_> {
    type Output = <Exchange as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(exchange) = &mut self.exchange else {
            return Poll::Pending;
        };
        let output = ready!(Pin::new(&mut **exchange).poll(cx));
        self.exchange = None;
        Poll::Ready(output)
    }
}

impl Drop for Lingering<'_> {
    fn drop(&mut self) {
        if self.exchange.is_some()
            && self.departure.has_left()
            && self.begun.elapsed() < MOMENT
            && let Ok(runtime) = Handle::try_current()
        {
            let exchange = self.exchange.take();
            let room = self.seat.room().keep();
            runtime.spawn(async move {
                sleep(MOMENT).await;
                drop(exchange);
                drop(room);
            });
        }
    }
}
