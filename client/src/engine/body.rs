//! The request body, which tells when it leaves.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::lanes::Undeparted;

/// Whether anything of a message has left. Unset, the agent cannot have seen it: the connection asks for the body only
/// when it stands and writes.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<AtomicBool>);

impl Departure {
    pub(crate) fn has_left(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Something of the message has left.
    pub(crate) fn tell(&self) {
        self.0.store(true, Ordering::Release);
    }
}

pub(crate) struct OutgoingBody {
    bytes: Bytes,
    departure: Departure,
    undeparted: Option<Undeparted>,
}

impl OutgoingBody {
    /// `undeparted`: what the message is on its lane until it leaves.
    pub(crate) fn new(bytes: Bytes, departure: Departure, undeparted: Option<Undeparted>) -> Self {
        Self {
            bytes,
            departure,
            undeparted,
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
        if let Some(undeparted) = self.undeparted.take() {
            undeparted.leave();
        }
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
