//! Evolution API (its documentation, "Webhooks"; whatsapp.baileys.service.ts of version 2).

mod content;

use super::builder::Builder;
use super::error::Malformed;
use super::jid::{self, Jid};
use super::json::{Reader, Value};
use super::kind::{Field, Kind};
use super::store::NONE;

pub(super) fn read(body: &str, builder: &mut Builder) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    let ([event, instance, number, data], json) =
        reader.pick(["event", "instance", "sender", "data"])?;
    reader.end()?;
    // Written MESSAGES_UPSERT where it is part of the URL.
    let name = event.word().to_ascii_lowercase().replace('_', ".");
    let read: fn(&mut Builder, Value<'_>, &str) -> Option<Kind> = match &*name {
        "messages.upsert" => |builder, data, _| message(builder, data),
        "messages.edited" => edited,
        "messages.update" => |builder, data, _| update(builder, data),
        "messages.delete" => |builder, data, _| delete(builder, data),
        "" => return Ok(()),
        _ => {
            builder.put(Field::Type, event);
            builder.put(Field::ChannelId, instance);
            builder.end(Kind::Other, json.json());
            return Ok(());
        }
    };
    let number = number.word();
    let mut item = |item: Value<'_>| match read(builder, item, &number) {
        Some(Kind::Other) => builder.end(Kind::Other, item.json()),
        Some(kind) if builder.has(Field::Id) && builder.has_user() => {
            builder.end(kind, item.json())
        }
        _ => builder.skip(),
    };
    if data.is_array() {
        data.items(item);
    } else {
        item(data);
    }
    builder.put(Field::Type, event);
    builder.put(Field::ChannelId, instance);
    let channel = builder.end_scope(NONE);
    builder.settle(0, |_, _| channel);
    Ok(())
}

fn message(builder: &mut Builder, data: Value<'_>) -> Option<Kind> {
    let [key, name, message, word, timestamp, context, url] = data.pick([
        "key",
        "pushName",
        "message",
        "messageType",
        "messageTimestamp",
        "contextInfo",
        "mediaUrl",
    ]);
    let from = sender(builder, key)?;
    builder.put(Field::Type, word);
    put_time(builder, timestamp);
    builder.put(
        Field::MediaUrl,
        if url.is_word() {
            url
        } else {
            message.get("mediaUrl")
        },
    );
    builder.put(Field::ReplyTo, context.get("stanzaId"));
    let kind = content::put(builder, message);
    Some(match from {
        (Jid::Other, _) => Kind::Other,
        // What a program has sent comes as `send.message`.
        (_, true) => Kind::Human,
        _ => {
            builder.put(Field::Name, name);
            kind
        }
    })
}

/// Puts the identifier and the user; says where it was written, and whether by the business itself.
fn sender(builder: &mut Builder, key: Value<'_>) -> Option<(Jid, bool)> {
    let [id, chat, other_chat, own, user, other_user, user_number] = key.pick([
        "id",
        "remoteJid",
        "remoteJidAlt",
        "fromMe",
        "participant",
        "participantAlt",
        "senderPn",
    ]);
    if !id.is_word() {
        return None;
    }
    builder.put(Field::Id, id);
    let own = own.is_true();
    let kind = jid::put(builder, chat);
    let more = match kind {
        Jid::User => [other_chat, user_number, Value::NULL],
        Jid::Group if !own => [user, other_user, user_number],
        _ => [Value::NULL; 3],
    };
    for jid in more {
        if jid.is_word() {
            jid::put(builder, jid);
        }
    }
    Some((kind, own))
}

/// Seconds, which are sometimes a number of two halves.
fn put_time(builder: &mut Builder, time: Value<'_>) {
    builder.put(
        Field::Timestamp,
        if time.is_object() {
            time.get("low")
        } else {
            time
        },
    );
}

/// `data` is WhatsApp Web's own notice of the change. Its key is written as who has changed the message sees it: a user's own,
/// to the number of this business.
fn edited(builder: &mut Builder, data: Value<'_>, number: &str) -> Option<Kind> {
    let [key, word, message, time] = data.pick(["key", "type", "editedMessage", "timestampMs"]);
    let (_, own) = sender(builder, key)?;
    builder.put(Field::OriginalId, key.get("id"));
    put_time(builder, time);
    let kind = content::change(word);
    if kind == Kind::Edit {
        content::put(builder, message);
    }
    let is_to_us = !number.is_empty() && key.get("remoteJid").word() == number;
    Some(match kind {
        Kind::Other => Kind::Other,
        _ if own && !is_to_us => Kind::Human,
        _ => kind,
    })
}

fn delete(builder: &mut Builder, data: Value<'_>) -> Option<Kind> {
    let key = data.get("key");
    let key = if key.is_object() { key } else { data };
    let (_, own) = sender(builder, key)?;
    builder.put(Field::OriginalId, key.get("id"));
    Some(if own { Kind::Human } else { Kind::Revoke })
}

fn update(builder: &mut Builder, data: Value<'_>) -> Option<Kind> {
    let [key, id, chat, status, update] =
        data.pick(["key", "keyId", "remoteJid", "status", "update"]);
    if key.is_object() {
        sender(builder, key)?;
    } else {
        builder.put(Field::Id, id);
        jid::put(builder, chat);
    }
    builder.put(
        Field::Status,
        if status.is_word() {
            status
        } else {
            update.get("status")
        },
    );
    Some(Kind::Status)
}
