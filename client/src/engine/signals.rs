//! The host's signals stay the host's.

use std::mem::MaybeUninit;
use std::ptr;

/// Keeps every signal away from the calling thread: for the library's own threads, so that the host's handlers run on
/// the host's threads.
pub(crate) fn block_all() -> SignalMask {
    let mut all = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset initialises the set that it is given.
    let all = unsafe {
        libc::sigfillset(all.as_mut_ptr());
        all.assume_init()
    };
    SignalMask::block(&all)
}

/// A thread's signal mask before it was changed; [`restore`](SignalMask::restore) puts it back.
pub(crate) struct SignalMask(libc::sigset_t);

impl SignalMask {
    fn block(signals: &libc::sigset_t) -> Self {
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: both sets are valid, and the call initialises the second; it cannot fail with SIG_BLOCK.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, signals, before.as_mut_ptr());
            Self(before.assume_init())
        }
    }

    pub(crate) fn restore(self) {
        // SAFETY: the set was read by pthread_sigmask.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, ptr::null_mut()) };
    }
}

/// While it lives, a write to a closed connection on this thread raises no SIGPIPE in the host: vectored writes have no
/// MSG_NOSIGNAL, and SIGPIPE at its default ends the process.
pub(crate) struct SigpipeGuard {
    before: Option<SignalMask>,
}

impl SigpipeGuard {
    pub(crate) fn new() -> Self {
        let sigpipe = sigpipe();
        let before = SignalMask::block(&sigpipe);
        // SAFETY: the set was read by pthread_sigmask.
        let was_blocked = unsafe { libc::sigismember(&before.0, libc::SIGPIPE) } == 1;
        Self {
            // With SIGPIPE blocked already, one that is raised waits for the host as it always has.
            before: (!was_blocked).then_some(before),
        }
    }
}

impl Drop for SigpipeGuard {
    fn drop(&mut self) {
        let Some(before) = self.before.take() else {
            return;
        };
        if sigpipe_is_pending() {
            take_sigpipe();
        }
        before.restore();
    }
}

fn sigpipe() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset initialises the set that it is given.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

fn sigpipe_is_pending() -> bool {
    let mut pending = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigpending initialises the set that it is given.
    unsafe {
        libc::sigpending(pending.as_mut_ptr()) == 0
            && libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}

#[cfg(not(target_vendor = "apple"))]
fn take_sigpipe() {
    let at_once = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: valid arguments; with a timeout of zero it never blocks, even if another thread took the signal first.
    unsafe { libc::sigtimedwait(&sigpipe(), ptr::null_mut(), &at_once) };
}

#[cfg(target_vendor = "apple")]
fn take_sigpipe() {
    let mut taken = 0;
    // SAFETY: valid arguments; the signal is pending and blocked, so this returns at once.
    unsafe { libc::sigwait(&sigpipe(), &mut taken) };
}
