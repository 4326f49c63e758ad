//! WhatsApp Web's message (Baileys, WAProto `Message`): the first member that is known says what it is.

use crate::webhook::builder::Builder;
use crate::webhook::json::Value;
use crate::webhook::kind::{Field, Kind};
use crate::webhook::text;

/// Members that hold nothing but another message.
const WRAPPERS: [&str; 6] = [
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "editedMessage",
];
/// No client wraps more often.
const WRAPPED_AT_MOST: usize = 4;

const CONTENTS: [&str; 19] = [
    "conversation",
    "extendedTextMessage",
    "imageMessage",
    "videoMessage",
    "ptvMessage",
    "audioMessage",
    "documentMessage",
    "stickerMessage",
    "locationMessage",
    "liveLocationMessage",
    "contactMessage",
    "contactsArrayMessage",
    "reactionMessage",
    "orderMessage",
    "protocolMessage",
    "buttonsResponseMessage",
    "listResponseMessage",
    "templateButtonReplyMessage",
    "interactiveResponseMessage",
];
const UNSUPPORTED: [&str; 4] = [
    "pollCreationMessage",
    "pollCreationMessageV2",
    "pollCreationMessageV3",
    "eventMessage",
];

pub(super) fn put(builder: &mut Builder, mut message: Value<'_>) -> Kind {
    for _ in 0..WRAPPED_AT_MOST {
        let Some((_, wrapper)) = message.find(&WRAPPERS) else {
            break;
        };
        message = wrapper.get("message");
    }
    let Some((at, content)) = message.find(&CONTENTS) else {
        let unsupported = message.find(&UNSUPPORTED).is_some();
        return if unsupported {
            Kind::Unsupported
        } else {
            Kind::Other
        };
    };
    builder.put(Field::ReplyTo, content.get("contextInfo").get("stanzaId"));
    match CONTENTS.get(at).copied().unwrap_or_default() {
        "conversation" => builder.put(Field::Text, content),
        "extendedTextMessage" => builder.put(Field::Text, content.get("text")),
        "locationMessage" | "liveLocationMessage" => return location(builder, content),
        "contactMessage" => return contacts(builder, content),
        "contactsArrayMessage" => return contacts(builder, content.get("contacts")),
        "reactionMessage" => {
            builder.put(Field::OriginalId, content.get("key").get("id"));
            return Kind::Reaction;
        }
        "orderMessage" => {
            let [title, message] = content.pick(["orderTitle", "message"]);
            text::lines(builder, [title, message]);
            return Kind::Order;
        }
        "protocolMessage" => return protocol(builder, content),
        "buttonsResponseMessage" | "templateButtonReplyMessage" => {
            builder.put(Field::Text, content.get("selectedDisplayText"));
            return Kind::Choice;
        }
        "listResponseMessage" => {
            let [title, description] = content.pick(["title", "description"]);
            text::lines(builder, [title, description]);
            return Kind::Choice;
        }
        "interactiveResponseMessage" => {
            let [body, form] = content.pick(["body", "nativeFlowResponseMessage"]);
            let form = form.get("paramsJson");
            builder.put(
                Field::Text,
                if form.is_word() {
                    form
                } else {
                    body.get("text")
                },
            );
            return Kind::Choice;
        }
        _ => return media(builder, content),
    }
    Kind::Text
}

fn media(builder: &mut Builder, content: Value<'_>) -> Kind {
    let [mime_type, file_name, caption] = content.pick(["mimetype", "fileName", "caption"]);
    builder.put(Field::MediaType, mime_type);
    text::caption(builder, caption, file_name);
    Kind::Media
}

fn location(builder: &mut Builder, content: Value<'_>) -> Kind {
    let [name, address, latitude, longitude] =
        content.pick(["name", "address", "degreesLatitude", "degreesLongitude"]);
    text::place(builder, [name, address], [latitude, longitude]);
    Kind::Location
}

/// One, or an array of them.
fn contacts(builder: &mut Builder, contacts: Value<'_>) -> Kind {
    builder.compose(Field::Text, contacts.json().len(), |text| {
        contacts.get("displayName").append(text);
        let begin = text.len();
        contacts.items(|contact| {
            let before = text.len();
            text.push_str(if before > begin { ", " } else { "" });
            if !contact.get("displayName").append(text) {
                text.truncate(before);
            }
        });
    });
    Kind::Contact
}

/// What a notice does to an earlier message, by WhatsApp Web's name or number for it.
pub(super) fn change(word: Value<'_>) -> Kind {
    match &*word.word() {
        "REVOKE" | "0" => Kind::Revoke,
        "MESSAGE_EDIT" | "14" => Kind::Edit,
        _ => Kind::Other,
    }
}

fn protocol(builder: &mut Builder, notice: Value<'_>) -> Kind {
    let [word, key, message] = notice.pick(["type", "key", "editedMessage"]);
    let kind = change(word);
    if kind == Kind::Other {
        return kind;
    }
    builder.put(Field::OriginalId, key.get("id"));
    if let (Kind::Edit, Some((at, content))) =
        (kind, message.find(&["conversation", "extendedTextMessage"]))
    {
        builder.put(
            Field::Text,
            if at == 0 {
                content
            } else {
                content.get("text")
            },
        );
    }
    kind
}
