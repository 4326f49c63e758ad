//! Which library this is.

use std::ffi::c_char;

/// The version of the library that is loaded, for example "0.1.0".
///
/// @return A static string, not to be freed; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
