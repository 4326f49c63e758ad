//! `pthread_cancel`: glibc unwinds the cancelled thread, and Rust aborts where a foreign exception meets its frames
//! (rust-lang/rust#65441). So a thread is not cancelled while it is inside of the library.

/// Holds cancellation of this thread off; dropped, all is as it was, and a request that came meanwhile is pending.
pub(crate) struct HeldOff(imp::State);

impl HeldOff {
    pub(crate) fn new() -> Self {
        Self(imp::hold_off())
    }
}

impl Drop for HeldOff {
    fn drop(&mut self) {
        imp::restore(self.0);
    }
}

#[cfg(all(unix, not(target_os = "android"), not(miri)))]
mod imp {
    use std::ffi::c_int;

    pub(super) type State = c_int;

    /// The libc crate has neither the constant nor the function for most systems.
    const DISABLE: c_int = if cfg!(target_vendor = "apple") { 0 } else { 1 };

    unsafe extern "C" {
        fn pthread_setcancelstate(state: c_int, old: *mut c_int) -> c_int;
    }

    pub(super) fn hold_off() -> State {
        let mut old = DISABLE;
        // SAFETY: a place to write to; concerns this thread alone.
        unsafe { pthread_setcancelstate(DISABLE, &raw mut old) };
        old
    }

    pub(super) fn restore(mut old: State) {
        // SAFETY: a state that the function gave, and a place to write to.
        unsafe { pthread_setcancelstate(old, &raw mut old) };
    }
}

/// Bionic has no cancellation, and Miri does not know the function.
#[cfg(not(all(unix, not(target_os = "android"), not(miri))))]
mod imp {
    pub(super) type State = ();

    pub(super) fn hold_off() {}

    pub(super) fn restore((): State) {}
}
