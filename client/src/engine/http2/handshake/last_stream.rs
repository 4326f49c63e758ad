//! The last stream that the service takes, by its latest GOAWAY frame (RFC 9113, section 6.8): h2 does not tell it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const HEAD: usize = 9;
const GOAWAY: u8 = 7;
/// So a service announces that a GOAWAY frame with the last stream will follow.
const ANY: u32 = (1 << 31) - 1;

/// Written before h2 reads the frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastStream(Arc<AtomicU32>);

impl LastStream {
    /// The service says that it has taken a stream, and that it takes no more.
    pub(crate) fn is_some(&self) -> bool {
        !matches!(self.0.load(Ordering::Relaxed), 0 | ANY)
    }
}

/// A connection of which the frames' heads are read along.
pub(crate) struct Watched<T> {
    io: T,
    frames: Frames,
    last_stream: LastStream,
}

impl<T> Watched<T> {
    pub(crate) fn new(io: T) -> (Self, LastStream) {
        let last_stream = LastStream::default();
        let watched = Self {
            io,
            frames: Frames::default(),
            last_stream: last_stream.clone(),
        };
        (watched, last_stream)
    }
}

/// Where in a frame the next bytes are.
#[derive(Default)]
struct Frames {
    /// What has come of a frame's head, with the last stream behind it in a GOAWAY frame.
    head: [u8; HEAD + 4],
    filled: usize,
    /// Bytes of the payload that say nothing here.
    skipped: usize,
}

impl Frames {
    /// The last stream of the latest GOAWAY frame that these bytes complete.
    fn read(&mut self, mut bytes: &[u8]) -> Option<u32> {
        let mut last_stream = None;
        while !bytes.is_empty() {
            let skipped = self.skipped.min(bytes.len());
            bytes = &bytes[skipped..];
            self.skipped -= skipped;
            let end = if self.filled < HEAD { HEAD } else { HEAD + 4 };
            let taken = (end - self.filled).min(bytes.len());
            self.head[self.filled..][..taken].copy_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            self.filled += taken;
            if self.filled == end {
                last_stream = self.part().or(last_stream);
            }
        }
        last_stream
    }

    /// A head is complete, or the last stream behind it.
    fn part(&mut self) -> Option<u32> {
        let [a, b, c, kind, _, _, _, _, _, last_stream @ ..] = self.head;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if self.filled > HEAD {
            (self.filled, self.skipped) = (0, length - last_stream.len());
            return Some(u32::from_be_bytes(last_stream) & ANY);
        }
        // h2 refuses one that is too short.
        if kind != GOAWAY || length < last_stream.len() {
            (self.filled, self.skipped) = (0, length);
        }
        None
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        if let Some(last_stream) = self.frames.read(&buffer.filled()[before..]) {
            self.last_stream.0.store(last_stream, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() as u32).to_be_bytes();
        let head = [length[1], length[2], length[3], kind, 0, 0, 0, 0, 0];
        [&head[..], payload].concat()
    }

    fn goaway(last_stream: u32) -> Vec<u8> {
        let payload = [&last_stream.to_be_bytes()[..], b"\0\0\0\0bye"].concat();
        frame(GOAWAY, &payload)
    }

    #[test]
    fn goaway_frames_are_found_however_the_bytes_are_cut() {
        let lookalike = frame(0, &goaway(99));
        let bytes = [
            &frame(4, &[])[..],
            &lookalike,
            &goaway(ANY),
            &frame(GOAWAY, b"abc"),
            &lookalike,
            &goaway(5 | 1 << 31),
            &frame(1, &[7; 300]),
        ]
        .concat();
        for size in 1..bytes.len() {
            let mut frames = Frames::default();
            let found: Vec<_> = bytes
                .chunks(size)
                .filter_map(|piece| frames.read(piece))
                .collect();
            assert_eq!(found.last(), Some(&5), "pieces of {size} bytes");
            assert!(found.iter().all(|last| matches!(*last, 5 | ANY)));
            assert_eq!((frames.filled, frames.skipped), (0, 0));
        }
    }

    #[test]
    fn only_a_stream_that_was_taken_counts() {
        let last_stream = LastStream::default();
        for (told, is_some) in [(0, false), (ANY, false), (1, true), (0, false)] {
            last_stream.0.store(told, Ordering::Relaxed);
            assert_eq!(last_stream.is_some(), is_some);
        }
    }
}
