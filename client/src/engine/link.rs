//! What HTTP/1.1 runs over on a caller's lane: the socket itself, or TLS on it.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use hyper::rt::{self, ReadBufCursor};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use crate::sys::socket::Socket;

pub(crate) enum Link {
    Plain(Socket),
    Tls(Box<Tls>),
}

pub(crate) struct Tls {
    session: ClientConnection,
    socket: Socket,
}

impl Link {
    /// TLS on a new connection, its handshake made here and now: `TimedOut` if that takes until `due`.
    pub(crate) fn tls(
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        mut socket: Socket,
        due: Instant,
    ) -> io::Result<Self> {
        let mut session = ClientConnection::new(config, name).map_err(io::Error::other)?;
        session.complete_io(&mut Timed(&mut socket, due))?;
        Ok(Self::Tls(Box::new(Tls { session, socket })))
    }
}

/// A socket outside of the executor.
struct Timed<'a>(&'a mut Socket, Instant);

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_until(buffer, self.1)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_until(bytes, self.1)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A socket as rustls takes it.
struct Raw<'a>(&'a mut Socket);

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_bytes(buffer)
    }
}

impl Write for Raw<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tls {
    fn read(&mut self, mut buffer: ReadBufCursor<'_>) -> io::Result<()> {
        loop {
            let mut reader = self.session.reader();
            match reader.fill_buf() {
                Ok(plain) => {
                    let count = plain.len().min(buffer.remaining());
                    buffer.put_slice(&plain[..count]);
                    reader.consume(count);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            self.session.read_tls(&mut Raw(&mut self.socket))?;
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
            self.session.write_tls(&mut Raw(&mut self.socket))?;
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut Raw(&mut self.socket))?;
        }
        Ok(())
    }
}

impl rt::Read for Link {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        poll(match self.get_mut() {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        })
    }
}

impl rt::Write for Link {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        poll(match self.get_mut() {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll(match self.get_mut() {
            Self::Plain(_) => Ok(()),
            Self::Tls(tls) => tls.flush(),
        })
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Self::Tls(tls) = self.get_mut() {
            tls.session.send_close_notify();
            // A goodbye that finds no room is not worth waiting for.
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
