//! `RobofyOutcome`.

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use robofy_client::Error;
use robofy_conversation::inbox::Outcome;
use robofy_conversation::inbox::store::Kind;

use crate::boundary::guard;
use crate::error::RobofyError;
use crate::parts::RobofyParts;
use crate::reply::RobofyReply;
use crate::text::{borrowed, to_c};

/// What an outcome of an inbox is. The numbers are stable; later versions only append.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyOutcomeKind {
    /// The agent's answer: send its parts.
    Answer = 0,
    /// The agent has not answered: send its parts, the fallback's text, if there are any.
    Fallback = 1,
    /// The agent is at work: show that the business is typing. It ends nothing, and is not reported.
    Typing = 2,
    /// The user has written a stop word or a start word: send its parts, if there are any.
    Notice = 3,
    /// A medium that the agent cannot read: send its parts, the text for media.
    Media = 4,
    /// The messages end unanswered, and nothing is to be sent. They are too old, a person has the conversation, or the user
    /// wants no answers or has deleted them.
    Expired = 5,
}

impl From<Kind> for RobofyOutcomeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Answer => Self::Answer,
            Kind::Fallback => Self::Fallback,
            Kind::Typing => Self::Typing,
            Kind::Notice(_) => Self::Notice,
            Kind::Media => Self::Media,
            Kind::Expired(_) => Self::Expired,
        }
    }
}

/// Something that the program is to send, to show or to know. Each of its parts is to be sent in this order and reported by
/// robofy_inbox_sent or robofy_inbox_failed; one without parts is not reported. After a restart, or a failure, it has those
/// parts alone that are not settled. Immutable, and of use on any thread, also when its inbox is freed.
///
/// Methods:
/// - robofy_outcome_kind: what it is
/// - robofy_outcome_session_id, robofy_outcome_channel_id, robofy_outcome_to, robofy_outcome_recipient: whom it is for
/// - robofy_outcome_parts, robofy_outcome_request: what to send
/// - robofy_outcome_reply, robofy_outcome_error: what the agent has said
/// - robofy_outcome_message_count, robofy_outcome_message_id, robofy_outcome_reply_to: which messages end in it
/// - robofy_outcome_free
///
/// Since 0.1.0.
pub struct RobofyOutcome {
    session_id: CString,
    channel_id: CString,
    to: Option<CString>,
    recipient: Option<CString>,
    parts: RobofyParts,
    reply: Option<RobofyReply>,
    error: Option<RobofyError>,
    message_ids: Vec<CString>,
    /// By part; written when they are first asked for, since only Meta's channel wants them.
    requests: OnceLock<Vec<CString>>,
    outcome: Outcome,
}

impl RobofyOutcome {
    /// The outcome that a call was given.
    pub(crate) fn given(outcome: Option<&Self>) -> Result<&Outcome, Error> {
        outcome
            .map(|outcome| &outcome.outcome)
            .ok_or_else(|| Error::invalid_argument("outcome", "must not be NULL"))
    }
}

impl From<Outcome> for RobofyOutcome {
    fn from(outcome: Outcome) -> Self {
        Self {
            session_id: to_c(outcome.session_id()),
            channel_id: to_c(outcome.channel_id()),
            to: outcome.to().map(to_c),
            recipient: outcome.recipient().map(to_c),
            parts: outcome.parts().collect(),
            reply: outcome.reply().map(Into::into),
            error: outcome.error().map(Into::into),
            message_ids: outcome.message_ids().map(to_c).collect(),
            requests: OnceLock::new(),
            outcome,
        }
    }
}

/// What it is.
///
/// @param outcome The outcome to read; may be NULL.
/// @return The kind; ROBOFY_OUTCOME_KIND_EXPIRED, for which there is nothing to do, for NULL. A later library may return one
///     that this header does not have: send its parts, if there are any.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_kind(outcome: Option<&RobofyOutcome>) -> RobofyOutcomeKind {
    outcome.map_or(RobofyOutcomeKind::Expired, |outcome| {
        outcome.outcome.kind().into()
    })
}

/// The session, as the agent knows it: the first identifier under which the user was seen. It stays when the user's number
/// or other identifiers change.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A text borrowed from the outcome; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_session_id(outcome: Option<&RobofyOutcome>) -> *const c_char {
    borrowed(outcome.map(|outcome| &outcome.session_id))
}

