//! `RobofyClient`, and the whole library in one call.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use robofy_client::{Client, Error, Options};

use crate::boundary::{guard, try_guard};
use crate::completion::RobofyCompletion;
use crate::error::RobofyError;
use crate::message::RobofyMessage;
use crate::options::RobofyOptions;
use crate::reply::RobofyReply;
use crate::text::{required, to_c};

/// Sends messages to the agents of one account. Make one for each API key and keep it: its calls share
/// connections, which stay open, and all clients of the process share threads and certificates. Any number of
/// threads may use a client at once.
///
/// Methods:
/// - robofy_client_new, robofy_client_free
/// - robofy_whatsapp_chat: the answer as a string
/// - robofy_whatsapp_send: the same with everything the service takes and gives
/// - robofy_chat_send: the same for a user of any other platform
/// - robofy_client_request, robofy_client_upload: any other call of the service
/// - robofy_leads_next, robofy_inbox_sessions, robofy_agent_settings: some of them, typed
/// - robofy_whatsapp_submit, robofy_chat_submit, robofy_request_submit, robofy_upload_submit: many at once, without
///   waiting
/// - robofy_client_poll, robofy_client_poll_fd, robofy_client_cancel: what became of them
/// - robofy_stream_open: the answer while it is written
/// - robofy_inbox_new: from webhooks to answers that are sent
/// - robofy_client_stats: figures for a dashboard
///
/// Since 0.1.0.
pub struct RobofyClient(Client);

/// A client for the account of one API key. Starts no thread and connects to nothing yet; reads the
/// platform's certificate authorities, the CA file and the environment's proxy.
///
/// @param api_key    The permanent key for server-to-server use: printable ASCII without spaces.
/// @param options    How it behaves; NULL for every default. They are copied.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A client to be freed with robofy_client_free, or NULL and an error: ROBOFY_STATUS_INVALID_ARGUMENT
///     with the parameter's or option's name; ROBOFY_STATUS_TLS if there are no certificate authorities to
///     trust; ROBOFY_STATUS_CONNECT if the process lacks the memory to prepare for fork().
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

/// Frees a client. No other call may use it at that moment or later. Chats, requests and uploads in flight are
/// cancelled without a completion; streams and inboxes go on, and while there is an inbox of this client, what was
/// submitted ends with that inbox. Completions that were not polled are freed, and the descriptor of
/// robofy_client_poll_fd is closed. When the last client, stream and inbox of the process are freed, the library's threads
/// end before the function returns. Only a thread that hangs in the system, at a name lookup or a file, may remain: the
/// function waits half a second for it.
///
/// @param client What robofy_client_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_free(client: Option<Box<RobofyClient>>) {
    guard(|| drop(client));
}

/// Sends a user's message to an agent and waits for the complete answer: the whole library in one call.
/// Blocks the calling thread for at most the client's timeout.
///
/// @param client     The client to send it with.
/// @param pid        The project.
/// @param chatbot_id The agent of that project which is to answer.
/// @param session_id The conversation, commonly the user's WhatsApp number; with NULL the service starts a
///     new one.
/// @param query      The user's message as WhatsApp delivered it.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return The answer, never empty, which is meant to be forwarded to the user: to be freed with
///     robofy_free_string. Or NULL and an error, of every status but ROBOFY_STATUS_CANCELLED and
///     ROBOFY_STATUS_OVERLOADED.
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
/// @param client     The client to send it with.
/// @param message    The message. It is not changed and may be sent again.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A reply to be freed with robofy_reply_free. Or NULL and an error, of every status but
///     ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
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

/// Sends a message without waiting for the reply, from one thread for thousands of users. Each accepted message
/// has exactly one completion, to be collected with robofy_client_poll: answered, failed, cancelled or timed out.
/// The message's timeout, or else the client's, begins now. The function never waits for the network.
///
/// @param client     The client to send it with, and to poll later.
/// @param message    The message. It is not changed and may be sent, or freed, at once.
/// @param tag        The caller's name for this chat, which its completion bears: any number, or a pointer (cast
///     by uintptr_t). It may be used again when the completion was polled.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if the message was accepted. Otherwise false and an error, and there will be no completion:
///     ROBOFY_STATUS_INVALID_ARGUMENT for a bad message, or a tag that is in flight or whose completion was
///     not polled yet; ROBOFY_STATUS_OVERLOADED at robofy_options_set_max_in_flight; ROBOFY_STATUS_CONNECT if
///     the process has no thread or descriptor left for the library.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_whatsapp_submit(
    client: Option<&RobofyClient>,
    message: Option<&RobofyMessage>,
    tag: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let accepted = try_guard(error, || {
        this(client)?.submit(RobofyMessage::given(message)?, tag)
    });
    accepted.is_some()
}

