//! What a connection of a blocked caller runs over: the socket, or TLS on it, or TLS to the service in TLS to a proxy.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{self, ReadBufCursor};
use rustls::ClientConnection;

use super::executor::Executor;
use super::socket::LocalSocket;
use crate::engine::connect::meter::Meter;
use crate::engine::connect::stream::Stream;
use crate::sys::socket::Buffer;

pub(super) enum LocalStream {
    Plain(LocalSocket),
    Tls(Box<Tls>),
}

/// TLS on a stream.
pub(super) struct Tls {
    session: ClientConnection,
    below: LocalStream,
}

impl LocalStream {
    /// Takes a connection over from the process-wide runtime.
    pub(super) fn new(stream: Stream, executor: Arc<Executor>, meter: Meter) -> io::Result<Self> {
        let (stream, sessions) = stream.into_parts()?;
        let socket = LocalSocket::new(stream, executor, meter)?;
        // The outermost session comes first.
        let layers = sessions.into_iter().rev();
        Ok(layers.fold(Self::Plain(socket), |below, session| {
            Self::Tls(Box::new(Tls { session, below }))
        }))
    }

    fn read(&mut self, buffer: ReadBufCursor<'_>) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.read(buffer).map(drop),
            Self::Tls(tls) => tls.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

impl Tls {
    fn read(&mut self, mut buffer: ReadBufCursor<'_>) -> io::Result<()> {
        self.read_with(|plain| {
            let count = plain.len().min(buffer.remaining());
            buffer.put_slice(&plain[..count]);
            count
        })
    }

    /// `take` tells how much it has taken of what it is given.
    fn read_with(&mut self, take: impl FnOnce(&[u8]) -> usize) -> io::Result<()> {
        loop {
            let mut reader = self.session.reader();
            match reader.fill_buf() {
                Ok(plain) => {
                    let count = take(plain);
                    reader.consume(count);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            self.session.read_tls(&mut Below(&mut self.below))?;
            self.session
                .process_new_packets()
                .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let count = self.session.writer().write(bytes)?;
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            // What was written before fills the buffer.
            self.session.write_tls(&mut Below(&mut self.below))?;
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut Below(&mut self.below))?;
        }
        self.below.flush()
    }
}

/// What TLS runs over, as rustls takes it.
struct Below<'a>(&'a mut LocalStream);

impl Read for Below<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0 {
            LocalStream::Plain(socket) => socket.read(buffer),
            LocalStream::Tls(tls) => {
                let mut count = 0;
                tls.read_with(|plain| {
                    count = plain.len().min(buffer.room());
                    buffer[..count].copy_from_slice(&plain[..count]);
                    count
                })?;
                Ok(count)
            }
        }
    }
}

impl Write for Below<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl rt::Read for LocalStream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        poll(self.get_mut().read(buffer))
    }
}

impl rt::Write for LocalStream {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        poll(self.get_mut().write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll(self.get_mut().flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Self::Tls(tls) = self.get_mut() {
            tls.session.send_close_notify();
            // A close_notify that finds no room is not worth waiting for.
            _ = tls.flush();
        }
        Poll::Ready(Ok(()))
    }
}

/// A socket that would block has told the executor what it waits for.
fn poll<T>(result: io::Result<T>) -> Poll<io::Result<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}
