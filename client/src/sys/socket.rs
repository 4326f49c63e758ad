//! System calls on a TCP connection whose user waits on a thread of his own. None of them raises SIGPIPE in the host.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

mod buffer;

pub(crate) use self::buffer::{Buffer, Limited};

/// No single wait is longer; who waits longer waits again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

#[cfg(not(target_vendor = "apple"))]
const NO_SIGPIPE: libc::c_int = libc::MSG_NOSIGNAL;
#[cfg(target_vendor = "apple")]
const NO_SIGPIPE: libc::c_int = 0;

pub(crate) struct Socket {
    /// In blocking mode: each call says for itself whether it waits.
    stream: TcpStream,
    /// The system's bound on a read that waits.
    read_timeout: Duration,
}

/// A child that was forked meanwhile holds the descriptor too, and would keep the connection open.
impl Drop for Socket {
    fn drop(&mut self) {
        _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// What ended a wait for room to write.
#[derive(PartialEq, Eq)]
pub(crate) enum Ready {
    Writable,
    Readable,
    Late,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        #[cfg(target_vendor = "apple")]
        raise_no_sigpipe(&stream)?;
        Ok(Self {
            stream,
            read_timeout: Duration::MAX,
        })
    }

    /// Fails with `WouldBlock` where nothing has come.
    pub(crate) fn receive_now(&self, buffer: &mut impl Buffer) -> io::Result<usize> {
        self.receive(buffer, libc::MSG_DONTWAIT)
    }

    /// Waits for something to come. Fails with `WouldBlock` once it is `due`.
    pub(crate) fn receive_until(
        &mut self,
        buffer: &mut impl Buffer,
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

    fn receive(&self, buffer: &mut impl Buffer, flags: libc::c_int) -> io::Result<usize> {
        let descriptor = self.stream.as_raw_fd();
        // SAFETY: recv initialises as many bytes as it returns.
        unsafe {
            buffer.fill(|free| {
                // SAFETY: the pointer and the length are those of one live buffer.
                let count = libc::recv(descriptor, free.as_mut_ptr().cast(), free.len(), flags);
                usize::try_from(count).map_err(|_| io::Error::last_os_error())
            })
        }
    }

    /// Sends what there is room for. Fails with `WouldBlock` where there is none.
    pub(crate) fn send_now(&self, bytes: &[u8]) -> io::Result<usize> {
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

    /// Waits for room to write or, if that is asked for, for something to read.
    pub(crate) fn wait_for_room(&self, due: Option<Instant>, or_read: bool) -> io::Result<Ready> {
        let mut events = libc::POLLOUT;
        if or_read {
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
        (Socket::new(stream).unwrap(), listener.accept().unwrap().0)
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
            let read = socket.receive_until(&mut &mut [0; 8][..], Some(due));
            assert_eq!(read.unwrap_err().kind(), ErrorKind::WouldBlock);
        });
        assert!(waited >= Duration::from_millis(300), "{waited:?}");
    }

    #[test]
    fn signals_do_not_shorten_a_wait_to_write() {
        let (socket, _peer) = connected();
        let waited = interrupted(move || {
            let due = Instant::now() + Duration::from_millis(300);
            while socket.send_now(&[0; 1 << 16]).is_ok() {}
            while socket.wait_for_room(Some(due), false).unwrap() != Ready::Late {}
        });
        assert!(waited >= Duration::from_millis(300), "{waited:?}");
    }

    #[test]
    fn only_who_waits_is_kept_waiting() {
        let (mut socket, mut peer) = connected();
        let read = socket.receive_now(&mut &mut [0; 8][..]);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::WouldBlock);
        io::Write::write_all(&mut peer, b"Hello").unwrap();
        let due = Some(Instant::now() + Duration::from_secs(30));
        assert_eq!(socket.receive_until(&mut &mut [0; 8][..], due).unwrap(), 5);
        drop(peer);
        assert_eq!(socket.receive_until(&mut &mut [0; 8][..], due).unwrap(), 0);
    }
}