/// Sends the message of a user of any other platform than WhatsApp (robofy_message_set_platform) and waits for the reply.
/// In all else as robofy_whatsapp_send.
///
/// @param client     The client to send it with.
/// @param message    The message. It is not changed and may be sent again.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A reply to be freed with robofy_reply_free. Or NULL and an error, of every status but
///     ROBOFY_STATUS_CANCELLED and ROBOFY_STATUS_OVERLOADED.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_chat_send(
    client: Option<&RobofyClient>,
    message: Option<&RobofyMessage>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyReply>> {
    try_guard(error, || {
        let reply = this(client)?.chat_send(RobofyMessage::given(message)?)?;
        Ok(Box::new(RobofyReply::from(reply)))
    })
}

/// Sends the message of a user of any other platform than WhatsApp without waiting for the reply. In all else as
/// robofy_whatsapp_submit.
///
/// @param client     The client to send it with, and to poll later.
/// @param message    The message. It is not changed and may be sent, or freed, at once.
/// @param tag        The caller's name for this chat, which its completion bears.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return True if the message was accepted. Otherwise false and an error, and there will be no completion: as for
///     robofy_whatsapp_submit.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_chat_submit(
    client: Option<&RobofyClient>,
    message: Option<&RobofyMessage>,
    tag: u64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> bool {
    let accepted = try_guard(error, || {
        this(client)?.chat_submit(RobofyMessage::given(message)?, tag)
    });
    accepted.is_some()
}

/// Takes the next completion, the oldest first. Several threads may poll at once; each completion goes to one of
/// them.
///
/// @param client     The client that the messages were submitted to.
/// @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is
///     one, for ever if nothing is in flight.
/// @return A completion to be freed with robofy_completion_free, or NULL if there was none in time, and for a
///     NULL client.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_poll(
    client: Option<&RobofyClient>,
    timeout_ms: i64,
) -> Option<Box<RobofyCompletion>> {
    guard(|| {
        let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
        let completion = client?.0.poll(timeout)?;
        Some(Box::new(RobofyCompletion::from(completion)))
    })
}

/// A file descriptor for select, poll, epoll (level- or edge-triggered), kqueue, asyncio, libuv and the like: it
/// is readable while completions wait, and only then. When it is, call robofy_client_poll with a timeout of 0
/// until that returns NULL. The descriptor carries no data and belongs to the client, which closes it when it is
/// freed: it must not be read, written or closed. After fork() the child must ask for a descriptor of its own.
///
/// @param client The client that the messages are submitted to.
/// @return The descriptor, the same one at each call; -1 if the process has none left, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_poll_fd(client: Option<&RobofyClient>) -> i32 {
    let descriptor = guard(|| client.and_then(|client| client.0.poll_fd().ok()));
    descriptor.unwrap_or(-1)
}

/// Cancels a submitted message, request or upload: its completion, with ROBOFY_STATUS_CANCELLED, can be polled at
/// once. The agent or the service may have seen it.
///
/// @param client The client that it was submitted to.
/// @param tag    The tag that it was submitted under.
/// @return False if `tag` is not in flight: never submitted, or completed already, in which case its
///     completion says how.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_cancel(client: Option<&RobofyClient>, tag: u64) -> bool {
    guard(|| client.is_some_and(|client| client.0.cancel(tag)))
}

/// A snapshot of the client's figures in this process. Gauges:
/// - `in_flight`: chats and requests begun and not finished, blocking and submitted
/// - `queued`: those in flight that wait for their session's turn, their pace or a connection
/// - `uncollected`: completions that wait to be polled
/// - `connections`: those of this client and of all others with the same base URL, proxy and CA, idle ones
///   included
///
/// Counters, which only grow, from the client's beginning (in a forked child: from its first use there):
/// - `answered`, `cancelled`: chats and requests
/// - `failed`: an object of chats and requests by status, "connect", "timeout", "rate_limited" and so on, every one present
/// - `refused`: messages and requests that submit refused with ROBOFY_STATUS_OVERLOADED; not among the failed
/// - `retried`: attempts after a chat's or a request's first
/// - `bytes_sent`, `bytes_received`: of request and response bodies
///
/// And of answered chats, streams not among them, from the call to the complete answer in microseconds, exact to one percent:
/// - `latency`: an object of `count`, `min_us`, `mean_us`, `p50_us`, `p90_us`, `p99_us`, `p999_us` and `max_us`
///
/// Later versions may add fields.
///
/// @param client The client to look at.
/// @return The text of a JSON object, to be freed with robofy_free_string; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_client_stats(client: Option<&RobofyClient>) -> *mut c_char {
    let stats = guard(|| client.map(|client| to_c(&client.0.stats().to_json())));
    stats.map_or(ptr::null_mut(), CString::into_raw)
}

/// The client that a call was given.
pub(crate) fn this(client: Option<&RobofyClient>) -> Result<&Client, Error> {
    client
        .map(|client| &client.0)
        .ok_or_else(|| Error::invalid_argument("client", "must not be NULL"))
}
