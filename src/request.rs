//! Any call of the service: a method and a path.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use robofy_client::{Client, Error, RequestBuilder};

use crate::boundary::try_guard;
use crate::call::RobofyCall;
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::response::RobofyResponse;
use crate::text::{optional, required};

/// Calls any endpoint of the service and waits for the whole response, for at most the call's timeout, or else the
/// client's. The API key goes to the base URL's host alone: a path that would lead elsewhere is refused, and a
/// redirect is an error that says where it points. GET and HEAD are repeated as messages are
/// (robofy_options_set_max_retries, robofy_options_set_retry_ambiguous); other methods only where the service
/// cannot have seen the request: it was not reached, or it refused the HTTP/2 stream. Requests are counted in
/// robofy_client_stats as chats are, but for the latency; robofy_options_set_ordered_sessions and
/// robofy_options_set_rate_limit are for messages alone.
///
/// @param client     The client to call with.
/// @param method     "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS".
/// @param path       The path below the base URL, for example "/v1/projects": it begins with a slash, and has no
///     query and no segment "." or "..". What a URL cannot hold in an ID is percent-encoded by the caller.
/// @param query      The query as it stands in a URL, percent-encoded by the caller, for example "page=2";
///     NULL for none. robofy_call_add_query encodes.
/// @param json_body  The text of a JSON value, sent as it is written; NULL for no body.
/// @param options    How the call behaves; NULL for every default.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A response of a status from 200 to 299, to be freed with robofy_response_free. Or NULL and an error, of
///     every status but ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_client_request(
    client: Option<&RobofyClient>,
    method: *const c_char,
    path: *const c_char,
    query: *const c_char,
    json_body: *const c_char,
    options: Option<&RobofyCall>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyResponse>> {
    try_guard(error, || {
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let request = unsafe { built(this(client)?, method, path, query, json_body) }?;
        let response = RobofyCall::shape(options, request)?.send()?;
        Ok(Box::new(RobofyResponse::from(response)))
    })
}

/// Calls any endpoint of the service without waiting for the response: as robofy_whatsapp_submit does with a message.
/// Its completion has a response (robofy_completion_response) or an error.
///
/// @param client     The client to call with, and to poll later.
/// @param method     As for robofy_client_request.
/// @param path       As for robofy_client_request.
/// @param query      As for robofy_client_request; may be NULL.
/// @param json_body  As for robofy_client_request; may be NULL.
/// @param options    How the call behaves; NULL for every default.
/// @param tag        The caller's name for this call, which its completion bears, as for robofy_whatsapp_submit: no
///     two messages, requests or uploads in flight have the same.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if the request was accepted. Otherwise false and an error, and there will be no completion:
///     as for robofy_whatsapp_submit.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_request_submit(
    client: Option<&RobofyClient>,
    method: *const c_char,
    path: *const c_char,
    query: *const c_char,
    json_body: *const c_char,
    options: Option<&RobofyCall>,
    tag: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let accepted = try_guard(error, || {
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let request = unsafe { built(this(client)?, method, path, query, json_body) }?;
        RobofyCall::shape(options, request)?.submit(tag)
    });
    accepted.is_some()
}

/// # Safety
/// Each text is NULL or a NUL-terminated string.
unsafe fn built<'a>(
    client: &'a Client,
    method: *const c_char,
    path: *const c_char,
    query: *const c_char,
    json_body: *const c_char,
) -> Result<RequestBuilder<'a, Client>, Error> {
    let refuse = Error::invalid_argument;
    // SAFETY: as the caller promises.
    let (method, path, query, json_body) = unsafe {
        (
            required(method).map_err(|problem| refuse("method", problem))?,
            required(path).map_err(|problem| refuse("path", problem))?,
            optional(query).map_err(|problem| refuse("query", problem))?,
            optional(json_body).map_err(|problem| refuse("json_body", problem))?,
        )
    };
    let mut request = client.request(method, path);
    if let Some(query) = query {
        request = request.query_string(query);
    }
    if let Some(json) = json_body {
        request = request.json(json);
    }
    Ok(request)
}
