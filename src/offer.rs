//! What is given to a `RobofyInbox`.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use robofy_client::Error;
use robofy_conversation::inbox::store::Accept;

use crate::boundary::try_guard;
use crate::error::RobofyError;
use crate::inbox::{RobofyInbox, this, told};
use crate::place::{RobofyEvent, event_at};
use crate::text::{optional, required};

/// What became of an offer. The numbers are stable; later versions only append.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyAccept {
    /// It is not kept, and the error says why: answer the webhook with 503, and its sender will send it again.
    Refused = 0,
    /// It is kept, and ends in one outcome.
    Queued = 1,
    /// It was seen before, and nothing more comes of it.
    Duplicate = 2,
    /// A person has the conversation, or the user wants no answers: nothing comes of it.
    Paused = 3,
    /// Nothing comes of it. Edits, deletions and new identifiers have been followed, as far as they still could.
    Ignored = 4,
    /// A person has written to the user from the business's phone: the session is paused from now on.
    TookOver = 5,
}

impl From<Accept> for RobofyAccept {
    fn from(accept: Accept) -> Self {
        match accept {
            Accept::Refused => Self::Refused,
            Accept::Queued => Self::Queued,
            Accept::Duplicate => Self::Duplicate,
            Accept::Paused => Self::Paused,
            Accept::Ignored => Self::Ignored,
            Accept::TookOver => Self::TookOver,
        }
    }
}

/// Takes an event of a webhook. What is ROBOFY_ACCEPT_QUEUED is kept when the function returns: with a path, on disk and
/// synced. Offers of several threads share a sync.
///
/// @param inbox      The inbox that is to take it.
/// @param event      The event, of any kind: statuses and the like are ROBOFY_ACCEPT_IGNORED.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return What became of it. ROBOFY_ACCEPT_REFUSED with an error: ROBOFY_STATUS_STORAGE, which names the path and says what
///     to do; ROBOFY_STATUS_OVERLOADED at robofy_inbox_options_set_max_pending; ROBOFY_STATUS_INVALID_ARGUMENT for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_offer(
    inbox: Option<&RobofyInbox>,
    event: *const RobofyEvent,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> RobofyAccept {
    let accept = try_guard(error, || {
        let inbox = this(inbox)?;
        // SAFETY: NULL or an event whose RobofyIncoming is not freed, as the header's rules say.
        let event = unsafe { event_at(event) }
            .ok_or_else(|| Error::invalid_argument("event", "must not be NULL"))?;
        kept(inbox.offer(event).map_err(told)?)
    });
    accept.unwrap_or(RobofyAccept::Refused)
}

/// Takes a text, for who has no webhook: Baileys, whatsapp-web.js and the like. In all else as robofy_inbox_offer.
///
/// @param inbox      The inbox that is to take it.
/// @param channel_id The business's side of the conversation, which outcomes bear; NULL where there is one alone.
/// @param user       The sender: a phone number, an address of WhatsApp Web, or Meta's identifier without a phone number. One
///     that ends with `@g.us` is a group; one that ends with `@broadcast` or `@newsletter` is ROBOFY_ACCEPT_IGNORED.
/// @param message_id The channel's identifier of the message, by which it is a duplicate when it comes again.
/// @param text       What the user has written; an empty text is ROBOFY_ACCEPT_IGNORED.
/// @param[out] error Receives NULL or the error, which is the caller's; may be NULL.
/// @return What became of it, as of robofy_inbox_offer.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_inbox_offer_text(
    inbox: Option<&RobofyInbox>,
    channel_id: *const c_char,
    user: *const c_char,
    message_id: *const c_char,
    text: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<RobofyError>>>>,
) -> RobofyAccept {
    let accept = try_guard(error, || {
        let inbox = this(inbox)?;
        let refuse = Error::invalid_argument;
        // SAFETY: NULL or NUL-terminated strings, as the header's rules say.
        let (channel_id, user, message_id, text) = unsafe {
            (
                optional(channel_id).map_err(|problem| refuse("channel_id", problem))?,
                required(user).map_err(|problem| refuse("user", problem))?,
                required(message_id).map_err(|problem| refuse("message_id", problem))?,
                required(text).map_err(|problem| refuse("text", problem))?,
            )
        };
        let channel_id = channel_id.unwrap_or_default();
        let accept = inbox.offer_text(channel_id, user, message_id, text);
        kept(accept.map_err(told)?)
    });
    accept.unwrap_or(RobofyAccept::Refused)
}

/// What is refused has an error.
fn kept(accept: Accept) -> Result<RobofyAccept, Error> {
    match accept {
        Accept::Refused => Err(Error::overloaded(
            "the inbox has as many messages as max_pending allows, or this session 1 000; let the channel send this one again later",
        )),
        accept => Ok(accept.into()),
    }
}
