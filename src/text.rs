//! C strings in, C strings out.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use robofy_client::Error;

/// Why a C string cannot be used.
pub(crate) type Problem = &'static str;

const IS_NULL: Problem = "must not be NULL";

/// A required text.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string that stays as it is for `'a`.
pub(crate) unsafe fn required<'a>(text: *const c_char) -> Result<&'a str, Problem> {
    // SAFETY: as the caller promises.
    unsafe { optional(text) }?.ok_or(IS_NULL)
}

/// A text that may be NULL.
///
/// # Safety
/// As [`required`].
pub(crate) unsafe fn optional<'a>(text: *const c_char) -> Result<Option<&'a str>, Problem> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and so NUL-terminated as the caller promises.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| "is not valid UTF-8")
}

/// The bad values that setters have kept, by parameter, for the call that uses the handle.
#[derive(Default)]
pub(crate) struct BadValues(Vec<(&'static str, Problem)>);

impl BadValues {
    /// The value to set, if it is a good one; a later good value mends an earlier bad one.
    pub(crate) fn check<T>(
        &mut self,
        parameter: &'static str,
        value: Result<T, Problem>,
    ) -> Option<T> {
        self.0.retain(|(bad, _)| *bad != parameter);
        value
            .inspect_err(|problem| self.0.push((parameter, problem)))
            .ok()
    }

    pub(crate) fn report(&self) -> Result<(), Error> {
        match self.0.first() {
            Some((parameter, problem)) => Err(Error::invalid_argument(parameter, problem)),
            None => Ok(()),
        }
    }
}

/// A text for C, in which U+0000 becomes U+FFFD.
pub(crate) fn to_c(text: &str) -> CString {
    CString::new(text)
        .or_else(|_| CString::new(text.replace('\0', "\u{fffd}")))
        .unwrap_or_default()
}

/// A text that its handle owns, or NULL.
pub(crate) fn borrowed(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// Frees a string that was returned as a `char *`, for example by robofy_whatsapp_chat. It must not have been shortened
/// in place.
///
/// @param string The string; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_free_string(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: the caller hands back what CString::into_raw gave out, once.
        drop(unsafe { CString::from_raw(string) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_in_as_they_are_or_with_their_problem() {
        // SAFETY: NULL and literals that end with NUL.
        unsafe {
            assert_eq!(required(c"caf\u{e9}".as_ptr()), Ok("caf\u{e9}"));
            assert_eq!(required(ptr::null()), Err(IS_NULL));
            assert_eq!(optional(ptr::null()), Ok(None));
            assert!(optional(c"\xff".as_ptr()).is_err());
        }
    }

    #[test]
    fn a_good_value_mends_a_bad_one() {
        let mut bad = BadValues::default();
        assert_eq!(bad.check::<u8>("pid", Err(IS_NULL)), None);
        assert!(bad.report().unwrap_err().message().starts_with("pid "));
        assert_eq!(bad.check("pid", Ok(1)), Some(1));
        assert!(bad.report().is_ok());
    }

    #[test]
    fn a_text_goes_out_without_nul_and_is_freed_once() {
        let text = to_c("one\0two").into_raw();
        // SAFETY: what into_raw gave out, read and then handed back.
        unsafe {
            assert_eq!(required(text), Ok("one\u{fffd}two"));
            robofy_free_string(text);
            robofy_free_string(ptr::null_mut());
        }
    }

    #[test]
    fn no_text_is_null() {
        assert!(borrowed(None).is_null());
        assert!(!borrowed(Some(&to_c("a"))).is_null());
    }
}
