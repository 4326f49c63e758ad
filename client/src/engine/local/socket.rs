//! A socket on which the local executor waits.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;

use super::executor::{Executor, Wait};
use crate::engine::connect::meter::Meter;
use crate::sys::socket::{Buffer, Ready, Socket};

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
    pub(super) fn read(&mut self, mut buffer: impl Buffer) -> io::Result<usize> {
        if !self.executor.may_read() {
            return Err(ErrorKind::WouldBlock.into());
        }
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
