//! `RobofyReply`.

use std::ffi::{CStr, CString, c_char};

use robofy_client::Reply;

use crate::boundary::guard;
use crate::text::{borrowed, to_c};

/// The agent's complete answer and what came with it. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_reply_answer: the text to forward to the user
/// - robofy_reply_parts: the same as WhatsApp messages that fit
/// - robofy_reply_session_id: the conversation
/// - robofy_reply_message, robofy_reply_json: the service's own word, and the whole body
/// - robofy_reply_attempts, robofy_reply_elapsed_us: what it took
/// - robofy_reply_free
///
/// Since 0.1.0.
pub struct RobofyReply {
    answer: CString,
    session_id: Option<CString>,
    message: Option<CString>,
    json: CString,
    attempts: u32,
    elapsed_us: u64,
}

impl RobofyReply {
    pub(crate) fn answer(&self) -> &CStr {
        &self.answer
    }
}

impl From<Reply> for RobofyReply {
    fn from(reply: Reply) -> Self {
        Self {
            answer: to_c(reply.answer()),
            session_id: reply.session_id().map(to_c),
            message: reply.message().map(to_c),
            json: to_c(reply.json()),
            attempts: reply.attempts(),
            elapsed_us: u64::try_from(reply.elapsed().as_micros()).unwrap_or(u64::MAX),
        }
    }
}

/// The text to forward to the WhatsApp user.
///
/// @param reply The reply to read; may be NULL.
/// @return A text that is never empty, borrowed from the reply; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_answer(reply: Option<&RobofyReply>) -> *const c_char {
    borrowed(reply.map(|reply| &reply.answer))
}

/// The conversation that the answer belongs to.
///
/// @param reply The reply to read; may be NULL.
/// @return A text borrowed from the reply; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_session_id(reply: Option<&RobofyReply>) -> *const c_char {
    borrowed(reply.and_then(|reply| reply.session_id.as_ref()))
}

/// The service's own word about the call, for example "Success".
///
/// @param reply The reply to read; may be NULL.
/// @return A text borrowed from the reply; NULL if the service sent none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_message(reply: Option<&RobofyReply>) -> *const c_char {
    borrowed(reply.and_then(|reply| reply.message.as_ref()))
}

/// The response body as it was received.
///
/// @param reply The reply to read; may be NULL.
/// @return The text of a JSON object, borrowed from the reply; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_json(reply: Option<&RobofyReply>) -> *const c_char {
    borrowed(reply.map(|reply| &reply.json))
}

/// How many requests it took.
///
/// @param reply The reply to read; may be NULL.
/// @return 1 without a retry; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_attempts(reply: Option<&RobofyReply>) -> u32 {
    reply.map_or(0, |reply| reply.attempts)
}

/// The time from the call to the complete answer, all attempts and waits included.
///
/// @param reply The reply to read; may be NULL.
/// @return Microseconds; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_elapsed_us(reply: Option<&RobofyReply>) -> u64 {
    reply.map_or(0, |reply| reply.elapsed_us)
}

/// Frees a reply and the strings that were read from it.
///
/// @param reply What robofy_whatsapp_send returned; may be NULL. A completion's reply is freed with the
///     completion.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_reply_free(reply: Option<Box<RobofyReply>>) {
    guard(|| drop(reply));
}
