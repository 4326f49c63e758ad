//! Entries for tests/fuzz, which are built with `--cfg fuzzing`: no panic boundary, so that a panic ends the target.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::slice;

use robofy_client::fuzzing;
use robofy_conversation::text;

use crate::error::RobofyError;
use crate::message::RobofyMessage;
use crate::reply::RobofyReply;
use crate::text::{required, to_c};

type ErrorOut<'a> = Option<&'a mut MaybeUninit<Option<Box<RobofyError>>>>;

/// What a client makes of a response; `retry_after` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_fuzz_response(
    key: *const c_char,
    http_status: u16,
    retry_after: *const u8,
    retry_after_length: usize,
    body: *const u8,
    body_length: usize,
    error: ErrorOut,
) -> Option<Box<RobofyReply>> {
    // SAFETY: as the fuzz target promises.
    let (key, retry_after, body) = unsafe {
        (
            required(key).unwrap_or_default(),
            (!retry_after.is_null())
                .then(|| slice::from_raw_parts(retry_after, retry_after_length)),
            slice::from_raw_parts(body, body_length),
        )
    };
    let result = fuzzing::reply(key, http_status, retry_after, body);
    give(result, error).map(|reply| Box::new(RobofyReply::from(reply)))
}

/// A line for each event of a stream whose bytes come in chunks of `size`, and one for its end, to be freed with
/// robofy_free_string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_fuzz_events(
    key: *const c_char,
    body: *const u8,
    body_length: usize,
    size: usize,
    error: ErrorOut,
) -> *mut c_char {
    // SAFETY: as the fuzz target promises.
    let (key, body) = unsafe {
        (
            required(key).unwrap_or_default(),
            slice::from_raw_parts(body, body_length),
        )
    };
    let lines = fuzzing::events(key, body, size).map(|(events, is_whole)| {
        let lines = events.iter().map(|event| format!("{event:?}\n"));
        lines
            .chain([format!("whole: {is_whole}\n")])
            .collect::<String>()
    });
    give(lines, error).map_or(ptr::null_mut(), |lines| CString::into_raw(to_c(&lines)))
}

/// The request body of a message, to be freed with robofy_free_string.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_fuzz_request(
    message: Option<&RobofyMessage>,
    error: ErrorOut,
) -> *mut c_char {
    let result = RobofyMessage::given(message).and_then(fuzzing::request);
    give(result, error).map_or(ptr::null_mut(), |body| CString::into_raw(to_c(&body)))
}

/// Checks what is promised of any text in each dialect; a broken promise is a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_fuzz_format(text: *const c_char) {
    // SAFETY: as the fuzz target promises.
    if let Ok(text) = unsafe { required(text) } {
        text::fuzzing::check_format(text);
    }
}

/// The same of its parts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_fuzz_split(text: *const c_char, limit: u32) {
    // SAFETY: as the fuzz target promises.
    if let Ok(text) = unsafe { required(text) } {
        text::fuzzing::check_split(text, limit);
    }
}

fn give<T>(result: Result<T, robofy_client::Error>, out: ErrorOut) -> Option<T> {
    let (value, error) = match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(Box::new(RobofyError::from(error)))),
    };
    if let Some(out) = out {
        out.write(error);
    }
    value
}
