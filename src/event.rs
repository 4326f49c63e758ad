//! `RobofyEvent`: a place in a table, from which the table and so the event is found. The smallest message takes twenty
//! bytes of a body, and a pointer for each would take more than a body may.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use robofy_conversation::webhook::{Event, Field, Incoming, Kind};

use crate::boundary::guard;

/// What an event of a webhook is. The numbers are stable; later versions only append: treat a number that is not known here as
/// ROBOFY_EVENT_KIND_OTHER.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum RobofyEventKind {
    /// The user has written a text.
    Text = 0,
    /// The user has tapped a button or an item of a list, or has filled in a form.
    Choice = 1,
    /// An image, a video, a voice message, a document or a sticker.
    Media = 2,
    /// A place.
    Location = 3,
    /// One or more address cards.
    Contact = 4,
    /// A cart from a catalogue.
    Order = 5,
    /// An emoji put under a message, or taken away.
    Reaction = 6,
    /// The user has changed an earlier message, the original.
    Edit = 7,
    /// The user has deleted an earlier message, the original.
    Revoke = 8,
    /// The user's identifiers have changed.
    Identity = 9,
    /// A person has written to the user from the business's own phone.
    Human = 10,
    /// What became of a message that was sent.
    Status = 11,
    /// A message that the channel cannot hand on.
    Unsupported = 12,
    /// Anything else, a channel's novelties among it.
    Other = 13,
}

impl From<Kind> for RobofyEventKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Choice => Self::Choice,
            Kind::Media => Self::Media,
            Kind::Location => Self::Location,
            Kind::Contact => Self::Contact,
            Kind::Order => Self::Order,
            Kind::Reaction => Self::Reaction,
            Kind::Edit => Self::Edit,
            Kind::Revoke => Self::Revoke,
            Kind::Identity => Self::Identity,
            Kind::Human => Self::Human,
            Kind::Status => Self::Status,
            Kind::Unsupported => Self::Unsupported,
            Kind::Other => Self::Other,
        }
    }
}

/// One thing that has happened, in one form for every channel. It belongs to the RobofyIncoming that it was read from.
/// Immutable, and of use on any thread. A text that the webhook does not have, or has empty, is NULL.
///
/// Methods:
/// - robofy_event_kind: what it is
/// - robofy_event_id, robofy_event_session_id, robofy_event_channel_id: which message, of whom, to which number
/// - robofy_event_text: what an agent should read
/// - robofy_event_json: all of it
///
/// Since 0.1.0.
pub struct RobofyEvent {
    _place: u8,
}

/// The places of the events of what came in.
pub(crate) struct Places(Box<[Block]>);

/// The block of a place is found by its address.
#[repr(C, align(256))]
struct Block {
    incoming: *const Incoming,
    /// The index of the block's first event.
    first: usize,
    places: [u8; Self::PLACES],
}

impl Block {
    const PLACES: usize = 256 - size_of::<*const Incoming>() - size_of::<usize>();
}

const _: () = assert!(size_of::<Block>() == align_of::<Block>());

// SAFETY: what is read through them is `Incoming`, which any thread may read.
unsafe impl Send for Places {}
// SAFETY: as above.
unsafe impl Sync for Places {}

impl Places {
    /// Of use for as long as `incoming` lives.
    pub(crate) fn of(incoming: &Arc<Incoming>) -> Self {
        let block = |at| Block {
            incoming: Arc::as_ptr(incoming),
            first: at * Block::PLACES,
            places: [0; Block::PLACES],
        };
        let blocks = incoming.len().div_ceil(Block::PLACES);
        Self((0..blocks).map(block).collect())
    }

    /// The place of the event at `index`.
    pub(crate) fn at(&self, index: u32) -> *const RobofyEvent {
        let index = index as usize;
        let block = index / Block::PLACES;
        if block >= self.0.len() {
            return ptr::null();
        }
        // From the whole table, so that its block may be read from there.
        let blocks = self.0.as_ptr();
        // SAFETY: the block is in the table, and the place in the block.
        unsafe {
            let places = (&raw const (*blocks.add(block)).places).cast::<u8>();
            blocks
                .cast::<RobofyEvent>()
                .byte_add(places.addr() - blocks.addr() + index % Block::PLACES)
        }
    }
}

/// The event of a place.
///
/// # Safety
/// `event` is NULL or what [`Places::at`] gave, and what came in lives for `'a`.
pub(crate) unsafe fn event_at<'a>(event: *const RobofyEvent) -> Option<Event<'a>> {
    if event.is_null() {
        return None;
    }
    let block = event
        .map_addr(|address| address & !(size_of::<Block>() - 1))
        .cast::<Block>();
    // SAFETY: the block that the place is in, which is as aligned as it is large.
    let (incoming, first, places) = unsafe {
        (
            (*block).incoming,
            (*block).first,
            &raw const (*block).places,
        )
    };
    // SAFETY: as the caller promises.
    unsafe { &*incoming }.event(first + (event.addr() - places.addr()))
}

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
/// whole body of anything else.
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
