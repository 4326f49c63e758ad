//! Text and webhooks: nothing here waits.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{self, NonNull};

use super::{owned_failure, text};
use crate::c;
use crate::failure::Failure;

/// Which markup a text is written in.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Dialect {
    /// Guessed.
    Auto = c::ROBOFY_DIALECT_AUTO,
    /// CommonMark.
    Markdown = c::ROBOFY_DIALECT_MARKDOWN,
    /// WhatsApp's own.
    WhatsApp = c::ROBOFY_DIALECT_WHATSAPP,
}

/// Where a webhook comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Channel {
    /// Meta's Cloud API.
    Meta = c::ROBOFY_CHANNEL_META,
    /// WAHA.
    Waha = c::ROBOFY_CHANNEL_WAHA,
    /// Evolution API.
    Evolution = c::ROBOFY_CHANNEL_EVOLUTION,
    /// Twilio.
    Twilio = c::ROBOFY_CHANNEL_TWILIO,
}

/// An answer as WhatsApp text.
pub fn format(given: &CStr, dialect: Dialect) -> Result<String, Failure> {
    let mut error = ptr::null_mut();
    // SAFETY: a text that lives through the call, and a place for the error; what is returned is ours, freed once.
    unsafe {
        let formatted = c::robofy_whatsapp_format(given.as_ptr(), dialect as u32, &raw mut error);
        let copy = text(formatted).ok_or_else(|| owned_failure(error));
        c::robofy_free_string(formatted);
        copy
    }
}

/// A WhatsApp text in parts that fit.
pub fn split(given: &CStr, limit: u32) -> Result<Vec<String>, Failure> {
    let mut error = ptr::null_mut();
    // SAFETY: as above.
    unsafe {
        let parts = c::robofy_whatsapp_split(given.as_ptr(), limit, &raw mut error);
        if parts.is_null() {
            return Err(owned_failure(error));
        }
        let read = |at| text(c::robofy_parts_text(parts, at)).unwrap_or_default();
        let texts = (0..c::robofy_parts_count(parts)).map(read).collect();
        c::robofy_parts_free(parts);
        Ok(texts)
    }
}

/// Verifies and reads webhooks.
pub struct Webhook(NonNull<c::RobofyWebhook>);

/// What came in.
pub struct Incoming {
    /// In their order.
    pub events: Vec<Event>,
    /// Messages and statuses that are no event.
    pub skipped: u32,
}

/// What an event tells.
pub struct Event {
    /// Its name.
    pub kind: &'static str,
    /// In the order of `EVENT_FIELDS`.
    pub texts: [Option<String>; EVENT_FIELDS.len()],
    /// Milliseconds since 1970; 0 for none.
    pub timestamp_ms: u64,
    /// 0 for none.
    pub error_code: i32,
    /// As it was received.
    pub json: String,
}

impl Event {
    /// A text by its name.
    pub fn text(&self, name: &str) -> &str {
        let mut named = EVENT_FIELDS.iter().zip(&self.texts);
        let found = named.find(|((known, _), _)| *known == name);
        found
            .and_then(|(_, text)| text.as_deref())
            .unwrap_or_default()
    }
}

type Getter = unsafe extern "C" fn(*const c::RobofyEvent) -> *const c_char;

/// The texts of an event.
pub const EVENT_FIELDS: [(&str, Getter); 20] = [
    ("id", c::robofy_event_id),
    ("session_id", c::robofy_event_session_id),
    ("channel_id", c::robofy_event_channel_id),
    ("phone", c::robofy_event_phone),
    ("user_id", c::robofy_event_user_id),
    ("parent_user_id", c::robofy_event_parent_user_id),
    ("name", c::robofy_event_name),
    ("username", c::robofy_event_username),
    ("group_id", c::robofy_event_group_id),
    ("type", c::robofy_event_type),
    ("text", c::robofy_event_text),
    ("reply_to", c::robofy_event_reply_to),
    ("original_id", c::robofy_event_original_id),
    ("media_id", c::robofy_event_media_id),
    ("media_url", c::robofy_event_media_url),
    ("media_type", c::robofy_event_media_type),
    ("file_name", c::robofy_event_file_name),
    ("status", c::robofy_event_status),
    ("previous_user_id", c::robofy_event_previous_user_id),
    ("previous_phone", c::robofy_event_previous_phone),
];

/// By their numbers.
const KINDS: [&str; 14] = [
    "text",
    "choice",
    "media",
    "location",
    "contact",
    "order",
    "reaction",
    "edit",
    "revoke",
    "identity",
    "human",
    "status",
    "unsupported",
    "other",
];

impl Webhook {
    /// Without a secret it reads what is not signed.
    pub fn new(channel: Channel, secrets: &[&CStr]) -> Result<Self, Failure> {
        let mut error = ptr::null_mut();
        let first = secrets
            .first()
            .map_or(ptr::null(), |secret| secret.as_ptr());
        // SAFETY: texts that are copied, and a place for the error; what is returned is ours.
        unsafe {
            let webhook = c::robofy_webhook_new(channel as u32, first, &raw mut error);
            let webhook = NonNull::new(webhook).ok_or_else(|| owned_failure(error))?;
            for secret in secrets.iter().skip(1) {
                c::robofy_webhook_add_secret(webhook.as_ptr(), secret.as_ptr());
            }
            Ok(Self(webhook))
        }
    }

    /// Verifies a body and reads it.
    pub fn read(
        &self,
        url: Option<&CString>,
        signature: Option<&CString>,
        body: &[u8],
    ) -> Result<Incoming, Failure> {
        let mut error = ptr::null_mut();
        let given = |text: Option<&CString>| text.map_or(ptr::null(), |text| text.as_ptr());
        // SAFETY: a handle, texts and bytes that live through the call, and a place for the error; what came in is ours, read,
        // then freed once.
        unsafe {
            let incoming = c::robofy_webhook_read(
                self.0.as_ptr(),
                given(url),
                given(signature),
                body.as_ptr().cast(),
                body.len() as u64,
                &raw mut error,
            );
            if incoming.is_null() {
                return Err(owned_failure(error));
            }
            let count = c::robofy_incoming_count(incoming);
            let read = Incoming {
                events: (0..count)
                    .map(|at| event(c::robofy_incoming_event(incoming, at)))
                    .collect(),
                skipped: c::robofy_incoming_skipped(incoming),
            };
            c::robofy_incoming_free(incoming);
            Ok(read)
        }
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        // SAFETY: made by robofy_webhook_new, freed once.
        unsafe { c::robofy_webhook_free(self.0.as_ptr()) }
    }
}

/// # Safety
/// `event` is a live event.
unsafe fn event(event: *const c::RobofyEvent) -> Event {
    // SAFETY: the caller's promise.
    unsafe {
        let kind = usize::try_from(c::robofy_event_kind(event)).unwrap_or(usize::MAX);
        Event {
            kind: KINDS.get(kind).copied().unwrap_or("other"),
            texts: EVENT_FIELDS.map(|(_, getter)| text(getter(event))),
            timestamp_ms: c::robofy_event_timestamp_ms(event),
            error_code: c::robofy_event_error_code(event),
            json: text(c::robofy_event_json(event)).unwrap_or_default(),
        }
    }
}
