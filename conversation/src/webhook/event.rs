//! What has happened, in one form for every channel.

use std::ffi::CStr;
use std::fmt;

use super::kind::{Field, Kind};
use super::store::{Row, Store};

/// One thing that has happened, borrowed from the [`Incoming`](super::Incoming) that it came in.
///
/// A text that the webhook does not have, or has empty, is `None`. Half a surrogate pair and NUL stand as U+FFFD.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    pub(super) store: &'a Store,
    pub(super) row: &'a Row,
}

impl<'a> Event<'a> {
    /// What it is.
    pub fn kind(&self) -> Kind {
        self.row.kind
    }

    /// A text by its name.
    pub fn get(&self, field: Field) -> Option<&'a str> {
        self.store.field(self.row, field)?.strip_suffix('\0')
    }

    /// A text by its name, as C has it.
    pub fn get_c(&self, field: Field) -> Option<&'a CStr> {
        CStr::from_bytes_with_nul(self.store.field(self.row, field)?.as_bytes()).ok()
    }

    /// The message's identifier, by which a duplicate is told; Meta's begins with `wamid.`. Of a status, and of a deletion
    /// without an identifier of its own, that of the message which it is about.
    pub fn id(&self) -> Option<&'a str> {
        self.get(Field::Id)
    }

    /// The phone number, else the user's identifier. It knows nothing of earlier events; an inbox does.
    pub fn session_id(&self) -> Option<&'a str> {
        self.get(Field::SessionId)
    }

    /// The business's side: Meta's phone number identifier, WAHA's session, Evolution's instance, Twilio's number.
    pub fn channel_id(&self) -> Option<&'a str> {
        self.get(Field::ChannelId)
    }

    /// The user's phone number, digits only. A user who has a username may have none (Meta, "Business-scoped user IDs").
    pub fn phone(&self) -> Option<&'a str> {
        self.get(Field::Phone)
    }

    /// The user's identifier without a phone number: Meta's and Twilio's BSUID, or WhatsApp Web's `…@lid`.
    pub fn user_id(&self) -> Option<&'a str> {
        self.get(Field::UserId)
    }

    /// The identifier that all the businesses of one portfolio see (Meta, "Parent BSUID").
    pub fn parent_user_id(&self) -> Option<&'a str> {
        self.get(Field::ParentUserId)
    }

    /// The name in the user's profile.
    pub fn name(&self) -> Option<&'a str> {
        self.get(Field::Name)
    }

    /// The user's username, without `@`.
    pub fn username(&self) -> Option<&'a str> {
        self.get(Field::Username)
    }

    /// The group that it was written in; `None` in a conversation of two.
    pub fn group_id(&self) -> Option<&'a str> {
        self.get(Field::GroupId)
    }

    /// The channel's own word for it: a message's type, else the name of the webhook's field or event.
    pub fn type_(&self) -> Option<&'a str> {
        self.get(Field::Type)
    }

    /// What an agent should read; `None` if there is nothing for it.
    pub fn text(&self) -> Option<&'a str> {
        self.get(Field::Text)
    }

    /// The message that this one answers. Its text is never sent.
    pub fn reply_to(&self) -> Option<&'a str> {
        self.get(Field::ReplyTo)
    }

    /// The message that was changed, deleted or reacted to.
    pub fn original_id(&self) -> Option<&'a str> {
        self.get(Field::OriginalId)
    }

    /// The medium's identifier, with which it is fetched.
    pub fn media_id(&self) -> Option<&'a str> {
        self.get(Field::MediaId)
    }

    /// Where the medium is; most channels want their credentials there.
    pub fn media_url(&self) -> Option<&'a str> {
        self.get(Field::MediaUrl)
    }

    /// The medium's MIME type.
    pub fn media_type(&self) -> Option<&'a str> {
        self.get(Field::MediaType)
    }

    /// The document's name.
    pub fn file_name(&self) -> Option<&'a str> {
        self.get(Field::FileName)
    }

    /// What became of a sent message, in the channel's word: `sent`, `delivered`, `read`, `played`, `failed` of Meta's.
    pub fn status(&self) -> Option<&'a str> {
        self.get(Field::Status)
    }

    /// The identifier that [`user_id`](Self::user_id) stands for from now on.
    pub fn previous_user_id(&self) -> Option<&'a str> {
        self.get(Field::PreviousUserId)
    }

    /// The phone number that [`phone`](Self::phone) stands for from now on.
    pub fn previous_phone(&self) -> Option<&'a str> {
        self.get(Field::PreviousPhone)
    }

    /// The object as received: Meta's message, status or change, Evolution's `data` of
    /// a message, and the whole body of anything else: of Twilio the form, URL-encoded.
    pub fn json(&self) -> &'a str {
        self.get(Field::Json).unwrap_or_default()
    }

    /// Milliseconds since 1970, as far as the channel tells: Meta's seconds are too coarse to order a burst.
    pub fn timestamp_ms(&self) -> Option<i64> {
        // 1e11 seconds are the year 5138, 1e11 milliseconds the year 1973.
        const MILLISECONDS: i64 = 100_000_000_000;
        let written = self.get(Field::Timestamp)?;
        let whole = written.split_once('.').map_or(written, |(whole, _)| whole);
        let time: i64 = whole.parse().ok().filter(|&time| time > 0)?;
        Some(if time < MILLISECONDS {
            time * 1000
        } else {
            time
        })
    }

    /// The channel's error code (Meta, "Error codes"): why a message failed, or is unsupported.
    pub fn error_code(&self) -> Option<i32> {
        self.get(Field::ErrorCode)?.parse().ok()
    }
}

/// Neither the text nor the user is printed.
impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
