//! Where Rust ends: panics and cancellation stop here, and errors are written to where the caller wants them.

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::atomic::{AtomicBool, Ordering};

use robofy_client::Error;

use crate::cancellation::HeldOff;

/// Runs what cannot fail; a panic yields the type's zero.
pub(crate) fn guard<T: Default>(run: impl FnOnce() -> T) -> T {
    let _held_off = HeldOff::new();
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

/// Runs what can fail; the error, or the panic as an error, goes to `out`, which is written over and never read.
pub(crate) fn try_guard<T, E: From<Error>>(
    out: Option<&mut MaybeUninit<Option<Box<E>>>>,
    run: impl FnOnce() -> Result<T, Error>,
) -> Option<T> {
    let _held_off = HeldOff::new();
    silence_panics();
    let result = catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(Error::internal("a panic was caught")));
    let (value, error) = match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(Box::new(E::from(error)))),
    };
    if let Some(out) = out {
        out.write(error);
    }
    value
}

/// The library's own copy of the standard library would print a panic to the host's standard error.
fn silence_panics() {
    // Not a `Once`: a child forked in the middle of one would wait for ever.
    static SILENT: AtomicBool = AtomicBool::new(false);
    if !SILENT.swap(true, Ordering::Relaxed) {
        set_hook(Box::new(|_| {}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{RobofyError, RobofyStatus, robofy_error_free, robofy_error_status};

    #[test]
    fn what_cannot_fail_yields_zero_for_a_panic() {
        silence_panics();
        assert_eq!(guard(|| 7), 7);
        assert_eq!(guard(|| -> i32 { panic!("a bug") }), 0);
    }

    #[test]
    fn an_error_is_written_over_whatever_was_there() {
        let mut out = MaybeUninit::uninit();
        let value: Option<()> = try_guard(Some(&mut out), || Err(Error::internal("a test")));
        assert_eq!(value, None);
        // SAFETY: written by every try_guard.
        let error = unsafe { out.assume_init() };
        assert!(matches!(
            robofy_error_status(error.as_deref()),
            RobofyStatus::Internal
        ));
        robofy_error_free(error);
    }

    #[test]
    fn a_panic_is_an_error_and_success_is_none() {
        let mut out = MaybeUninit::uninit();
        let value: Option<()> = try_guard(Some(&mut out), || panic!("a bug"));
        assert_eq!(value, None);
        // SAFETY: written by every try_guard.
        let error = unsafe { out.assume_init_read() };
        assert!(matches!(
            robofy_error_status(error.as_deref()),
            RobofyStatus::Internal
        ));
        drop(error);
        assert_eq!(try_guard(Some(&mut out), || Ok(1)), Some(1));
        // SAFETY: as above.
        assert!(unsafe { out.assume_init() }.is_none());
        assert_eq!(try_guard::<_, RobofyError>(None, || Ok(2)), Some(2));
    }
}
