//! A response body whose reader drives the connection that it comes on.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::engine::streaming::{Chunks, poll_data};

/// A connection that makes progress only while it is polled.
pub(crate) trait Drive: Send {
    fn drive(&mut self, cx: &mut Context<'_>);
}

pub(crate) struct Arriving<'a, B, D> {
    pub(crate) body: B,
    pub(crate) driver: &'a mut D,
}

impl<B, D> Body for Arriving<'_, B, D>
where
    B: Body<Data = Bytes, Error: StdError> + Unpin,
    D: Drive,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_ready() {
            return polled;
        }
        self.driver.drive(cx);
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Without room the connection is left alone: TCP holds the peer up.
impl<B, D> Chunks for Arriving<'_, B, D>
where
    B: Body<Data = Bytes, Error: StdError> + Unpin,
    D: Drive,
{
    fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        has_room: bool,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        match has_room {
            true => poll_data(self, cx),
            false => Poll::Pending,
        }
    }
}
