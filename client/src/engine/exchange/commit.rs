//! The point of no return of a message: when a connection reads its body.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

const OPEN: u8 = 0;
const COMMITTED: u8 = 1;
const WITHDRAWN: u8 = 2;

/// Decides once whether a message is written. Before that the agent cannot have seen it. The connection asks when it is
/// about to write.
#[derive(Clone, Default)]
pub(crate) struct Commit(Arc<AtomicU8>);

impl Commit {
    pub(crate) fn is_committed(&self) -> bool {
        self.0.load(Ordering::Acquire) == COMMITTED
    }

    /// From now on the agent may see the message; false if it was withdrawn before.
    pub(crate) fn commit(&self) -> bool {
        self.decide(COMMITTED)
    }

    /// Nothing of the message will ever be written; false if it was committed before.
    pub(crate) fn withdraw(&self) -> bool {
        self.decide(WITHDRAWN)
    }

    fn decide(&self, state: u8) -> bool {
        let decided = self
            .0
            .compare_exchange(OPEN, state, Ordering::AcqRel, Ordering::Acquire);
        decided.is_ok() || decided == Err(state)
    }
}

/// A connection has come to write a message that was withdrawn.
#[derive(Debug)]
pub(crate) struct Withdrawn;

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message was given up before it was sent")
    }
}

impl StdError for Withdrawn {}

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
    pub(crate) fn take(&mut self) -> Result<Bytes, Withdrawn> {
        if !self.commit.commit() {
            return Err(Withdrawn);
        }
        Ok(std::mem::take(&mut self.bytes))
    }
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withdrawn>>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withdrawn_is_never_written() {
        let commit = Commit::default();
        assert!(commit.withdraw());
        assert!(!commit.commit());
        assert!(commit.withdraw());
        assert!(!commit.is_committed());
    }

    #[test]
    fn what_is_committed_cannot_be_withdrawn() {
        let commit = Commit::default();
        assert!(commit.commit());
        assert!(!commit.withdraw());
        assert!(commit.commit());
        assert!(commit.is_committed());
    }
}
