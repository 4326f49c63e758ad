//! `RobofyStream`: an answer while it is written.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

use robofy_client::{Error, EventStream};

use crate::boundary::{guard, try_guard};
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::message::RobofyMessage;
use crate::stream_event::RobofyStreamEvent;
use crate::text::{required, to_c};

/// An agent's answer while it is written: its events, one after another. Several threads may wait for events of one
/// stream, and each event goes to one of them.
///
/// Events that nobody takes wait: beyond some 32 KB of them the service is not asked for more, and over HTTP/2 may
/// send 256 KB on top of that. Other streams and chats are not held up.
///
/// A stream keeps what it needs of its client, which may be freed before it. After fork() it belongs to the parent:
/// in the child it ends at once with ROBOFY_STATUS_CANCELLED, and should be freed there too.
///
/// Methods:
/// - robofy_stream_open, robofy_stream_free
/// - robofy_stream_next: the next event
/// - robofy_stream_is_done: whether there will be another
/// - robofy_stream_text, robofy_stream_session_id: what has come so far
/// - robofy_stream_poll_fd: for event loops
/// - robofy_stream_cancel
///
/// Since 0.1.0.
pub struct RobofyStream(EventStream);

/// Sends a message to a path where the agent answers in server-sent events, and does not wait: what comes of it,
/// errors included, is for robofy_stream_next. The service's reference does not name the path. The platform is the
/// message's, "web" unless it names one.
///
/// The message's timeout, or else the client's, bounds the time to the first event, retries included, and then the
/// time from each event to the next. Comments, which some servers send to keep a connection alive, are no events. The
/// time in which events wait to be taken does not count. The stream as a whole has no bound.
///
/// The stream counts towards robofy_options_set_max_in_flight until its end was taken or it is freed. The message is
/// sent again only before the service has answered, as other messages are. With robofy_options_set_ordered_sessions
/// its session's next message waits until the answer has come whole, has failed or was cancelled.
///
/// @param client     The client to send it with.
/// @param path       The path below the base URL, as for robofy_client_request.
/// @param message    The message. It is not changed and may be sent again, or freed, at once.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return A stream to be freed with robofy_stream_free. Or NULL and an error, and nothing was sent:
///     ROBOFY_STATUS_INVALID_ARGUMENT for a bad path or message; ROBOFY_STATUS_OVERLOADED at
///     robofy_options_set_max_in_flight; ROBOFY_STATUS_CONNECT if the process has no thread or descriptor left for
///     the library.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_stream_open(
    client: Option<&RobofyClient>,
    path: *const c_char,
    message: Option<&RobofyMessage>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyStream>> {
    try_guard(error, || {
        let client = this(client)?;
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let path = unsafe { required(path) }
            .map_err(|problem| Error::invalid_argument("path", problem))?;
        let stream = client.stream(path, RobofyMessage::given(message)?)?;
        Ok(Box::new(RobofyStream(stream)))
    })
}

/// Takes the next event, in the order of their arrival.
///
/// @param stream     The stream to read.
/// @param timeout_ms How many milliseconds to wait for one: 0 does not wait; less than 0 waits until there is one, or
///     the end, for which the message's timeout is the bound.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return An event to be freed with robofy_stream_event_free. NULL without an error if there was none in time, and after
///     the end: robofy_stream_is_done tells them apart. NULL and an error, once, if the stream did not come to its
///     end: ROBOFY_STATUS_INTERRUPTED where it was cut short before the service's word for the end, "[DONE]";
///     ROBOFY_STATUS_SERVER where the service ended it with an error event, whose text is the error's detail;
///     ROBOFY_STATUS_PROTOCOL for an event that is not JSON or is larger than 1 MB, and for an answer that is no
///     stream; ROBOFY_STATUS_TIMEOUT where no event came within the message's timeout; ROBOFY_STATUS_CANCELLED after
///     robofy_stream_cancel; else as robofy_whatsapp_send. What came before it can still be read.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_next(
    stream: Option<&RobofyStream>,
    timeout_ms: i64,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofyStreamEvent>> {
    let next = try_guard(error, || {
        let stream = stream.ok_or_else(|| Error::invalid_argument("stream", "must not be NULL"))?;
        let timeout = u64::try_from(timeout_ms).ok().map(Duration::from_millis);
        stream.0.wait(timeout)
    });
    next.flatten().map(|event| Box::new(event.into()))
}

/// Whether the end was taken: there will be no further event, and no further error.
///
/// @param stream The stream to look at; may be NULL.
/// @return True if so, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_is_done(stream: Option<&RobofyStream>) -> bool {
    guard(|| stream.is_none_or(|stream| stream.0.is_done()))
}

/// The answer so far: the text of the delta events that were taken, also of a stream that was cut short. It goes up to
/// robofy_options_set_max_response_bytes; what comes after that is in the events alone.
///
/// @param stream The stream to read; may be NULL.
/// @return A text to be freed with robofy_free_string, empty before the first delta; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_text(stream: Option<&RobofyStream>) -> *mut c_char {
    given(guard(|| stream.map(|stream| to_c(&stream.0.text()))))
}

/// The conversation that the answer belongs to. The service names it near the end, after the finish event.
///
/// @param stream The stream to read; may be NULL.
/// @return A text to be freed with robofy_free_string; NULL until the session event was taken, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_session_id(stream: Option<&RobofyStream>) -> *mut c_char {
    given(guard(|| {
        let session_id = stream?.0.session_id()?;
        Some(to_c(&session_id))
    }))
}

/// A file descriptor for event loops, as robofy_client_poll_fd: readable while an event, or the end, waits to be taken,
/// and only then. When it is, call robofy_stream_next with a timeout of 0 until that returns NULL. It belongs to the
/// stream, which closes it when it is freed: it must not be read, written or closed.
///
/// @param stream The stream to watch.
/// @return The descriptor, the same one at each call; -1 if the process has none left, in a forked child, and for
///     NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_poll_fd(stream: Option<&RobofyStream>) -> i32 {
    let descriptor = guard(|| stream.and_then(|stream| stream.0.poll_fd().ok()));
    descriptor.unwrap_or(-1)
}

/// Cancels the answer and resets its HTTP/2 stream. All waits for an event end at once, one of them with
/// ROBOFY_STATUS_CANCELLED. Events that wait to be taken are dropped. The agent may have seen the message.
///
/// @param stream The stream to cancel; may be NULL.
/// @return False if the end was taken before, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_cancel(stream: Option<&RobofyStream>) -> bool {
    guard(|| stream.is_some_and(|stream| stream.0.cancel()))
}

/// Frees a stream. Before its end this cancels the answer. Events that were taken are the caller's and stay.
///
/// @param stream What robofy_stream_open returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_free(stream: Option<Box<RobofyStream>>) {
    guard(|| drop(stream));
}

fn given(text: Option<CString>) -> *mut c_char {
    text.map_or(ptr::null_mut(), CString::into_raw)
}
