//! WAHA (its documentation, "Events"; OpenAPI schema WAMessage).

use super::builder::Builder;
use super::error::Malformed;
use super::jid::{self, Jid};
use super::json::{Reader, Value};
use super::kind::{Field, Kind};
use super::text;

pub(super) fn read(body: &str, builder: &mut Builder) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    let ([event, session, timestamp, payload], json) =
        reader.pick(["event", "session", "timestamp", "payload"])?;
    reader.end()?;
    if !event.is_word() {
        return Ok(());
    }
    builder.put(Field::Type, event);
    builder.put(Field::ChannelId, session);
    builder.put(Field::Timestamp, timestamp);
    let kind = match &*event.word() {
        "message" | "message.any" => message(builder, payload, content),
        "message.edited" => message(builder, payload, |builder, payload| {
            let [id, original] = payload.pick(["id", "editedMessageId"]);
            original_id(builder, original, id);
            content(builder, payload);
            Kind::Edit
        }),
        "message.revoked" => revoked(builder, payload),
        "message.reaction" => message(builder, payload, |builder, payload| {
            builder.put(Field::OriginalId, payload.get("reaction").get("messageId"));
            Kind::Reaction
        }),
        "message.ack" | "message.ack.group" => message(builder, payload, status),
        _ => Some(Kind::Other),
    };
    match kind {
        Some(kind) => builder.end(kind, json.json()),
        None => builder.skip(),
    }
    Ok(())
}

/// What all messages have; `content` says what this one is. `None` without an identifier or a sender.
fn message(
    builder: &mut Builder,
    payload: Value<'_>,
    content: impl FnOnce(&mut Builder, Value<'_>) -> Kind,
) -> Option<Kind> {
    let [
        id,
        timestamp,
        from,
        to,
        from_me,
        participant,
        source,
        reply_to,
        data,
    ] = payload.pick([
        "id",
        "timestamp",
        "from",
        "to",
        "fromMe",
        "participant",
        "source",
        "replyTo",
        "_data",
    ]);
    builder.put(Field::Id, id);
    builder.put(Field::Timestamp, timestamp);
    builder.put(
        Field::ReplyTo,
        if reply_to.is_object() {
            reply_to.get("id")
        } else {
            reply_to
        },
    );
    let own = from_me.is_true();
    let chat = if own { to } else { from };
    if !id.is_word() || !chat.is_word() {
        return None;
    }
    let chat = jid::put(builder, chat);
    if chat == Jid::Group && !own {
        jid::put(builder, participant);
    }
    whatsapp_web(builder, data, own);
    let kind = content(builder, payload);
    Some(match chat {
        _ if kind == Kind::Status => kind,
        Jid::Other => Kind::Other,
        // What a program has sent comes back with `message.any`.
        _ if own && source.word() == "api" => Kind::Other,
        _ if own => Kind::Human,
        _ => kind,
    })
}

/// What WAHA's engines add of their own: the name, and the phone number behind a `@lid`.
fn whatsapp_web(builder: &mut Builder, data: Value<'_>, own: bool) {
    let [notify_name, push_name, key, info] = data.pick(["notifyName", "pushName", "key", "Info"]);
    let [info_name, info_sender] = info.pick(["PushName", "SenderAlt"]);
    if own {
        return;
    }
    for name in [notify_name, push_name, info_name] {
        builder.put(Field::Name, name);
    }
    let [remote, participant] = key.pick(["remoteJidAlt", "participantAlt"]);
    for jid in [remote, participant, info_sender] {
        if jid.is_word() && !builder.has(Field::Phone) {
            jid::put(builder, jid);
        }
    }
}

fn content(builder: &mut Builder, payload: Value<'_>) -> Kind {
    let [body, has_media, media, location, cards] =
        payload.pick(["body", "hasMedia", "media", "location", "vCards"]);
    if location.is_object() {
        let [name, description, address, latitude, longitude] =
            location.pick(["name", "description", "address", "latitude", "longitude"]);
        text::place(
            builder,
            [if name.is_word() { name } else { description }, address],
            [latitude, longitude],
        );
        return Kind::Location;
    }
    if cards.first().is_word() {
        builder.compose(Field::Text, cards.json().len(), |text| names(cards, text));
        return Kind::Contact;
    }
    if has_media.is_true() || media.is_object() {
        let [url, mime_type, file_name] = media.pick(["url", "mimetype", "filename"]);
        builder.put(Field::MediaUrl, url);
        builder.put(Field::MediaType, mime_type);
        text::caption(builder, body, file_name);
        return Kind::Media;
    }
    builder.put(Field::Text, body);
    // Notices of encryption and the like have no text.
    if body.is_word() {
        Kind::Text
    } else {
        Kind::Other
    }
}

/// The formatted names of vCards (RFC 6350, FN).
fn names(cards: Value<'_>, text: &mut String) {
    let begin = text.len();
    cards.items(|card| {
        let card = card.word();
        let name = card
            .lines()
            .find_map(|line| line.trim().strip_prefix("FN:"))
            .unwrap_or_default();
        if !name.is_empty() {
            text.push_str(if text.len() > begin { ", " } else { "" });
            text.push_str(name);
        }
    });
}

/// The message that says so is in `after`, with an identifier of its own.
fn revoked(builder: &mut Builder, payload: Value<'_>) -> Option<Kind> {
    let [original, after, before] = payload.pick(["revokedMessageId", "after", "before"]);
    let notice = if after.is_object() { after } else { before };
    message(builder, notice, |builder, notice| {
        let former = before.get("id");
        if former.is_word() {
            builder.put(Field::OriginalId, former);
        } else {
            original_id(builder, original, notice.get("id"));
        }
        Kind::Revoke
    })
}

/// The identifier of the message that is changed, as that message came with it. WAHA names it by the third part of
/// `<fromMe>_<chat>_<message>[_<participant>]` alone; the others are those of the message that says so.
fn original_id(builder: &mut Builder, original: Value<'_>, like: Value<'_>) {
    let (original, like) = (original.word(), like.word());
    let mut parts = like.splitn(4, '_');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(from_me), Some(chat), Some(_), participant)
            if chat.contains('@') && !original.is_empty() && !original.contains('_') =>
        {
            let (mark, participant) = participant.map_or(("", ""), |of| ("_", of));
            let whole = format!("{from_me}_{chat}_{original}{mark}{participant}");
            builder.put_str(Field::OriginalId, &whole);
        }
        _ => builder.put_str(Field::OriginalId, &original),
    }
}

fn status(builder: &mut Builder, payload: Value<'_>) -> Kind {
    let [name, number] = payload.pick(["ackName", "ack"]);
    builder.put(Field::Status, if name.is_word() { name } else { number });
    Kind::Status
}
