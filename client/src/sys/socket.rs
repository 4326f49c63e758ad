//! A TCP connection on which the caller's own thread waits, and which raises no SIGPIPE in the host.

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::rt::ReadBufCursor;

use crate::engine::park::{Park, Wait};

/// No single wait is longer; who waits longer waits again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

#[cfg(not(target_vendor = "apple"))]
const NO_SIGPIPE: libc::c_int = libc::MSG_NOSIGNAL;
#[cfg(target_vendor = "apple")]
const NO_SIGPIPE: libc::c_int = 0;

pub(crate) struct Socket {
    /// In blocking mode: each call says for itself whether it waits.
    stream: TcpStream,
    park: Arc<Park>,
    /// The system's bound on a read that waits.
    read_timeout: Duration,
}

/// A child that was forked meanwhile holds the descriptor too, and would keep the connection open.
impl Drop for Socket {
    fn drop(&mut self) {
        _ = self.stream.shutdown(Shutdown::Both);
    }
}

#[derive(PartialEq, Eq)]
enum Ready {
    Writable,
    Readable,
    Late,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, park: Arc<Park>) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        #[cfg(target_vendor = "apple")]
        raise_no_sigpipe(&stream)?;
        Ok(Self {
            stream,
            park,
            read_timeout: Duration::MAX,
        })
    }

    /// Reads what there is. With nothing there: waits, if the executor says so, or else fails with `WouldBlock`.
    pub(crate) fn read(&mut self, mut buffer: ReadBufCursor<'_>) -> io::Result<()> {
        // SAFETY: nothing in it is made uninitialised.
        let count = self.read_into(unsafe { buffer.as_mut() })?;
        // SAFETY: so many bytes were received into it.
        unsafe { buffer.advance(count) };
        Ok(())
    }

    /// As [`read`](Self::read), into memory that is initialised.
    pub(crate) fn read_bytes(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_into(uninit(buffer))
    }

    fn read_into(&mut self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        if !self.park.may_read() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let read = if self.park.take_patience(Wait::ToRead) {
            self.receive_until(buffer, self.park.due())
        } else if self.park.drained() {
            Err(ErrorKind::WouldBlock.into())
        } else {
            self.receive(buffer, libc::MSG_DONTWAIT)
        };
        match &read {
            // A read that leaves room has taken everything, unless it is the end.
            Ok(count) => self.park.set_drained((1..buffer.len()).contains(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.park.set_drained(true);
                self.park.want(Wait::ToRead);
            }
            Err(_) => {}
        }
        read
    }

    /// Writes what there is room for. Without room: waits, if the executor says so, or else fails with `WouldBlock`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let patient = self.park.take_patience(Wait::ToWrite);
        loop {
            let written = self.send(bytes);
            if !is_blocked(&written) {
                return written;
            }
            match patient {
                true if self.wait_for_room(self.park.due())? == Ready::Writable => {}
                _ => {
                    self.park.want(Wait::ToWrite);
                    return written;
                }
            }
        }
    }

    /// True for room to write. Who answers in the middle of a message may have stopped reading it: that is to be read.
    fn wait_for_room(&self, due: Option<Instant>) -> io::Result<Ready> {
        let ready = self.wait(due, self.park.drained())?;
        if ready == Ready::Readable {
            self.park.set_drained(false);
            self.park.rouse();
        }
        Ok(ready)
    }

    /// A read for a step of its own, outside of the executor: `TimedOut` once the time has come.
    pub(crate) fn read_until(&mut self, buffer: &mut [u8], due: Instant) -> io::Result<usize> {
        let read = self.receive_until(uninit(buffer), Some(due));
        or_timed_out(read)
    }

    /// A write for a step of its own, outside of the executor: `TimedOut` once the time has come.
    pub(crate) fn write_until(&mut self, bytes: &[u8], due: Instant) -> io::Result<usize> {
        loop {
            let written = self.send(bytes);
            if !is_blocked(&written) || self.wait(Some(due), false)? == Ready::Late {
                return or_timed_out(written);
            }
        }
    }

    /// Sleeps for what is not there yet. To yield the processor first would spare the sleep and the wake-up, but the
    /// scheduler charges a yield with a time slice: of many callers some then wait for milliseconds.
    fn receive_until(
        &mut self,
        buffer: &mut [MaybeUninit<u8>],
        due: Option<Instant>,
    ) -> io::Result<usize> {
        loop {
            let left = left_until(due);
            if left.is_zero() {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.bound_reads(left)?;
            match self.receive(buffer, 0) {
                Err(error)
                    if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                read => return read,
            }
        }
    }

    /// Bounds reads by not more than `left`, and by less if that spares the system call: who wakes early waits again.
    fn bound_reads(&mut self, left: Duration) -> io::Result<()> {
        if self.read_timeout > left || self.read_timeout < left / 2 {
            let bound = match left > Duration::from_secs(1) {
                true => left - left / 8,
                false => left,
            };
            self.stream.set_read_timeout(Some(bound))?;
            self.read_timeout = bound;
        }
        Ok(())
    }

    fn receive(&self, buffer: &mut [MaybeUninit<u8>], flags: libc::c_int) -> io::Result<usize> {
        // SAFETY: the pointer and the length are those of one live buffer.
        let count = unsafe {
            libc::recv(
                self.stream.as_raw_fd(),
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                flags,
            )
        };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }

    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            // SAFETY: the pointer and the length are those of one live slice.
            let count = unsafe {
                libc::send(
                    self.stream.as_raw_fd(),
                    bytes.as_ptr().cast(),
                    bytes.len(),
                    libc::MSG_DONTWAIT | NO_SIGPIPE,
                )
            };
            let written = usize::try_from(count).map_err(|_| io::Error::last_os_error());
            match written {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                written => return written,
            }
        }
    }

    fn wait(&self, due: Option<Instant>, also_to_read: bool) -> io::Result<Ready> {
        let mut events = libc::POLLOUT;
        if also_to_read {
            events |= libc::POLLIN;
        }
        let mut watched = libc::pollfd {
            fd: self.stream.as_raw_fd(),
            events,
            revents: 0,
        };
        loop {
            let left = left_until(due);
            if left.is_zero() {
                return Ok(Ready::Late);
            }
            // Rounded up, or the last millisecond would be spent asking.
            let milliseconds = left.as_micros().div_ceil(1000);
            let timeout = libc::c_int::try_from(milliseconds).unwrap_or(libc::c_int::MAX);
            // SAFETY: one live pollfd.
            match unsafe { libc::poll(&mut watched, 1, timeout) } {
                0 => {}
                -1 => {
                    let error = io::Error::last_os_error();
                    if error.kind() != ErrorKind::Interrupted {
                        return Err(error);
                    }
                }
                _ if watched.revents & libc::POLLIN != 0 => return Ok(Ready::Readable),
                // Broken is writable too: the write says how.
                _ => return Ok(Ready::Writable),
            }
        }
    }
}

