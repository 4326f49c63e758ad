//! The descriptor that an event loop watches: readable while completions wait. It carries no data.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Notified when the first completion arrives, cleared when the last one is collected. The owner calls both under its
/// lock, so that they alternate.
pub struct Notifier {
    reader: OwnedFd,
    /// The pipe's other end; an eventfd is both.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    writer: OwnedFd,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Notifier {
    /// One that is not notified.
    ///
    /// # Errors
    ///
    /// The operating system's, when the process has no descriptor left.
    pub fn new() -> io::Result<Self> {
        // SAFETY: a plain system call; what it returns is checked before it is owned.
        let reader = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if reader < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            // SAFETY: a new descriptor, which nobody else owns.
            reader: unsafe { OwnedFd::from_raw_fd(reader) },
        })
    }

    /// Makes the descriptor readable, which it was not.
    pub fn notify(&self) {
        write(&self.reader, &1_u64.to_ne_bytes());
    }

    /// Makes it unreadable again.
    pub fn clear(&self) {
        read(&self.reader, &mut [0; 8]);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Notifier {
    /// One that is not notified.
    ///
    /// # Errors
    ///
    /// The operating system's, when the process has no descriptor left.
    pub fn new() -> io::Result<Self> {
        let mut ends = [-1; 2];
        // SAFETY: the array has room for both ends.
        if unsafe { libc::pipe(ends.as_mut_ptr()) } < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: new descriptors, which nobody else owns.
        let (reader, writer) =
            unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
        for end in [&reader, &writer] {
            // SAFETY: plain system calls on a descriptor that is open.
            unsafe {
                libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC);
                libc::fcntl(end.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK);
            }
        }
        Ok(Self { reader, writer })
    }

    /// Makes the descriptor readable, which it was not.
    pub fn notify(&self) {
        write(&self.writer, &[1]);
    }

    /// Makes it unreadable again.
    pub fn clear(&self) {
        read(&self.reader, &mut [0; 1]);
    }
}

impl Notifier {
    /// What an event loop watches.
    pub fn descriptor(&self) -> RawFd {
        self.reader.as_raw_fd()
    }
}

/// Cannot fail: the descriptor is open, does not block, and is never full.
fn write(to: &OwnedFd, bytes: &[u8]) {
    // SAFETY: the pointer and the length are those of a live slice.
    unsafe { libc::write(to.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
}

fn read(from: &OwnedFd, bytes: &mut [u8]) {
    // SAFETY: the pointer and the length are those of a live slice.
    unsafe { libc::read(from.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len()) };
}
