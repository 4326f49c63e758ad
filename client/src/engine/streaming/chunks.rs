//! A response body that can be read whole, or as its reader has room for it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body;

/// A body's announced length is the peer's word: no more is reserved on it.
const MAX_RESERVED: u64 = 64 * 1024;

pub(crate) trait Chunks: Body<Data = Bytes> + Unpin {
    /// The next bytes. Without `has_room` the peer is not asked for more than it may send already, and the caller has to
    /// come again when there is room.
    fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        has_room: bool,
    ) -> Poll<Option<Result<Bytes, Self::Error>>>;
}

/// The next data of a body, trailers left out.
pub(crate) fn poll_data<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, B::Error>>> {
    while let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(cx)?) {
        if let Ok(data) = frame.into_data() {
            return Poll::Ready(Some(Ok(data)));
        }
    }
    Poll::Ready(None)
}

/// Reads a body up to `limit` bytes; false if there is more of it.
pub(crate) fn poll_collect<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    cx: &mut Context<'_>,
    limit: usize,
    into: &mut Vec<u8>,
) -> Poll<Result<bool, B::Error>> {
    if into.is_empty() {
        let announced = body.size_hint().lower().min(MAX_RESERVED);
        into.reserve_exact(usize::try_from(announced).unwrap_or(limit).min(limit));
    }
    while let Some(chunk) = ready!(poll_data(body, cx)?) {
        let room = limit - into.len();
        into.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Poll::Ready(Ok(false));
        }
    }
    Poll::Ready(Ok(true))
}
