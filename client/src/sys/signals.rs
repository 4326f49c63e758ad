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
