// Shared by the example and the tests.

use robofy_conversation::webhook::{Channel, Event, Field, Kind};
use serde_json::{Map, Value, json};

pub fn channel(name: &str) -> Option<Channel> {
    Some(match name {
        "meta" => Channel::Meta,
        "waha" => Channel::Waha,
        "evolution" => Channel::Evolution,
        "twilio" => Channel::Twilio,
        _ => return None,
    })
}

/// What an event has, by the names of the getters; not what is as received.
pub fn shown(event: Event<'_>) -> Value {
    let mut shown = Map::new();
    shown.insert("kind".to_owned(), json!(kind(event.kind())));
    for (name, field) in FIELDS {
        if let Some(text) = event.get(*field) {
            shown.insert((*name).to_owned(), json!(text));
        }
    }
    if let Some(time) = event.timestamp_ms() {
        shown.insert("timestamp_ms".to_owned(), json!(time));
    }
    if let Some(code) = event.error_code() {
        shown.insert("error_code".to_owned(), json!(code));
    }
    Value::Object(shown)
}

const FIELDS: &[(&str, Field)] = &[
    ("id", Field::Id),
    ("session_id", Field::SessionId),
    ("channel_id", Field::ChannelId),
    ("phone", Field::Phone),
    ("user_id", Field::UserId),
    ("parent_user_id", Field::ParentUserId),
    ("name", Field::Name),
    ("username", Field::Username),
    ("group_id", Field::GroupId),
    ("type", Field::Type),
    ("text", Field::Text),
    ("reply_to", Field::ReplyTo),
    ("original_id", Field::OriginalId),
    ("media_id", Field::MediaId),
    ("media_url", Field::MediaUrl),
    ("media_type", Field::MediaType),
    ("file_name", Field::FileName),
    ("status", Field::Status),
    ("previous_user_id", Field::PreviousUserId),
    ("previous_phone", Field::PreviousPhone),
];

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "TEXT",
        Kind::Choice => "CHOICE",
        Kind::Media => "MEDIA",
        Kind::Location => "LOCATION",
        Kind::Contact => "CONTACT",
        Kind::Order => "ORDER",
        Kind::Reaction => "REACTION",
        Kind::Edit => "EDIT",
        Kind::Revoke => "REVOKE",
        Kind::Identity => "IDENTITY",
        Kind::Human => "HUMAN",
        Kind::Status => "STATUS",
        Kind::Unsupported => "UNSUPPORTED",
        Kind::Other => "OTHER",
    }
}
