//! `RobofyMessage`.

use std::ffi::c_char;
use std::time::Duration;

use robofy_client::{Error, Message};

use crate::boundary::guard;
use crate::text::{BadValues, Problem, optional, required};

/// One message of a user, and the agent that is to answer it. It may be sent, changed and sent again.
/// Only one thread at a time may change it.
///
/// Methods:
/// - robofy_message_new, robofy_message_free
/// - robofy_message_set_query: the user's text
/// - robofy_message_set_session_id: the conversation
/// - robofy_message_set_user_context: more about the user
/// - robofy_message_set_platform: where the user writes from, for robofy_chat_send
/// - robofy_message_set_timeout_ms
///
/// Since 0.1.0.
pub struct RobofyMessage {
    message: Message,
    bad: BadValues,
}

impl RobofyMessage {
    /// # Safety
    /// Each is NULL or a NUL-terminated string.
    pub(crate) unsafe fn read(
        pid: *const c_char,
        chatbot_id: *const c_char,
        session_id: *const c_char,
        query: *const c_char,
    ) -> Self {
        let mut bad = BadValues::default();
        // SAFETY: as the caller promises.
        let (pid, chatbot_id, session_id, query) = unsafe {
            (
                bad.check("pid", required(pid)).unwrap_or_default(),
                bad.check("chatbot_id", required(chatbot_id))
                    .unwrap_or_default(),
                bad.check("session_id", optional(session_id))
                    .unwrap_or_default(),
                bad.check("query", required(query)).unwrap_or_default(),
            )
        };
        let mut message = Message::new(pid, chatbot_id, query);
        message.session_id(session_id);
        Self { message, bad }
    }

    /// The message, unless a setter was given a bad value.
    pub(crate) fn checked(&self) -> Result<&Message, Error> {
        self.bad.report().map(|()| &self.message)
    }

    /// The message that a call was given.
    pub(crate) fn given(message: Option<&Self>) -> Result<&Message, Error> {
        message
            .ok_or_else(|| Error::invalid_argument("message", "must not be NULL"))?
            .checked()
    }

    fn set<T>(
        &mut self,
        parameter: &'static str,
        value: Result<T, Problem>,
        set: impl FnOnce(&mut Message, T),
    ) {
        if let Some(value) = self.bad.check(parameter, value) {
            set(&mut self.message, value);
        }
    }
}

/// A message for an agent. A bad value is reported by the call that sends it.
///
/// @param pid        The project.
/// @param chatbot_id The agent of that project which is to answer.
/// @param query      The user's text as WhatsApp delivered it.
/// @return A message to be freed with robofy_message_free; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_message_new(
    pid: *const c_char,
    chatbot_id: *const c_char,
    query: *const c_char,
) -> Option<Box<RobofyMessage>> {
    guard(|| {
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let message = unsafe { RobofyMessage::read(pid, chatbot_id, std::ptr::null(), query) };
        Some(Box::new(message))
    })
}

/// Replaces the user's text.
///
/// @param message The message to change; with NULL nothing happens.
/// @param query   The user's text as WhatsApp delivered it.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_message_set_query(
    message: Option<&mut RobofyMessage>,
    query: *const c_char,
) {
    guard(|| {
        let Some(message) = message else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let query = unsafe { required(query) };
        message.set("query", query, |message, query| _ = message.query(query));
    });
}

/// The conversation that the message belongs to.
///
/// @param message    The message to change; with NULL nothing happens.
/// @param session_id Any text, commonly the user's WhatsApp number. NULL, the default, lets the service start
///     a new one, which the reply names.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_message_set_session_id(
    message: Option<&mut RobofyMessage>,
    session_id: *const c_char,
) {
    guard(|| {
        let Some(message) = message else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let session_id = unsafe { optional(session_id) };
        message.set("session_id", session_id, |message, id| {
            _ = message.session_id(id)
        });
    });
}

/// More about the user, session or application, for the agent.
///
/// @param message The message to change; with NULL nothing happens.
/// @param json    The text of a JSON object, whose members are sent inside the request's `user_context`, with
///     their values as they are written. Only the escape of half a surrogate pair, as of an emoji that was cut,
///     is replaced by U+FFFD. It must not hold `platform`, and a `session_id` in it must be a text that agrees
///     with robofy_message_set_session_id. NULL, the default, for none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_message_set_user_context(
    message: Option<&mut RobofyMessage>,
    json: *const c_char,
) {
    guard(|| {
        let Some(message) = message else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let json = unsafe { optional(json) };
        message.set("user_context", json, |message, json| {
            _ = message.user_context(json)
        });
    });
}

/// Where the user writes from. It is for chats of any platform.
///
/// @param message  The message to change; with NULL nothing happens.
/// @param platform The service's name for it; NULL, the default, for "web". A WhatsApp chat is of "whatsapp" by itself,
///     and can be of no other.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_message_set_platform(
    message: Option<&mut RobofyMessage>,
    platform: *const c_char,
) {
    guard(|| {
        let Some(message) = message else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let platform = unsafe { optional(platform) };
        message.set("platform", platform, |message, platform| {
            _ = message.platform(platform)
        });
    });
}

/// How long the whole call for this message may take.
///
/// @param message The message to change; with NULL nothing happens.
/// @param ms      Milliseconds; 0, the default, for the client's timeout.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_message_set_timeout_ms(message: Option<&mut RobofyMessage>, ms: u64) {
    guard(|| {
        if let Some(message) = message {
            let timeout = (ms > 0).then(|| Duration::from_millis(ms));
            message.message.timeout(timeout);
        }
    });
}

/// Frees a message. A chat that was submitted with it goes on.
///
/// @param message What robofy_message_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_message_free(message: Option<Box<RobofyMessage>>) {
    guard(|| drop(message));
}
