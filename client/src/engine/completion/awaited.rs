//! A chat whose result is awaited, on whichever executor.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::ticket::lost;
use crate::engine::admission::limit::Permit;
use crate::engine::metrics::{Finish, InFlight};
use crate::error::Error;
use crate::message::Reply;

/// A chat, or another call, on the process-wide runtime; dropped before its result was taken, it is cancelled.
pub(crate) struct Awaited<T = Reply> {
    result: oneshot::Receiver<Result<T, Error>>,
    chat: AbortHandle,
    /// `None` once the result was taken.
    held: Option<(InFlight, Permit)>,
}

impl<T> Awaited<T> {
    /// Starts the chat with `spawn`, which is told where its result goes.
    pub(crate) fn begin(
        permit: Permit,
        in_flight: InFlight,
        spawn: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> AbortHandle,
    ) -> Self {
        let (done, result) = oneshot::channel();
        Self {
            result,
            chat: spawn(done),
            held: Some((in_flight, permit)),
        }
    }
}

impl<T: Finish> Future for Awaited<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(Pin::new(&mut self.result).poll(cx)).unwrap_or_else(|_| Err(lost()));
        if let Some((in_flight, _permit)) = self.held.take() {
            in_flight.finished(&result);
        }
        Poll::Ready(result)
    }
}

impl<T> Drop for Awaited<T> {
    fn drop(&mut self) {
        if let Some((in_flight, _permit)) = self.held.take() {
            self.chat.abort();
            in_flight.cancelled();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;
    use std::task::Waker;

    use tokio::runtime::{Builder, Runtime};

    use super::*;
    use crate::engine::admission::limit::Limit;
    use crate::engine::metrics::Metrics;
    use crate::error::Status;

    fn begin(
        runtime: &Runtime,
        limit: &Arc<Limit>,
        metrics: &Arc<Metrics>,
    ) -> (Awaited, oneshot::Sender<Result<Reply, Error>>) {
        let mut sender = None;
        let permit = limit.acquire().ok().unwrap();
        let awaited = Awaited::begin(permit, metrics.started(), |done| {
            sender = Some(done);
            runtime.spawn(pending::<()>()).abort_handle()
        });
        (awaited, sender.unwrap())
    }

    #[test]
    fn a_chat_is_counted_until_its_result_is_taken_or_it_is_dropped() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let (limit, metrics) = (Arc::new(Limit::new(1)), Arc::new(Metrics::default()));

        let (mut awaited, done) = begin(&runtime, &limit, &metrics);
        done.send(Err(Error::new(Status::Connect, "test"))).unwrap();
        assert_eq!(metrics.snapshot().in_flight, 1);
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut awaited).poll(&mut context).is_ready());
        assert_eq!(metrics.snapshot().failed[&Status::Connect], 1);

        let (dropped, _done) = begin(&runtime, &limit, &metrics);
        assert!(limit.acquire().is_err());
        drop(dropped);
        assert!(limit.acquire().is_ok());
        let stats = metrics.snapshot();
        assert_eq!((stats.in_flight, stats.cancelled), (0, 1));
    }
}
