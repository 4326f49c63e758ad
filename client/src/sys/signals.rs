//! The host's signals are handled on the host's threads.

use std::mem::{self, MaybeUninit};
use std::ptr;

/// Every signal is blocked on this thread; dropped on the same thread, it restores the mask that was there before.
#[must_use = "dropped, it restores the thread's signals"]
pub(crate) struct BlockedSignals {
    before: libc::sigset_t,
}

impl BlockedSignals {
    pub(crate) fn all() -> Self {
        let mut all = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigfillset initialises the first set, pthread_sigmask the second; neither fails with these arguments.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr());
            Self {
                before: before.assume_init(),
            }
        }
    }

    /// Leaves them blocked for as long as the thread lives.
    pub(crate) fn keep(self) {
        mem::forget(self);
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: the set was written by pthread_sigmask.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, ptr::null_mut()) };
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn is_blocked(signal: libc::c_int) -> bool {
        let mut mask = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: with a null set the call writes the current mask, and changes nothing.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), mask.as_mut_ptr());
            libc::sigismember(mask.as_ptr(), signal) == 1
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "there are no signals")]
    fn a_panic_does_not_leave_the_signals_blocked() {
        let panicked = catch_unwind(|| {
            let _blocked = BlockedSignals::all();
            assert!(is_blocked(libc::SIGTERM));
            panic!("as the runtime starts");
        });
        assert!(panicked.is_err());
        assert!(!is_blocked(libc::SIGTERM));
    }
}
