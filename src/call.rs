//! `RobofyCall`.

use std::ffi::c_char;
use std::time::Duration;

use robofy_client::{Client, Error, RequestBuilder};

use crate::boundary::guard;
use crate::text::{BadValues, required};

/// How one call of robofy_client_request and its relatives behaves, where that is not the client's way. It may be
/// reused, changed or freed when the call it was given to has returned. NULL in its place means every default.
/// Only one thread at a time may set its values.
///
/// Methods:
/// - robofy_call_new, robofy_call_free
/// - robofy_call_add_query: a pair of the query, encoded by the library
/// - robofy_call_set_timeout_ms, robofy_call_set_max_response_bytes: bounds
///
/// Since 0.1.0.
#[derive(Default)]
pub struct RobofyCall {
    query: Vec<(String, String)>,
    timeout: Option<Duration>,
    max_response_bytes: Option<u64>,
    bad: BadValues,
}

impl RobofyCall {
    /// The request as the call is to be; without one, as it is.
    pub(crate) fn shape<'a>(
        call: Option<&Self>,
        mut request: RequestBuilder<'a, Client>,
    ) -> Result<RequestBuilder<'a, Client>, Error> {
        let Some(call) = call else { return Ok(request) };
        call.bad.report()?;
        for (name, value) in &call.query {
            request = request.query(name, value);
        }
        if let Some(timeout) = call.timeout {
            request = request.timeout(timeout);
        }
        if let Some(bytes) = call.max_response_bytes {
            request = request.max_response_bytes(bytes);
        }
        Ok(request)
    }

    pub(crate) fn timeout(call: Option<&Self>) -> Option<Duration> {
        call?.timeout
    }
}

/// A call with every default.
///
/// @return A call to be freed with robofy_call_free; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_call_new() -> Option<Box<RobofyCall>> {
    guard(|| Some(Box::default()))
}

/// Adds a pair to the query of the URL, after what the call itself is given as query. The library percent-encodes
/// both texts.
///
/// @param call  The call to change; with NULL nothing happens.
/// @param name  The name, for example "nextPageToken".
/// @param value The value; may be an empty text.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_call_add_query(
    call: Option<&mut RobofyCall>,
    name: *const c_char,
    value: *const c_char,
) {
    guard(|| {
        let Some(call) = call else { return };
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (name, value) = unsafe { (required(name), required(value)) };
        let name = call.bad.check("name", name);
        let value = call.bad.check("value", value);
        if let (Some(name), Some(value)) = (name, value) {
            call.query.push((name.to_owned(), value.to_owned()));
        }
    });
}

/// How long the whole call may take, with every attempt and every wait between attempts.
///
/// @param call The call to change; with NULL nothing happens.
/// @param ms   Milliseconds; 0, the default, for the client's timeout.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_call_set_timeout_ms(call: Option<&mut RobofyCall>, ms: u64) {
    guard(|| {
        if let Some(call) = call {
            call.timeout = (ms > 0).then(|| Duration::from_millis(ms));
        }
    });
}

/// The largest response body that is read; a larger one is ROBOFY_STATUS_PROTOCOL.
///
/// @param call  The call to change; with NULL nothing happens.
/// @param bytes Bytes; 0, the default, for the client's limit.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_call_set_max_response_bytes(call: Option<&mut RobofyCall>, bytes: u64) {
    guard(|| {
        if let Some(call) = call {
            call.max_response_bytes = (bytes > 0).then_some(bytes);
        }
    });
}

/// Frees a call. What was submitted with it goes on.
///
/// @param call What robofy_call_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_call_free(call: Option<Box<RobofyCall>>) {
    guard(|| drop(call));
}