/// The business's side of the conversation, by which the channel sends: Meta's phone number ID, WAHA's session, Evolution
/// API's instance, Twilio's number; what robofy_inbox_offer_text was given.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A text borrowed from the outcome, which may be empty; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_channel_id(outcome: Option<&RobofyOutcome>) -> *const c_char {
    borrowed(outcome.map(|outcome| &outcome.channel_id))
}

/// The user's latest phone number: Meta's `to`.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A text borrowed from the outcome; NULL if none is known, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_to(outcome: Option<&RobofyOutcome>) -> *const c_char {
    borrowed(outcome.and_then(|outcome| outcome.to.as_ref()))
}

/// The user's latest identifier that is no phone number: Meta's `recipient`, for who has no `to`.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A text borrowed from the outcome; NULL if none is known, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_recipient(outcome: Option<&RobofyOutcome>) -> *const c_char {
    borrowed(outcome.and_then(|outcome| outcome.recipient.as_ref()))
}

/// The message to quote, which is the last one that ends in it; of typing, the one to mark as read.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A text borrowed from the outcome; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_reply_to(outcome: Option<&RobofyOutcome>) -> *const c_char {
    borrowed(outcome.and_then(|outcome| outcome.message_ids.last()))
}

/// The texts to send, in their order.
///
/// @param outcome The outcome to read; may be NULL.
/// @return Parts that belong to the outcome, none where there is nothing to send; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_parts(outcome: Option<&RobofyOutcome>) -> Option<&RobofyParts> {
    outcome.map(|outcome| &outcome.parts)
}

/// The agent's reply, of an answer.
///
/// @param outcome The outcome to read; may be NULL.
/// @return A reply that belongs to the outcome; NULL if it is no answer, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_reply(outcome: Option<&RobofyOutcome>) -> Option<&RobofyReply> {
    outcome?.reply.as_ref()
}

/// Why the agent has not answered, of a fallback.
///
/// @param outcome The outcome to read; may be NULL.
/// @return An error that belongs to the outcome; NULL if it is no fallback, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_error(outcome: Option<&RobofyOutcome>) -> Option<&RobofyError> {
    outcome?.error.as_ref()
}

/// How many messages end in it; of typing, how many the agent is reading.
///
/// @param outcome The outcome to read; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_message_count(outcome: Option<&RobofyOutcome>) -> u32 {
    outcome.map_or(0, |outcome| {
        u32::try_from(outcome.message_ids.len()).unwrap_or(u32::MAX)
    })
}

/// The channel's identifier of one of these messages, in the order in which they were accepted.
///
/// @param outcome The outcome to read; may be NULL.
/// @param index   Which one, from 0 on.
/// @return A text borrowed from the outcome; NULL if there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_message_id(
    outcome: Option<&RobofyOutcome>,
    index: u32,
) -> *const c_char {
    borrowed(outcome.and_then(|outcome| outcome.message_ids.get(index as usize)))
}

/// The JSON body of Meta's POST to `/<phone number ID>/messages` for a part: right about `to` and `recipient`, quoting the
/// user's message in the first part of an answer, with a preview of a link. Of typing, whose one request is part 0, it shows
/// the indicator and marks the messages as read.
///
/// @param outcome The outcome to read; may be NULL.
/// @param part    Which part, from 0 on.
/// @return A text borrowed from the outcome; NULL if there are not so many parts, or nobody to send them to, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_request(
    outcome: Option<&RobofyOutcome>,
    part: u32,
) -> *const c_char {
    let request = guard(|| {
        let RobofyOutcome {
            requests, outcome, ..
        } = outcome?;
        let written = requests.get_or_init(|| {
            let requests = (0..).map_while(|part| outcome.request(part));
            requests.map(|request| to_c(&request)).collect()
        });
        written.get(part as usize)
    });
    borrowed(request)
}

/// Frees an outcome, and all that was read from it. One that was not reported is handed out once more after a restart.
///
/// @param outcome What robofy_inbox_poll returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_outcome_free(outcome: Option<Box<RobofyOutcome>>) {
    guard(|| drop(outcome));
}
