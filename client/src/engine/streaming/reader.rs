//! Takes the events out of a body as they come, for as long as there is room for them.

use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::chunks::Chunks;
use super::frames::{Frame, Frames, TooLarge};
use super::queue::Producer;
use crate::engine::metrics::Metrics;

/// What is read before others have their turn.
const MAX_PER_TURN: usize = 32 << 10;

pub(crate) struct Reader<'a, B> {
    body: B,
    /// What of the body is not looked at yet.
    chunk: Bytes,
    frames: Frames,
    producer: &'a Producer,
    metrics: &'a Metrics,
    /// Something has come that is no white space, and is no other kind of body.
    begun: bool,
    /// Bytes read in this turn.
    turn: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An event is queued.
    Event,
    /// Enough of them were taken.
    Room,
    /// The stream has said that it is complete.
    Done,
    /// The body has ended.
    End,
}

pub(crate) enum Fault<E> {
    Body(E),
    TooLarge,
    /// The body begins as JSON or as a page.
    NotEvents,
}

impl<'a, B: Chunks> Reader<'a, B> {
    pub(crate) fn new(body: B, producer: &'a Producer, metrics: &'a Metrics) -> Self {
        Self {
            body,
            chunk: Bytes::new(),
            frames: Frames::new(),
            producer,
            metrics,
            begun: false,
            turn: 0,
        }
    }

    /// Without `has_room` it goes on until there is room again.
    pub(crate) fn poll_step(
        &mut self,
        cx: &mut Context<'_>,
        has_room: bool,
    ) -> Poll<Result<Step, Fault<B::Error>>> {
        loop {
            match self.frames.next(&mut self.chunk) {
                Some(Ok(Frame::Data(data))) => {
                    self.producer.push(data);
                    return Poll::Ready(Ok(Step::Event));
                }
                Some(Ok(Frame::Done)) => return Poll::Ready(Ok(Step::Done)),
                Some(Err(TooLarge)) => return Poll::Ready(Err(Fault::TooLarge)),
                None => {}
            }
            if self.turn >= MAX_PER_TURN {
                self.turn = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            match self.body.poll_chunk(cx, has_room) {
                Poll::Ready(Some(Ok(chunk))) => {
                    self.turn += chunk.len();
                    self.metrics.received(chunk.len());
                    self.chunk = chunk;
                    if !self.begins_as_events() {
                        return Poll::Ready(Err(Fault::NotEvents));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(Fault::Body(error))),
                Poll::Ready(None) => return Poll::Ready(Ok(Step::End)),
                Poll::Pending => {
                    self.turn = 0;
                    if has_room {
                        return Poll::Pending;
                    }
                    ready!(self.producer.poll_room(cx));
                    return Poll::Ready(Ok(Step::Room));
                }
            }
        }
    }

    /// The service does not document a content type: the first character tells.
    fn begins_as_events(&mut self) -> bool {
        if self.begun {
            return true;
        }
        let is_blank = |byte: &u8| b"\xef\xbb\xbf \t\r\n".contains(byte);
        let first = self.chunk.iter().find(|byte| !is_blank(byte));
        self.begun = first.is_some();
        !matches!(first, Some(b'{' | b'[' | b'<'))
    }

    /// What is left of the body, and what of it was read but not looked at.
    pub(crate) fn into_rest(self) -> (Bytes, B) {
        (self.chunk, self.body)
    }
}

#[cfg(test)]
mod tests;
