//! The request body, which commits its message when it is first read.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::commit::Commit;

/// A connection has come to write a message that was withdrawn.
#[derive(Debug)]
pub(crate) struct Kept;

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message was given up before it was sent")
    }
}

impl StdError for Kept {}

pub(crate) struct OutgoingBody {
    bytes: Bytes,
    commit: Commit,
}

impl OutgoingBody {
    pub(crate) fn new(bytes: Bytes, commit: Commit) -> Self {
        Self { bytes, commit }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The whole message, which is committed by this.
    pub(crate) fn take(&mut self) -> Result<Bytes, Kept> {
        if !self.commit.commit() {
            return Err(Kept);
        }
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
        Poll::Ready(Some(self.take().map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
