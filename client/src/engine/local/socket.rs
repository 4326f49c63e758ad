//! A socket on which the local executor waits.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;

use super::executor::{Executor, Wait};
use crate::engine::connect::meter::Meter;
use crate::sys::socket::{Buffer, Limited, Ready, Socket};

pub(super) struct LocalSocket {
    socket: Socket,
    executor: Arc<Executor>,
    meter: Meter,
}

impl LocalSocket {
    pub(super) fn new(
        stream: TcpStream,
        executor: Arc<Executor>,
        meter: Meter,
    ) -> io::Result<Self> {
        Ok(Self {
            socket: Socket::new(stream)?,
            executor,
            meter,
        })
    }

    /// Reads what there is. With nothing there: waits, if the executor says so, or else fails with `WouldBlock`.
    pub(super) fn read(&mut self, buffer: impl Buffer) -> io::Result<usize> {
        let Some(allowance) = self.executor.allowance() else {
            return Err(ErrorKind::WouldBlock.into());
        };
        let mut buffer = Limited::new(buffer, allowance);
        let room = buffer.room();
        let read = if self.executor.may_block_on(Wait::ToRead) {
            self.socket.receive_until(&mut buffer, self.executor.due())
        } else if self.executor.drained() {
            Err(ErrorKind::WouldBlock.into())
        } else {
            self.socket.receive_now(&mut buffer)
        };
        match &read {
            // A read that leaves room has taken everything, unless it is the end.
            Ok(count) => {
                self.executor.spend(*count);
                self.executor.set_drained((1..room).contains(count));
                self.meter.received(*count)?;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.executor.set_drained(true);
                self.executor.want(Wait::ToRead);
            }
            Err(_) => {}
        }
        read
    }

    /// Writes what there is room for. Without room: waits, if the executor says so, or else fails with `WouldBlock`.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let blocking = self.executor.may_block_on(Wait::ToWrite);
        loop {
            let written = self.socket.send_now(bytes);
            if !is_blocked(&written) {
                return written;
            }
            if !(blocking && self.wait_for_room()?) {
                self.executor.want(Wait::ToWrite);
                return written;
            }
        }
    }

    /// True for room to write. Who answers in the middle of a message may have stopped reading it: that is to be read.
    fn wait_for_room(&self) -> io::Result<bool> {
        let ready = self
            .socket
            .wait_for_room(self.executor.due(), self.executor.drained())?;
        if ready == Ready::Readable {
            self.executor.set_drained(false);
            self.executor.notify();
        }
        Ok(ready == Ready::Writable)
    }
}

fn is_blocked(result: &io::Result<usize>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;
    use std::net::TcpListener;
    use std::task::{Poll, Waker};
    use std::thread;

    use super::*;

    /// How much the future may read is bounded in bytes, not in reads: a read may take hundreds of kilobytes.
    #[test]
    fn a_poll_amid_a_flood_reads_so_much_at_most() {
        const FLOOD: usize = 4 << 20;
        const BOUND: usize = 64 << 10;
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(service.local_addr().unwrap()).unwrap();
        let (mut peer, _) = service.accept().unwrap();
        thread::spawn(move || peer.write_all(&vec![0; FLOOD]));
        let executor = Arc::new(Executor::new());
        let mut socket = LocalSocket::new(stream, executor.clone(), Meter::default()).unwrap();
        let mut buffer = vec![0; FLOOD];
        let (mut all, mut most) = (0, 0);
        let reading = poll_fn(|_| {
            let mut now = 0;
            while let Ok(count @ 1..) = socket.read(&mut buffer[..]) {
                socket.meter.progress();
                now += count;
            }
            all += now;
            most = most.max(now);
            match all == FLOOD {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        });
        executor.block_on(&Waker::from(executor.clone()), reading);
        assert!((1..=BOUND).contains(&most), "{most} bytes in one poll");
    }
}
