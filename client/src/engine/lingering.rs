//! A request that is given up soon after it has left lingers a moment before its HTTP/2 stream is reset.
//!
//! Servers take many streams that are reset before anybody has looked at them for an attack (HTTP/2 rapid reset,
//! CVE-2023-44487) and close the connection, with all the other chats on it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::body::Departure;
use super::transport::{Protocol, Spoken};

/// For a server to look at a request.
const MOMENT: Duration = Duration::from_millis(200);

pub(crate) struct Lingering<F: Future + Send + 'static> {
    request: Option<Pin<Box<F>>>,
    departure: Departure,
    spoken: Spoken,
    sent: Instant,
}

impl<F: Future + Send + 'static> Lingering<F> {
    pub(crate) fn new(request: F, departure: Departure, spoken: &Spoken) -> Self {
        Self {
            request: Some(Box::pin(request)),
            departure,
            spoken: spoken.clone(),
            sent: Instant::now(),
        }
    }
}

impl<F: Future + Send + 'static> Future for Lingering<F> {
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

impl<F: Future + Send + 'static> Drop for Lingering<F> {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else {
            return;
        };
        if self.spoken.get() != Protocol::Http1
            && self.departure.has_left()
            && self.sent.elapsed() < MOMENT
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move {
                sleep(MOMENT).await;
                drop(request);
            });
        }
    }
}
