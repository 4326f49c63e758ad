//! What is read of a `RobofyEvent`.

use std::ffi::c_char;
use std::ptr;

use robofy_conversation::webhook::Field;

use crate::boundary::guard;
use crate::event_kind::RobofyEventKind;
use crate::place::{RobofyEvent, event_at};

/// # Safety
/// As [`event_at`].
unsafe fn text(event: *const RobofyEvent, field: Field) -> *const c_char {
    // SAFETY: as the caller promises.
    let text = guard(|| unsafe { event_at(event) }?.get_c(field));
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// What the event is.
///
/// @param event The event to read; may be NULL.
/// @return The kind; ROBOFY_EVENT_KIND_OTHER for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_kind(event: *const RobofyEvent) -> RobofyEventKind {
    // SAFETY: as the caller promises.
    let kind = guard(|| unsafe { event_at(event) }.map(|event| event.kind()));
    kind.map_or(RobofyEventKind::Other, Into::into)
}

/// The message's identifier, by which a duplicate is told. Meta's begins with "wamid.". Of a status, and of a deletion
/// without an identifier of its own, it is that of the message which it is about.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Id) }
}

/// Who the conversation is with, for the session of a message. It is the phone number, else the user's identifier, and
/// knows nothing of earlier events.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_session_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::SessionId) }
}

/// The business's side of the conversation. It is Meta's phone number ID, WAHA's session, Evolution API's instance,
/// Twilio's number.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_channel_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::ChannelId) }
}

/// The user's phone number, digits only. A user who has a username may have none.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_phone(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Phone) }
}

/// The user's identifier that is no phone number. It is Meta's and Twilio's BSUID, or WhatsApp Web's that ends with
/// "@lid".
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_user_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::UserId) }
}

/// The user's identifier that all businesses of one portfolio see: Meta's parent BSUID.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_parent_user_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::ParentUserId) }
}

/// The name in the user's profile.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_name(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Name) }
}

/// The user's username, without "@".
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_username(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Username) }
}

/// The group that it was written in. A conversation of two has none.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_group_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::GroupId) }
}

/// The channel's own word for it: a message's type, else the name of the webhook's field or event.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_type(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Type) }
}

/// What an agent should read. It is the text, the title of what was tapped, a caption, a place, an order line by line.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_text(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Text) }
}

/// The message that this one answers, by its identifier. Channels do not send its text.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_reply_to(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::ReplyTo) }
}

/// The message that was changed, deleted or reacted to, by its identifier.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_original_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::OriginalId) }
}

/// The medium's identifier, with which the channel gives it.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_media_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::MediaId) }
}

/// Where the medium is. Most channels want their credentials there.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_media_url(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::MediaUrl) }
}

/// The medium's MIME type, for example "image/jpeg".
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_media_type(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::MediaType) }
}

/// The name of a document.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_file_name(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::FileName) }
}

/// What became of a message that was sent, in the channel's word. Meta's are "sent", "delivered", "read", "played" and
/// "failed".
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_status(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Status) }
}

/// The user's identifier until now, in whose place there is a new one.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_previous_user_id(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::PreviousUserId) }
}

/// The user's phone number until now, in whose place there is a new one.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_previous_phone(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::PreviousPhone) }
}

/// The object as it was received. It is Meta's message, status or change, Evolution API's "data" of a message, and the
/// whole body of anything else. Twilio's is no JSON but a form, URL-encoded as it came, unless Twilio has sent JSON.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_json(event: *const RobofyEvent) -> *const c_char {
    // SAFETY: as the caller promises.
    unsafe { text(event, Field::Json) }
}

/// When it happened, as far as the channel tells: Meta's seconds are too coarse to order a burst.
///
/// @param event The event to read; may be NULL.
/// @return Milliseconds since 1970; 0 if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_timestamp_ms(event: *const RobofyEvent) -> u64 {
    // SAFETY: as the caller promises.
    let time = guard(|| unsafe { event_at(event) }?.timestamp_ms());
    time.and_then(|time| u64::try_from(time).ok())
        .unwrap_or_default()
}

/// The channel's error code: why a message failed, or is not supported.
///
/// @param event The event to read; may be NULL.
/// @return The code; 0 if the webhook has none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_event_error_code(event: *const RobofyEvent) -> i32 {
    // SAFETY: as the caller promises.
    guard(|| unsafe { event_at(event) }?.error_code()).unwrap_or_default()
}
