//! The request body, which tells when it leaves.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::chat::Chat;
use super::lanes::Lane;
use super::traffic::Traffic;

/// Whether anything of a message has left. Unset, the agent cannot have seen it: the connection asks for the body only
/// when it stands and writes.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<Flag>);

#[derive(Default)]
struct Flag {
    state: AtomicU8,
    /// Nobody else's message is handed to the connection meanwhile.
    at_door: AtomicBool,
    /// The lane that is told of it. A connection may keep a message that was given up, and must not keep its
    /// own lane thereby.
    lane: Weak<Lane>,
}

const WAITING: u8 = 0;
const LEFT: u8 = 1;
const GIVEN_UP: u8 = 2;

impl Departure {
    pub(crate) fn from_lane(lane: &Arc<Lane>) -> Self {
        Self(Arc::new(Flag {
            state: AtomicU8::new(WAITING),
            at_door: AtomicBool::new(false),
            lane: Arc::downgrade(lane),
        }))
    }

    pub(crate) fn has_left(&self) -> bool {
        self.0.state.load(Ordering::Acquire) == LEFT
    }

    /// Something of the message has left.
    pub(crate) fn tell(&self) {
        if self.decide(LEFT)
            && let Some(lane) = self.0.lane.upgrade()
        {
            self.leave_door();
            lane.message_left();
        }
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

    /// Nobody waits for the message any more; true if it had not left.
    pub(crate) fn give_up(&self) -> bool {
        self.decide(GIVEN_UP)
    }

    fn decide(&self, state: u8) -> bool {
        self.0
            .state
            .compare_exchange(WAITING, state, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

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
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.departure.tell();
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
