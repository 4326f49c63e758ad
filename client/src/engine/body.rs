//! The request body, which tells when it leaves.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::chat::Chat;
use super::traffic::Traffic;

/// Whether a message has left, which is decided once. Until it has, the agent cannot have seen it; the connection asks for
/// it when it stands and is about to write.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<AtomicU8>);

const WAITING: u8 = 0;
const LEFT: u8 = 1;
const KEPT: u8 = 2;

impl Departure {
    pub(crate) fn has_left(&self) -> bool {
        self.0.load(Ordering::Acquire) == LEFT
    }

    /// From now on the agent may see the message; false if it was kept before.
    pub(crate) fn leave(&self) -> bool {
        self.decide(LEFT)
    }

    /// Nothing of the message will ever leave; false if it has left before.
    pub(crate) fn keep(&self) -> bool {
        self.decide(KEPT)
    }

    fn decide(&self, state: u8) -> bool {
        let decided = self
            .0
            .compare_exchange(WAITING, state, Ordering::AcqRel, Ordering::Acquire);
        decided.is_ok() || decided == Err(state)
    }
}

/// A connection has come to write a message that is not to be sent any more.
#[derive(Debug)]
pub(crate) struct Kept;

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message was given up before it left")
    }
}

impl StdError for Kept {}

pub(crate) struct OutgoingBody {
    bytes: Bytes,
    departure: Departure,
    traffic: Arc<Traffic>,
}

impl OutgoingBody {
    pub(crate) fn new(chat: &Chat, departure: Departure) -> Self {
        Self {
            bytes: chat.body.clone(),
            departure,
            traffic: chat.traffic.clone(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The whole message, now that it leaves.
    pub(crate) fn depart(&mut self) -> Result<Bytes, Kept> {
        if !self.departure.leave() {
            return Err(Kept);
        }
        self.traffic.metrics.sent(self.bytes.len());
        Ok(std::mem::take(&mut self.bytes))
    }
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Kept;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Kept>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(self.depart().map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_never_leaves() {
        let departure = Departure::default();
        assert!(departure.keep());
        assert!(!departure.leave());
        assert!(departure.keep());
        assert!(!departure.has_left());
    }

    #[test]
    fn what_has_left_cannot_be_kept() {
        let departure = Departure::default();
        assert!(departure.leave());
        assert!(!departure.keep());
        assert!(departure.leave());
        assert!(departure.has_left());
    }
}
