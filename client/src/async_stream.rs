//! An answer while it is written, for asynchronous programs.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::Error;
use crate::event::Event;
use crate::stream::EventStream;

/// An [`EventStream`] whose events are awaited, on any executor. It is `'static`, `Send` and `Unpin`, and a
/// [`Stream`] of the `futures` crates.
#[must_use = "dropped, it cancels the answer"]
pub struct AsyncEventStream {
    stream: EventStream,
    /// The last item was ready.
    over: bool,
}

impl AsyncEventStream {
    pub(crate) fn new(stream: EventStream) -> Self {
        Self {
            stream,
            over: false,
        }
    }

    /// The next event; `None` after the end, and after an error. The future may be dropped and asked for again: no event is
    /// lost.
    ///
    /// # Errors
    ///
    /// As [`EventStream::wait`].
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// As [`EventStream::text`].
    #[must_use]
    pub fn text(&self) -> String {
        self.stream.text()
    }

    /// As [`EventStream::session_id`].
    #[must_use]
    pub fn session_id(&self) -> Option<String> {
        self.stream.session_id()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = match self.stream.streamed() {
            Ok(stream) => ready!(stream.poll_next(cx)),
            Err(left_behind) => Err(left_behind),
        };
        self.over = !matches!(next, Ok(Some(_)));
        Poll::Ready(next.transpose())
    }
}

impl Stream for AsyncEventStream {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl fmt::Debug for AsyncEventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncEventStream").finish_non_exhaustive()
    }
}
