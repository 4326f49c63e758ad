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

/// Read at once.
const PART: usize = 8 << 10;
/// What one connection keeps between two responses.
const MAX_KEPT: usize = 16 << 10;

/// What was received since a request began, up to the head of its response.
#[derive(Clone)]
pub(super) struct Recording {
    limit: usize,
    bytes: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Recording {
    /// Of at most `limit` bytes; nothing of what is longer.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            bytes: Arc::default(),
        }
    }

    pub(super) fn start(&self) {
        self.lock().get_or_insert_default().clear();
    }

    /// The head has been read.
    pub(super) fn stop(&self) {
        let mut bytes = self.lock();
        if bytes
            .as_ref()
            .is_some_and(|bytes| bytes.capacity() > MAX_KEPT)
        {
            *bytes = None;
        }
    }

    pub(super) fn take(&self) -> Option<Vec<u8>> {
        self.lock().take()
    }

    fn push(&self, received: &[u8]) {
        let mut bytes = self.lock();
        if let Some(kept) = &mut *bytes {
            match kept.len() + received.len() <= self.limit {
                true => kept.extend_from_slice(received),
                false => *bytes = None,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
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
