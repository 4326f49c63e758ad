//! `RobofySessions`.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;

use robofy_client::{Error, InboxSession};

use crate::boundary::{guard, try_guard};
use crate::call::RobofyCall;
use crate::client::{RobofyClient, this};
use crate::error::RobofyError;
use crate::text::{borrowed, required, to_c};

/// The conversations in an agent's inbox, in the service's order. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_sessions_count: how many there are
/// - robofy_sessions_session_id, robofy_sessions_user_profile_name, robofy_sessions_website_url: of each, who and where
/// - robofy_sessions_last_message, robofy_sessions_last_message_time, robofy_sessions_last_message_direction
/// - robofy_sessions_free
///
/// Since 0.1.0.
pub struct RobofySessions(Vec<Session>);

struct Session {
    session_id: Option<CString>,
    last_message_time: Option<CString>,
    last_message: Option<CString>,
    user_profile_name: Option<CString>,
    last_message_direction: Option<CString>,
    website_url: Option<CString>,
}

impl From<InboxSession> for Session {
    fn from(session: InboxSession) -> Self {
        let text = |text: Option<String>| text.as_deref().map(to_c);
        Self {
            session_id: text(session.session_id),
            last_message_time: text(session.last_message_time),
            last_message: text(session.last_message),
            user_profile_name: text(session.user_profile_name),
            last_message_direction: text(session.last_message_direction),
            website_url: text(session.website_url),
        }
    }
}

/// Asks the service for the conversations of an agent and waits for them, as robofy_client_request does.
///
/// @param client     The client to call with.
/// @param chatbot_id The agent.
/// @param options    How the call behaves; NULL for every default.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return Sessions to be freed with robofy_sessions_free. Or NULL and an error, as of robofy_client_request;
///     ROBOFY_STATUS_PROTOCOL too for an answer without a list of sessions, or with more than 100 000 of them.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_sessions(
    client: Option<&RobofyClient>,
    chatbot_id: *const c_char,
    options: Option<&RobofyCall>,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> Option<Box<RobofySessions>> {
    try_guard(error, || {
        let client = this(client)?;
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        let chatbot_id = unsafe { required(chatbot_id) }
            .map_err(|problem| Error::invalid_argument("chatbot_id", problem))?;
        let request = client.inbox_sessions_request(chatbot_id)?;
        let response = RobofyCall::shape(options, request)?.send()?;
        let sessions = InboxSession::read(&response)?;
        let sessions = sessions.into_iter().map(Session::from).collect();
        Ok(Box::new(RobofySessions(sessions)))
    })
}

/// How many conversations there are.
///
/// @param sessions The sessions to read; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_count(sessions: Option<&RobofySessions>) -> u64 {
    sessions.map_or(0, |sessions| sessions.0.len() as u64)
}

fn text(
    sessions: Option<&RobofySessions>,
    index: u64,
    field: impl FnOnce(&Session) -> &Option<CString>,
) -> *const c_char {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let session = sessions.and_then(|sessions| sessions.0.get(index));
    borrowed(session.and_then(|session| field(session).as_ref()))
}

/// The conversation's identifier, the session_id of its messages.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_session_id(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.session_id)
}

/// When the last message of a conversation came, as the service writes it.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_last_message_time(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.last_message_time)
}

/// The last message of a conversation.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_last_message(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.last_message)
}

/// The name of a conversation's user.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_user_profile_name(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.user_profile_name)
}

/// Which way the last message of a conversation went, as the service writes it.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_last_message_direction(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.last_message_direction)
}

/// The page that a conversation was held on.
///
/// @param sessions The sessions to read; may be NULL.
/// @param index    Which one, from 0 on.
/// @return A text borrowed from the sessions; NULL if the service sent none or there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_website_url(
    sessions: Option<&RobofySessions>,
    index: u64,
) -> *const c_char {
    text(sessions, index, |session| &session.website_url)
}

/// Frees sessions and what was read from them.
///
/// @param sessions What robofy_inbox_sessions returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_sessions_free(sessions: Option<Box<RobofySessions>>) {
    guard(|| drop(sessions));
}
