//! What all messages, echoes and statuses have.

use super::content;
use crate::webhook::builder::Builder;
use crate::webhook::error::Malformed;
use crate::webhook::json::{Reader, Value};
use crate::webhook::kind::{Field, Kind};

/// From the user.
pub(super) fn read(reader: &mut Reader<'_>, builder: &mut Builder) -> Result<(), Malformed> {
    let ([phone, user_id, parent_user_id, rest @ ..], json) = reader.pick([
        "from",
        "from_user_id",
        "from_parent_user_id",
        "id",
        "timestamp",
        "type",
        "group_id",
        "context",
        "errors",
    ])?;
    message(builder, [phone, user_id, parent_user_id], rest, json, None);
    Ok(())
}

/// From a person of the business, who has written to the user with the WhatsApp Business app.
pub(super) fn echo(reader: &mut Reader<'_>, builder: &mut Builder) -> Result<(), Malformed> {
    let ([phone, user_id, parent_user_id, rest @ ..], json) = reader.pick([
        "to",
        "to_user_id",
        "to_parent_user_id",
        "id",
        "timestamp",
        "type",
        "group_id",
        "context",
        "errors",
    ])?;
    message(
        builder,
        [phone, user_id, parent_user_id],
        rest,
        json,
        Some(Kind::Human),
    );
    Ok(())
}

fn message(
    builder: &mut Builder,
    user: [Value<'_>; 3],
    rest: [Value<'_>; 6],
    json: Value<'_>,
    kind: Option<Kind>,
) {
    let [phone, user_id, parent_user_id] = user;
    let [id, timestamp, word, group_id, context, errors] = rest;
    // Without a sender, it may be the only contact's.
    if !id.is_word() || ![phone, user_id, word].iter().any(|value| value.is_word()) {
        return builder.skip();
    }
    builder.put(Field::Id, id);
    builder.put(Field::Phone, phone);
    builder.put(Field::UserId, user_id);
    builder.put(Field::ParentUserId, parent_user_id);
    builder.put(Field::GroupId, group_id);
    builder.put(Field::Timestamp, timestamp);
    builder.put(Field::Type, word);
    // A forwarded message has a context without an identifier.
    builder.put(Field::ReplyTo, context.get("id"));
    builder.put(Field::ErrorCode, errors.first().get("code"));
    let word = word.word();
    let content = match &*word {
        "system" => system(builder, json.get("system"), phone, user_id),
        word => content::put(builder, word, json),
    };
    builder.end(kind.unwrap_or(content), json.json());
}

/// The user's number or identifier has changed: `from` is the old one, and what is in `system` the new one.
fn system(builder: &mut Builder, system: Value<'_>, phone: Value<'_>, user_id: Value<'_>) -> Kind {
    let [
        new_phone,
        older_new_phone,
        new_user_id,
        new_parent_user_id,
        previous_user_id,
        customer,
    ] = system.pick([
        "wa_id",
        "new_wa_id",
        "user_id",
        "parent_user_id",
        "previous_user_id",
        "customer",
    ]);
    let [new_phone, previous_phone] = [(new_phone, older_new_phone), (customer, phone)]
        .map(|(a, b)| if a.is_word() { a } else { b });
    if new_phone.is_word() && new_phone.word() != previous_phone.word() {
        builder.put(Field::Phone, new_phone);
        builder.put(Field::PreviousPhone, previous_phone);
    }
    if new_user_id.is_word() {
        builder.put(Field::UserId, new_user_id);
        builder.put(Field::ParentUserId, new_parent_user_id);
        let previous = if previous_user_id.is_word() {
            previous_user_id
        } else {
            user_id
        };
        if previous.word() != new_user_id.word() {
            builder.put(Field::PreviousUserId, previous);
        }
    }
    Kind::Identity
}

/// What became of a message that was sent.
pub(super) fn status(reader: &mut Reader<'_>, builder: &mut Builder) -> Result<(), Malformed> {
    let (
        [
            id,
            status,
            timestamp,
            recipient,
            participant,
            user_id,
            parent_user_id,
            recipient_type,
            errors,
        ],
        json,
    ) = reader.pick([
        "id",
        "status",
        "timestamp",
        "recipient_id",
        "recipient_participant_id",
        "recipient_user_id",
        "recipient_parent_user_id",
        "recipient_type",
        "errors",
    ])?;
    if !id.is_word() {
        builder.skip();
        return Ok(());
    }
    let group = recipient_type.word() == "group";
    builder.put(Field::Id, id);
    builder.put(Field::Phone, if group { participant } else { recipient });
    builder.put(Field::UserId, user_id);
    builder.put(Field::ParentUserId, parent_user_id);
    builder.put(Field::GroupId, if group { recipient } else { Value::NULL });
    builder.put(Field::Status, status);
    builder.put(Field::Timestamp, timestamp);
    builder.put(Field::ErrorCode, errors.first().get("code"));
    builder.end(Kind::Status, json.json());
    Ok(())
}
