//! A second look at the head of a response, for a parser that had room for fewer lines.
//!
//! hyper makes room for so many lines at each response, and that costs more than the rest of a call where it is for thousands. So
//! a connection has the usual room, keeps what it receives up to the head, and is read again with room for all.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

/// Read at once of a head.
const PART: usize = 8 << 10;
/// What one connection keeps between two responses.
const MAX_KEPT: usize = 16 << 10;

/// What was received since a request began, up to the head of its response.
#[derive(Clone)]
pub(super) struct Recording {
    limit: usize,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    bytes: Vec<u8>,
    /// A head is awaited, and what has come of it is not longer than is kept.
    is_kept: bool,
}

impl Recording {
    /// Of at most `limit` bytes; nothing of what is longer.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            received: Arc::default(),
        }
    }

    pub(super) fn start(&self) {
        let mut received = self.lock();
        received.bytes.clear();
        received.is_kept = true;
    }

    /// The head has been read: the body is not kept.
    pub(super) fn stop(&self) {
        let mut received = self.lock();
        received.is_kept = false;
        if received.bytes.capacity() > MAX_KEPT {
            received.bytes = Vec::new();
        }
    }

    pub(super) fn take(&self) -> Option<Vec<u8>> {
        let received = std::mem::take(&mut *self.lock());
        received.is_kept.then_some(received.bytes)
    }

    fn is_on(&self) -> bool {
        self.lock().is_kept
    }

    fn push(&self, bytes: &[u8]) {
        let mut received = self.lock();
        if !received.is_kept {
            return;
        }
        match received.bytes.len() + bytes.len() <= self.limit {
            true => received.bytes.extend_from_slice(bytes),
            false => *received = Received::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct Rewind<T> {
    io: T,
    recording: Recording,
    /// Read before what comes next; what is written meanwhile was written before.
    again: Option<Bytes>,
    /// hyper takes a response before its request for a fault: it is told once it has written.
    reader: Option<Waker>,
    written: bool,
}

impl<T> Rewind<T> {
    pub(super) fn new(io: T, recording: Recording) -> Self {
        Self {
            io,
            recording,
            again: None,
            reader: None,
            written: false,
        }
    }

    /// The same connection, whose last response comes once more. Its request is not written again.
    pub(super) fn again(self, received: Vec<u8>) -> Self {
        Self {
            again: Some(received.into()),
            ..self
        }
    }

    fn wrote(&mut self, bytes: usize) -> Poll<io::Result<usize>> {
        self.written = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes))
    }
}

impl<T: Read + Unpin> Read for Rewind<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.again.is_some() && !self.written {
            self.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if let Some(again) = self.again.as_mut().filter(|again| !again.is_empty()) {
            let count = again.len().min(buffer.remaining());
            buffer.put_slice(&again.split_to(count));
            return Poll::Ready(Ok(()));
        }
        if !self.recording.is_on() {
            return Pin::new(&mut self.io).poll_read(cx, buffer);
        }
        let mut part = [MaybeUninit::uninit(); PART];
        let room = buffer.remaining().min(PART);
        let mut part = ReadBuf::uninit(&mut part[..room]);
        ready!(Pin::new(&mut self.io).poll_read(cx, part.unfilled()))?;
        self.recording.push(part.filled());
        buffer.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin> Write for Rewind<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.again {
            Some(_) => self.wrote(bytes.len()),
            None => Pin::new(&mut self.io).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.again {
            Some(_) => self.wrote(slices.iter().map(|slice| slice.len()).sum()),
            None => Pin::new(&mut self.io).poll_write_vectored(cx, slices),
        }
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

    #[test]
    fn a_head_is_kept_up_to_the_limit() {
        let recording = Recording::new(4);
        recording.push(b"idle");
        recording.start();
        recording.push(b"he");
        recording.push(b"ad");
        assert_eq!(recording.take().as_deref(), Some(&b"head"[..]));
        recording.start();
        recording.push(b"heads");
        recording.push(b"s");
        assert_eq!(recording.take(), None);
    }

    #[test]
    fn a_body_is_not_kept() {
        let recording = Recording::new(1 << 20);
        recording.start();
        recording.push(b"head");
        recording.stop();
        recording.push(&[0; 2 * MAX_KEPT]);
        assert_eq!(recording.lock().bytes, b"head");
        assert_eq!(recording.take(), None);
        recording.start();
        recording.push(&[0; 2 * MAX_KEPT]);
        recording.stop();
        assert_eq!(recording.lock().bytes.capacity(), 0);
    }
}
