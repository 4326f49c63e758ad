//! `RobofyResponse`.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use robofy_client::Response;

use crate::boundary::guard;
use crate::text::{borrowed, required, to_c};

/// What a call of the service has brought: a status from 200 to 299, headers and the whole body. Immutable, and of
/// use on any thread. It may hold secrets: an agent's settings have a key, a handshake's answer a token.
///
/// Methods:
/// - robofy_response_status, robofy_response_header: the head
/// - robofy_response_body, robofy_response_body_length: the body as it was received
/// - robofy_response_data: what the service's envelope holds
/// - robofy_response_attempts, robofy_response_elapsed_us: what it took
/// - robofy_response_free
///
/// Since 0.1.0.
pub struct RobofyResponse {
    response: Response,
    headers: Vec<(String, CString)>,
    /// For C: made when they are asked for.
    body: OnceLock<Vec<u8>>,
    data: OnceLock<Option<CString>>,
}

impl From<Response> for RobofyResponse {
    fn from(response: Response) -> Self {
        let headers = response.headers();
        Self {
            headers: headers
                .map(|(name, value)| (name.to_owned(), to_c(value)))
                .collect(),
            response,
            body: OnceLock::new(),
            data: OnceLock::new(),
        }
    }
}

/// The HTTP status.
///
/// @param response The response to read; may be NULL.
/// @return A number from 200 to 299; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_status(response: Option<&RobofyResponse>) -> i32 {
    response.map_or(0, |response| response.response.status().into())
}

/// The body as it was received, whatever it holds: JSON where the service's reference says nothing else. A NUL
/// follows it, which robofy_response_body_length does not count.
///
/// @param response The response to read; may be NULL.
/// @return Bytes borrowed from the response, empty for a HEAD and a 204; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_body(response: Option<&RobofyResponse>) -> *const c_char {
    guard(|| {
        let response = response?;
        let terminated = response
            .body
            .get_or_init(|| [response.response.body(), b"\0"].concat());
        Some(Bytes(terminated.as_ptr().cast()))
    })
    .map_or(ptr::null(), |bytes| bytes.0)
}

/// What a guard may return.
struct Bytes(*const c_char);

/// How long the body is.
///
/// @param response The response to read; may be NULL.
/// @return Bytes; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_body_length(response: Option<&RobofyResponse>) -> u64 {
    response.map_or(0, |response| response.response.body().len() as u64)
}

/// What the service's envelope holds: the value of `data` in the body, as it is written there.
///
/// @param response The response to read; may be NULL.
/// @return The text of a JSON value, borrowed from the response; NULL if the body is no JSON object with `data`, as
///     some answers of the service are not, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_data(response: Option<&RobofyResponse>) -> *const c_char {
    let data = guard(|| {
        let response = response?;
        let data = || response.response.data().map(to_c);
        response.data.get_or_init(data).as_ref()
    });
    borrowed(data)
}

/// A header.
///
/// @param response The response to read; may be NULL.
/// @param name     The header's name, in upper or lower case, for example "content-type".
/// @return The text of the first header of this name, borrowed from the response; NULL if there is none, if it is
///     not UTF-8, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_response_header(
    response: Option<&RobofyResponse>,
    name: *const c_char,
) -> *const c_char {
    let value = guard(|| {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let name = unsafe { required(name) }.ok()?;
        let mut headers = response?.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    });
    borrowed(value)
}

/// How many requests it took.
///
/// @param response The response to read; may be NULL.
/// @return 1 without a retry; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_attempts(response: Option<&RobofyResponse>) -> u32 {
    response.map_or(0, |response| response.response.attempts())
}

/// The time from the call to the whole response, all attempts and waits included.
///
/// @param response The response to read; may be NULL.
/// @return Microseconds; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_elapsed_us(response: Option<&RobofyResponse>) -> u64 {
    let elapsed = response.map(|response| response.response.elapsed());
    elapsed.map_or(0, |elapsed| {
        u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
    })
}

/// Frees a response and what was read from it.
///
/// @param response What robofy_client_request or robofy_client_upload returned; may be NULL. A completion's
///     response is freed with the completion.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_response_free(response: Option<Box<RobofyResponse>>) {
    guard(|| drop(response));
}
