//! The request body, which tells when it leaves.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::chat::Chat;
use super::lane::Lane;
use super::pacing::Slot;
use super::traffic::Traffic;

/// Whether a message has left, which is decided once. Until it has, the agent cannot have seen it; the connection asks for
/// it when it stands and is about to write.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<Flag>);

#[derive(Default)]
struct Flag {
    state: AtomicU8,
    /// Nobody else's message is handed to the connection meanwhile.
    at_door: AtomicBool,
    /// The lane counts it among its streams, or not any more among those who wait for one.
    is_through: AtomicBool,
    /// A connection may hold a message that was given up, and must not hold its own lane thereby.
    lane: Weak<Lane>,
}

const WAITING: u8 = 0;
const LEFT: u8 = 1;
const KEPT: u8 = 2;

impl Departure {
    pub(crate) fn from_lane(lane: &Arc<Lane>) -> Self {
        Self(Arc::new(Flag {
            lane: Arc::downgrade(lane),
            ..Flag::default()
        }))
    }

    pub(crate) fn has_left(&self) -> bool {
        self.0.state.load(Ordering::Acquire) == LEFT
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
        let decided =
            self.0
                .state
                .compare_exchange(WAITING, state, Ordering::AcqRel, Ordering::Acquire);
        decided.is_ok() || decided == Err(state)
    }

    /// The message has got its stream.
    fn pass(&self) {
        if let Some(lane) = self.0.lane.upgrade() {
            self.leave_door();
            if self.stop_waiting() {
                lane.message_left();
            }
        }
    }

    pub(crate) fn is_through(&self) -> bool {
        self.0.is_through.load(Ordering::Acquire)
    }

    /// True for the first who says so.
    pub(crate) fn stop_waiting(&self) -> bool {
        !self.0.is_through.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn enter_door(&self) {
        self.0.at_door.store(true, Ordering::Release);
    }

    /// It is the next message's turn, whatever becomes of this one.
    pub(crate) fn leave_door(&self) {
        if self.0.at_door.swap(false, Ordering::AcqRel)
            && let Some(lane) = self.0.lane.upgrade()
        {
            lane.open_door();
        }
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
    slot: Option<Arc<Slot>>,
    traffic: Arc<Traffic>,
}

impl OutgoingBody {
    pub(crate) fn new(chat: &Chat, departure: Departure) -> Self {
        Self {
            bytes: chat.body.clone(),
            departure,
            slot: chat.slot().cloned(),
            traffic: chat.traffic.clone(),
        }
    }
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Kept;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Kept>>> {
        if !self.departure.leave() {
            return Poll::Ready(Some(Err(Kept)));
        }
        if let Some(slot) = self.slot.take() {
            slot.left(Instant::now());
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.traffic.tally.sent(bytes.len());
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

/// An HTTP/2 connection asks for the message early, and lets go of it when the message's stream is open.
impl Drop for OutgoingBody {
    fn drop(&mut self) {
        if self.bytes.is_empty() {
            self.departure.pass();
        }
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
