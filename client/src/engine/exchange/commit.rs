//! The point of no return of a message: when a connection reads its body.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::error::Error;

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

type Failed = Box<dyn StdError + Send + Sync>;
type Made = dyn Body<Data = Bytes, Error = Error> + Send;

/// A body that is made while it is sent. Whoever reads it goes on where the last reader stopped.
#[derive(Clone)]
pub(crate) struct Streamed {
    body: Arc<Mutex<Pin<Box<Made>>>>,
    length: u64,
}

impl Streamed {
    pub(crate) fn new(
        length: u64,
        body: impl Body<Data = Bytes, Error = Error> + Send + 'static,
    ) -> Self {
        Self {
            body: Arc::new(Mutex::new(Box::pin(body))),
            length,
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.as_mut().poll_frame(cx)
    }
}

pub(crate) struct OutgoingBody {
    bytes: Bytes,
    /// In their place.
    streamed: Option<Streamed>,
    commit: Commit,
}

impl OutgoingBody {
    pub(crate) fn new(bytes: Bytes, commit: Commit) -> Self {
        Self {
            bytes,
            streamed: None,
            commit,
        }
    }

    pub(crate) fn streamed(streamed: Streamed, commit: Commit) -> Self {
        Self {
            bytes: Bytes::new(),
            streamed: Some(streamed),
            commit,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.streamed {
            Some(streamed) => usize::try_from(streamed.length).unwrap_or(usize::MAX),
            None => self.bytes.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part that is made while it is sent, committed by this; `None` of a message.
    pub(crate) fn take_streamed(&mut self) -> Option<Result<Streamed, Withdrawn>> {
        let streamed = self.streamed.take()?;
        Some(self.commit.commit().then_some(streamed).ok_or(Withdrawn))
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
    type Error = Failed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failed>>> {
        let Self {
            streamed, commit, ..
        } = &mut *self;
        if let Some(streamed) = streamed {
            if !commit.commit() {
                return Poll::Ready(Some(Err(Withdrawn.into())));
            }
            let frame = ready!(streamed.poll_frame(cx));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(self.take().map(Frame::data).map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len() as u64)
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

    /// A body of these pieces.
    fn streamed(pieces: &'static [&'static str]) -> Streamed {
        struct Pieces(std::slice::Iter<'static, &'static str>);
        impl Body for Pieces {
            type Data = Bytes;
            type Error = Error;
            fn poll_frame(
                mut self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
                let next = self.0.next();
                Poll::Ready(next.map(|piece| Ok(Frame::data((*piece).into()))))
            }
        }
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        Streamed::new(length, Pieces(pieces.iter()))
    }

    fn read(body: &mut OutgoingBody) -> Option<Result<Bytes, Failed>> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(frame) => frame.map(|frame| Ok(frame?.into_data().unwrap())),
            Poll::Pending => unreachable!("it waits for nothing"),
        }
    }

    #[test]
    fn what_is_made_while_it_is_sent_is_committed_by_its_first_piece() {
        let commit = Commit::default();
        let mut body = OutgoingBody::streamed(streamed(&["ab", "c"]), commit.clone());
        assert_eq!((body.len(), body.is_end_stream()), (3, false));
        assert!(!commit.is_committed());
        assert_eq!(read(&mut body).unwrap().unwrap(), "ab");
        assert!(commit.is_committed());
        assert_eq!(read(&mut body).unwrap().unwrap(), "c");
        assert!(read(&mut body).is_none());
    }

    #[test]
    fn of_what_is_withdrawn_nothing_is_made_and_the_next_reader_has_all() {
        let (commit, made) = (Commit::default(), streamed(&["ab"]));
        let mut given_up = OutgoingBody::streamed(made.clone(), commit.clone());
        assert!(commit.withdraw());
        assert!(read(&mut given_up).unwrap().is_err());
        assert!(given_up.take_streamed().unwrap().is_err());
        let mut again = OutgoingBody::streamed(made, Commit::default());
        assert_eq!(read(&mut again).unwrap().unwrap(), "ab");
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
