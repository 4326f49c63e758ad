//! The fork guard: what a process has built is left alone, untouched and undropped, in its children.
//!
//! After `fork()` only the calling thread exists: a lock may be held for ever, a runtime has no threads and a socket is
//! the parent's. So everything of that kind lives in a [`PerProcess`], which a child sees empty.

use std::convert::Infallible;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use once_cell::race::OnceBool;

/// How many forks lie between the process that loaded the library and this one.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static WATCHING: OnceBool = OnceBool::new();

/// Called before the first [`PerProcess`] is filled.
pub(crate) fn watch() {
    WATCHING.get_or_init(|| {
        // SAFETY: the handler is a plain function of this library, which is never unmapped (`-z nodelete`), and all
        // it does is one atomic addition.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) == 0 }
    });
}

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// A value of which each process has its own, made on first use. No locks: one could be held by a thread that a fork
/// left behind.
pub(crate) struct PerProcess<T> {
    slot: AtomicPtr<Made<T>>,
}

struct Made<T> {
    generation: u64,
    value: T,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self {
            slot: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// A value that is made already, for this process alone.
    pub(crate) fn made(value: T) -> Self {
        let generation = GENERATION.load(Ordering::Relaxed);
        let made = Box::new(Made { generation, value });
        Self {
            slot: AtomicPtr::new(Box::into_raw(made)),
        }
    }

    /// This process's value, if it has been made.
    pub(crate) fn get(&self) -> Option<&T> {
        let made = self.slot.load(Ordering::Acquire);
        // SAFETY: the slot is null or a leaked box, which is freed by `drop` alone.
        let made = unsafe { made.as_ref() }?;
        (made.generation == GENERATION.load(Ordering::Relaxed)).then_some(&made.value)
    }

    /// As [`get`](Self::get), for whoever has it alone.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        // SAFETY: as in `get`, and `&mut self` means that nobody else borrows it.
        let made = unsafe { self.slot.get_mut().as_mut() }?;
        (made.generation == GENERATION.load(Ordering::Relaxed)).then_some(&mut made.value)
    }

    /// As [`get_or_try_init`](Self::get_or_try_init), for what cannot fail.
    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        match self.get_or_try_init(|| Ok::<_, Infallible>(make())) {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// This process's value, made if need be; of several threads that make it at once, one wins.
    pub(crate) fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        let before = self.slot.load(Ordering::Acquire);
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let made = Box::into_raw(Box::new(Made {
            generation: GENERATION.load(Ordering::Relaxed),
            value: make()?,
        }));
        match self
            .slot
            .compare_exchange(before, made, Ordering::AcqRel, Ordering::Acquire)
        {
            // What stood there, if anything, is another process's and stays as it is.
            // SAFETY: a live box now owned by the slot.
            Ok(_) => Ok(unsafe { &(*made).value }),
            Err(theirs) => {
                // SAFETY: `made` was never shared; `theirs` is a live box owned by the slot.
                unsafe {
                    drop(Box::from_raw(made));
                    Ok(&(*theirs).value)
                }
            }
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self.get().is_some() {
            // SAFETY: made by `Box::into_raw`, and `&mut self` means that nobody borrows it.
            drop(unsafe { Box::from_raw(*self.slot.get_mut()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once() {
        let value = PerProcess::new();
        assert_eq!(value.get(), None);
        assert_eq!(value.get_or_try_init(|| Ok::<_, Infallible>(1)), Ok(&1));
        assert_eq!(value.get_or_try_init(|| Ok::<_, Infallible>(2)), Ok(&1));
    }

    #[test]
    fn a_failed_making_is_tried_again() {
        let value = PerProcess::new();
        assert_eq!(value.get_or_try_init(|| Err("not yet")), Err("not yet"));
        assert_eq!(value.get_or_try_init(|| Ok::<_, &str>(2)), Ok(&2));
    }

    #[test]
    #[cfg_attr(miri, ignore = "there is no fork")]
    fn a_child_neither_sees_nor_drops_what_its_parent_made() {
        struct Unwanted;
        impl Drop for Unwanted {
            fn drop(&mut self) {
                // SAFETY: ends the child, and nothing else.
                unsafe { libc::_exit(1) };
            }
        }

        watch();
        let mut value = PerProcess::made(Unwanted);
        assert!(value.get_mut().is_some());
        // SAFETY: the child looks at one value and ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let seen = value.get_mut().is_some();
            drop(value);
            // SAFETY: ends the child, and nothing else.
            unsafe { libc::_exit(i32::from(seen)) };
        }
        std::mem::forget(value);
        let mut status = 0;
        // SAFETY: the pointer is that of a live number.
        assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
        assert_eq!(status, 0);
    }
}
