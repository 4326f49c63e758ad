//! The fork guard: a child neither uses nor drops what its parent has built.
//!
//! After `fork()` only the calling thread exists: a lock may be held for ever, a runtime has no threads, and a socket is
//! shared with the parent. So everything of that kind lives in a [`PerProcess`], which is empty in a child.

use std::convert::Infallible;
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use once_cell::race::OnceBool;

/// How many forks lie between the process that loaded the library and this one.
static GENERATION: AtomicU64 = AtomicU64::new(0);
static WATCHING: OnceBool = OnceBool::new();

/// Counts forks from now on. Called before the first [`PerProcess`] is filled; fails where the system has no memory for
/// the handler, and may then be called again.
pub(crate) fn watch() -> io::Result<()> {
    let register = || {
        // SAFETY: the handler is a plain function of this library, which is never unmapped (`-z nodelete`), and all
        // it does is one atomic addition.
        match unsafe { libc::pthread_atfork(None, None, Some(in_child)) } {
            0 => Ok(true),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    };
    WATCHING.get_or_try_init(register).map(drop)
}

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// A value of which each process has its own, made on first use. No locks: one could be held by a thread that does not
/// exist in the child.
pub struct PerProcess<T> {
    /// Null, or a leaked box.
    owned: AtomicPtr<Owned<T>>,
}

/// A value and the process that it belongs to.
struct Owned<T> {
    generation: u64,
    value: T,
}

impl<T> PerProcess<T> {
    /// Empty.
    pub const fn new() -> Self {
        Self {
            owned: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Filled from the start, for this process alone.
    pub fn with(value: T) -> Self {
        Self {
            owned: AtomicPtr::new(Owned::leak(value)),
        }
    }

    /// This process's value, if it has been made.
    pub fn get(&self) -> Option<&T> {
        // SAFETY: null or a leaked box, which only `drop` frees.
        let owned = unsafe { self.owned.load(Ordering::Acquire).as_ref() }?;
        owned.is_this_process().then_some(&owned.value)
    }

    /// As [`get`](Self::get), for whoever has it alone.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        // SAFETY: as in `get`, and `&mut self` means that nobody else borrows it.
        let owned = unsafe { self.owned.get_mut().as_mut() }?;
        owned.is_this_process().then_some(&mut owned.value)
    }

    /// As [`get_or_try_init`](Self::get_or_try_init), for what cannot fail.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        match self.get_or_try_init(|| Ok::<_, Infallible>(make())) {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// This process's value, made if need be; of several threads that make it at once, one wins.
    pub(crate) fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        let before = self.owned.load(Ordering::Acquire);
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let ours = Owned::leak(make()?);
        let placed = self
            .owned
            .compare_exchange(before, ours, Ordering::AcqRel, Ordering::Acquire);
        match placed {
            // What was there before, if anything, is another process's and stays as it is.
            // SAFETY: a live box, which belongs to `self` now.
            Ok(_) => Ok(unsafe { &(*ours).value }),
            Err(theirs) => {
                // SAFETY: `ours` was never shared; `theirs` is a live box that belongs to `self`.
                unsafe {
                    drop(Box::from_raw(ours));
                    Ok(&(*theirs).value)
                }
            }
        }
    }
}

impl<T> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Owned<T> {
    fn leak(value: T) -> *mut Self {
        let generation = GENERATION.load(Ordering::Relaxed);
        Box::into_raw(Box::new(Self { generation, value }))
    }

    fn is_this_process(&self) -> bool {
        self.generation == GENERATION.load(Ordering::Relaxed)
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self.get().is_some() {
            // SAFETY: made by `Box::into_raw`, and `&mut self` means that nobody borrows it.
            drop(unsafe { Box::from_raw(*self.owned.get_mut()) });
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

        watch().unwrap();
        let mut value = PerProcess::with(Unwanted);
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
