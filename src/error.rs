//! `RobofyStatus` and `RobofyError`.

use std::ffi::{CString, c_char};

use robofy_client::{Error, Status};

use crate::boundary::guard;
use crate::text::{borrowed, to_c};

/// What became of a call. The numbers are stable; later versions only append. HTTP statuses are those of RFC 9110
/// and RFC 6585. At a request or an upload the message is the request, and the agent is the service.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub enum RobofyStatus {
    /// No error.
    #[default]
    Ok = 0,
    /// The caller's mistake, found before anything was sent; the message names the parameter.
    InvalidArgument = 1,
    /// The service was never reached: DNS, refused, proxy, unreachable, stream refused. Safe to send again.
    Connect = 2,
    /// The certificate or the TLS handshake. Nothing was sent.
    Tls = 3,
    /// The deadline passed. Safe to send again only if robofy_error_is_retryable says so.
    Timeout = 4,
    /// The connection was lost after the request was sent: the agent may have seen the message.
    Interrupted = 5,
    /// Not what the service documents: a redirect, another 2xx, no or an empty answer, a broken or
    /// too large body. The agent may have seen the message.
    Protocol = 6,
    /// 400, 422 and other 4xx: the service refuses the message. After 408 it is safe to send again.
    BadRequest = 7,
    /// 401: the API key is missing or invalid.
    Unauthorized = 8,
    /// 403: the API key may not use this agent.
    Forbidden = 9,
    /// 404: no such project or agent.
    NotFound = 10,
    /// 429: too many messages. With HTTP status 0 the client's own limit (robofy_options_set_rate_limit) is meant.
    /// Safe to send again after robofy_error_retry_after_ms.
    RateLimited = 11,
    /// 5xx: the service failed. After 503 it is safe to send again; after others the agent may have seen the
    /// message.
    Server = 12,
    /// The program cancelled the message (robofy_client_cancel). The agent may have seen it.
    Cancelled = 13,
    /// A limit is reached, the client's (robofy_options_set_max_in_flight) or an inbox's of pending messages. Nothing was sent, but
    /// robofy_error_is_retryable is false: sending again succeeds only when another result has been collected.
    Overloaded = 14,
    /// A bug in the library: please report it.
    Internal = 15,
    /// The signature of a webhook is missing or wrong: answer it with 401.
    Signature = 16,
    /// What came in could not be kept: answer the webhook with 503, and its sender will send it again.
    Storage = 17,
}

/// Why a call failed. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_error_status: what kind of failure
/// - robofy_error_message: one line a person can act on
/// - robofy_error_http_status, robofy_error_code, robofy_error_detail: what the service said
/// - robofy_error_is_retryable, robofy_error_retry_after_ms: whether and when to send again
/// - robofy_error_free
///
/// Since 0.1.0.
pub struct RobofyError {
    status: RobofyStatus,
    message: CString,
    http_status: i32,
    code: Option<CString>,
    detail: Option<CString>,
    is_retryable: bool,
    retry_after_ms: u64,
}

impl From<Error> for RobofyError {
    fn from(error: Error) -> Self {
        Self {
            status: error.status().into(),
            message: to_c(error.message()),
            http_status: error.http_status().map_or(0, i32::from),
            code: error.code().map(to_c),
            detail: error.detail().map(to_c),
            is_retryable: error.is_retryable(),
            retry_after_ms: error.retry_after().map_or(0, |wait| {
                u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)
            }),
        }
    }
}

impl From<Status> for RobofyStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::InvalidArgument => Self::InvalidArgument,
            Status::Connect => Self::Connect,
            Status::Tls => Self::Tls,
            Status::Timeout => Self::Timeout,
            Status::Interrupted => Self::Interrupted,
            Status::Protocol => Self::Protocol,
            Status::BadRequest => Self::BadRequest,
            Status::Unauthorized => Self::Unauthorized,
            Status::Forbidden => Self::Forbidden,
            Status::NotFound => Self::NotFound,
            Status::RateLimited => Self::RateLimited,
            Status::Server => Self::Server,
            Status::Cancelled => Self::Cancelled,
            Status::Overloaded => Self::Overloaded,
            Status::Signature => Self::Signature,
            Status::Storage => Self::Storage,
            _ => Self::Internal,
        }
    }
}