fn left_until(due: Option<Instant>) -> Duration {
    due.map_or(LONGEST_WAIT, |due| {
        due.saturating_duration_since(Instant::now())
            .min(LONGEST_WAIT)
    })
}

fn is_blocked(result: &io::Result<usize>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

fn or_timed_out(result: io::Result<usize>) -> io::Result<usize> {
    match is_blocked(&result) {
        true => Err(ErrorKind::TimedOut.into()),
        false => result,
    }
}

fn uninit(buffer: &mut [u8]) -> &mut [MaybeUninit<u8>] {
    // SAFETY: the same memory, and `receive` only ever writes initialised bytes to it.
    unsafe { &mut *(buffer as *mut [u8] as *mut [MaybeUninit<u8>]) }
}

#[cfg(target_vendor = "apple")]
fn raise_no_sigpipe(stream: &TcpStream) -> io::Result<()> {
    let on: libc::c_int = 1;
    // SAFETY: the option's value is one live integer, and its length is given.
    let result = unsafe {
        libc::setsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NOSIGPIPE,
            (&raw const on).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::os::unix::thread::JoinHandleExt;
    use std::{ptr, thread};

    fn connected() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let socket = Socket::new(stream, Arc::new(Park::new())).unwrap();
        (socket, listener.accept().unwrap().0)
    }

    extern "C" fn do_nothing(_: libc::c_int) {}

    /// Runs `wait` while its thread is interrupted all the time; how long it took.
    fn interrupted(wait: impl FnOnce() + Send + 'static) -> Duration {
        // SAFETY: a zeroed sigaction is one without flags and mask, and the handler does nothing.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = do_nothing as extern "C" fn(libc::c_int) as usize;
            libc::sigaction(libc::SIGUSR2, &action, ptr::null_mut());
        }
        let began = Instant::now();
        let waiting = thread::spawn(wait);
        while !waiting.is_finished() {
            // SAFETY: the thread has not been joined.
            unsafe { libc::pthread_kill(waiting.as_pthread_t(), libc::SIGUSR2) };
            thread::sleep(Duration::from_millis(5));
        }
        waiting.join().unwrap();
        began.elapsed()
    }

    #[test]
    fn signals_do_not_shorten_a_wait_to_read() {
        let (mut socket, _peer) = connected();
        let waited = interrupted(move || {
            let due = Instant::now() + Duration::from_millis(300);
            let read = socket.read_until(&mut [0; 8], due);
            assert_eq!(read.unwrap_err().kind(), ErrorKind::TimedOut);
        });
        assert!(waited >= Duration::from_millis(300), "{waited:?}");
    }

    #[test]
    fn signals_do_not_shorten_a_wait_to_write() {
        let (mut socket, _peer) = connected();
        let waited = interrupted(move || {
            let due = Instant::now() + Duration::from_millis(300);
            let error = loop {
                if let Err(error) = socket.write_until(&[0; 1 << 16], due) {
                    break error;
                }
            };
            assert_eq!(error.kind(), ErrorKind::TimedOut);
        });
        assert!(waited >= Duration::from_millis(300), "{waited:?}");
    }

    #[test]
    fn nothing_to_read_is_waited_for_with_patience_alone() {
        let (mut socket, mut peer) = connected();
        let read = socket.read_bytes(&mut [0; 8]);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::WouldBlock);
        io::Write::write_all(&mut peer, b"Hello").unwrap();
        let due = Instant::now() + Duration::from_secs(30);
        assert_eq!(socket.read_until(&mut [0; 8], due).unwrap(), 5);
        drop(peer);
        assert_eq!(socket.read_until(&mut [0; 8], due).unwrap(), 0);
    }
}
