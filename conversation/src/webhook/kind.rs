//! What an event is, and what it has.

/// What an [`Event`](super::Event) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
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
    /// The user has changed an earlier message: [`Event::original_id`](super::Event::original_id).
    Edit = 7,
    /// The user has deleted an earlier message: [`Event::original_id`](super::Event::original_id).
    Revoke = 8,
    /// The user's identifiers have changed.
    Identity = 9,
    /// A person has written to the user from the business's own phone.
    Human = 10,
    /// What became of a message that was sent: [`Event::status`](super::Event::status).
    Status = 11,
    /// A message that the channel cannot hand on.
    Unsupported = 12,
    /// Anything else, a channel's novelties among it.
    Other = 13,
}

/// The texts of an [`Event`](super::Event), for [`Event::get`](super::Event::get).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Field {
    /// [`Event::id`](super::Event::id).
    Id = 0,
    /// [`Event::session_id`](super::Event::session_id).
    SessionId,
    /// [`Event::channel_id`](super::Event::channel_id).
    ChannelId,
    /// [`Event::phone`](super::Event::phone).
    Phone,
    /// [`Event::user_id`](super::Event::user_id).
    UserId,
    /// [`Event::parent_user_id`](super::Event::parent_user_id).
    ParentUserId,
    /// [`Event::name`](super::Event::name).
    Name,
    /// [`Event::username`](super::Event::username).
    Username,
    /// [`Event::group_id`](super::Event::group_id).
    GroupId,
    /// [`Event::type_`](super::Event::type_).
    Type,
    /// [`Event::text`](super::Event::text).
    Text,
    /// [`Event::reply_to`](super::Event::reply_to).
    ReplyTo,
    /// [`Event::original_id`](super::Event::original_id).
    OriginalId,
    /// [`Event::media_id`](super::Event::media_id).
    MediaId,
    /// [`Event::media_url`](super::Event::media_url).
    MediaUrl,
    /// [`Event::media_type`](super::Event::media_type).
    MediaType,
    /// [`Event::file_name`](super::Event::file_name).
    FileName,
    /// [`Event::status`](super::Event::status).
    Status,
    /// [`Event::previous_user_id`](super::Event::previous_user_id).
    PreviousUserId,
    /// [`Event::previous_phone`](super::Event::previous_phone).
    PreviousPhone,
    /// [`Event::json`](super::Event::json).
    Json,
    /// The time as the channel writes it: [`Event::timestamp_ms`](super::Event::timestamp_ms).
    Timestamp,
    /// The code as the channel writes it: [`Event::error_code`](super::Event::error_code).
    ErrorCode,
}
