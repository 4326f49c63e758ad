//! `RobofyClient`, and the whole library in one call.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use robofy_client::{Client, Error, Options};

use crate::boundary::{guard, try_guard};
use crate::error::RobofyError;
use crate::message::RobofyMessage;
use crate::options::RobofyOptions;
use crate::reply::RobofyReply;
use crate::text::{required, to_c};

/// The way to the agents of one account. Make one per API key and keep it: connections are kept alive and
/// shared between its calls, and what is heavy is shared between all clients of the process.
///
/// Methods:
/// - robofy_client_new, robofy_client_free
/// - robofy_whatsapp_chat: the answer as a string
/// - robofy_whatsapp_send: the same with everything the service takes and gives
///
/// Since 0.1.0.
pub struct RobofyClient(Client);

/// A client for the account of `api_key`, the permanent key for server-to-server use. `options` may be NULL for
/// all defaults. Starts no thread and connects to nothing yet.
///
/// Returns a client to be freed with robofy_client_free, or NULL and an error:
/// ROBOFY_STATUS_INVALID_ARGUMENT with the parameter's or option's name, or ROBOFY_STATUS_TLS if there are no
/// certificate authorities to trust.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_client_new(
    api_key: *const c_char,
    options: Option<&RobofyOptions>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyClient>> {
    try_guard(error, || {
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let api_key = unsafe { required(api_key) }
            .map_err(|problem| Error::invalid_argument("api_key", problem))?;
        let client = match options {
            Some(options) => Client::new(api_key, options.checked()?),
            None => Client::new(api_key, &Options::new()),
        };
        Ok(Box::new(RobofyClient(client?)))
    })
}

/// Frees a client. NULL is allowed. No other call on this client may be under way. With the last client of
/// the process the library's threads end, usually at once and within a second if a name lookup is
/// stuck.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_free(client: Option<Box<RobofyClient>>) {
    guard(|| drop(client));
}

/// The whole library in one call: sends the user's message `query` to the agent `chatbot_id` of the project
/// `pid`, and waits for the complete answer, which is meant to be forwarded to the user. `session_id` is the
/// conversation, commonly the user's WhatsApp number; with NULL the service starts a new one.
///
/// Blocks the calling thread for at most the client's timeout. Returns the answer, never empty, to be freed
/// with robofy_free_string; or NULL and an error.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_whatsapp_chat(
    client: Option<&RobofyClient>,
    pid: *const c_char,
    chatbot_id: *const c_char,
    session_id: *const c_char,
    query: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> *mut c_char {
    let answer = try_guard(error, || {
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let message = unsafe { RobofyMessage::read(pid, chatbot_id, session_id, query) };
        let reply = this(client)?.send(message.checked()?)?;
        Ok(to_c(reply.answer()))
    });
    answer.map_or(ptr::null_mut(), CString::into_raw)
}

/// Sends a message and waits for the reply, for at most the message's timeout, or else the client's.
///
/// Returns a reply to be freed with robofy_reply_free, or NULL and an error. The message is not changed and
/// may be sent again.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_whatsapp_send(
    client: Option<&RobofyClient>,
    message: Option<&RobofyMessage>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyReply>> {
    try_guard(error, || {
        let client = this(client)?;
        let message = RobofyMessage::given(message)?;
        let reply = client.send(message)?;
        Ok(Box::new(RobofyReply::from(reply)))
    })
}

fn this(client: Option<&RobofyClient>) -> Result<&Client, Error> {
    client
        .map(|client| &client.0)
        .ok_or_else(|| Error::invalid_argument("client", "must not be NULL"))
}