/// The name of a status in lower case, for example "rate_limited": for logs and metrics. The names are stable.
///
/// @param status A RobofyStatus, or any other number.
/// @return A static string, not to be freed, never NULL: "ok" for ROBOFY_STATUS_OK, and "unknown" for a number
///     that this library does not have.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_status_name(status: u32) -> *const c_char {
    let name = match (status, Status::from_number(status)) {
        (0, _) => c"ok",
        (_, Some(status)) => status.c_name(),
        (_, None) => c"unknown",
    };
    name.as_ptr()
}

/// The kind of failure.
///
/// @param error The error to read; may be NULL.
/// @return The status; ROBOFY_STATUS_OK for NULL. A later library may return one that this header does not
///     have.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_status(error: Option<&RobofyError>) -> RobofyStatus {
    guard(|| error.map(|error| error.status).unwrap_or_default())
}

/// One line a person can act on, for example "401 UNAUTHORIZED: Authentication token is missing or invalid;
/// check the API key". It never holds the API key. It is for people: programs ask robofy_error_status.
///
/// @param error The error to read; may be NULL.
/// @return A text borrowed from the error; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_message(error: Option<&RobofyError>) -> *const c_char {
    borrowed(error.map(|error| &error.message))
}

/// The HTTP status of the service's response.
///
/// @param error The error to read; may be NULL.
/// @return The status; 0 if there was no response, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_http_status(error: Option<&RobofyError>) -> i32 {
    error.map_or(0, |error| error.http_status)
}

/// The service's own code, for example "UNAUTHORIZED". A number is given by its digits.
///
/// @param error The error to read; may be NULL.
/// @return A text borrowed from the error; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_code(error: Option<&RobofyError>) -> *const c_char {
    borrowed(error.and_then(|error| error.code.as_ref()))
}

/// The service's own sentence about the failure.
///
/// @param error The error to read; may be NULL.
/// @return A text borrowed from the error; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_detail(error: Option<&RobofyError>) -> *const c_char {
    borrowed(error.and_then(|error| error.detail.as_ref()))
}

/// Whether the agent has not seen the message, and it may help to send it again later. The library has then used
/// all of its retries, or had no time left for them. It is false for ROBOFY_STATUS_OVERLOADED, although nothing
/// was sent: another result must be collected first.
///
/// @param error The error to read; may be NULL.
/// @return True if so; false for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_is_retryable(error: Option<&RobofyError>) -> bool {
    error.is_some_and(|error| error.is_retryable)
}

/// How long to wait before the next try, as the service asked (Retry-After, RFC 9110, section 10.2.3) or as the
/// client's own limit demands (robofy_options_set_rate_limit).
///
/// @param error The error to read; may be NULL.
/// @return Milliseconds; 0 if nobody said, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_retry_after_ms(error: Option<&RobofyError>) -> u64 {
    error.map_or(0, |error| error.retry_after_ms)
}

/// Frees an error and the strings that were read from it.
///
/// @param error What a call wrote to its `error`; may be NULL. A completion's error is freed with the
///     completion.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_error_free(error: Option<Box<RobofyError>>) {
    guard(|| drop(error));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_rust_client() {
        for status in [
            Status::InvalidArgument,
            Status::Connect,
            Status::Tls,
            Status::Timeout,
            Status::Interrupted,
            Status::Protocol,
            Status::BadRequest,
            Status::Unauthorized,
            Status::Forbidden,
            Status::NotFound,
            Status::RateLimited,
            Status::Server,
            Status::Cancelled,
            Status::Overloaded,
            Status::Internal,
            Status::Signature,
            Status::Storage,
        ] {
            assert_eq!(status as i32, RobofyStatus::from(status) as i32, "{status}");
        }
    }
}
