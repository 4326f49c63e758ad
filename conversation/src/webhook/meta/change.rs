//! One change: the messages, echoes or statuses of one phone number.

use super::message;
use super::people::People;
use crate::webhook::builder::Builder;
use crate::webhook::error::Malformed;
use crate::webhook::json::{Reader, Value};
use crate::webhook::kind::{Field, Kind};
use crate::webhook::store::NONE;

/// What stands beside the messages, before or behind them.
struct Beside<'a> {
    metadata: Value<'a>,
    contacts: Value<'a>,
    errors: Value<'a>,
    has_value: bool,
}

pub(super) fn read(reader: &mut Reader<'_>, builder: &mut Builder) -> Result<(), Malformed> {
    let mark = builder.mark();
    let first = builder.len();
    let mut field = Value::NULL;
    let mut beside = Beside {
        metadata: Value::NULL,
        contacts: Value::NULL,
        errors: Value::NULL,
        has_value: false,
    };
    let change = reader.object(|key, reader| {
        match key {
            // Meta writes it behind the value.
            "field" => field = reader.value()?,
            "value" => value(reader, builder, &mut beside)?,
            _ => {}
        }
        Ok(())
    })?;
    let name = field.word();
    let known = matches!(&*name, "messages" | "smb_message_echoes" | "");
    if !known {
        // `standby` and `history` have messages too, which are not for a bot to answer.
        builder.rewind(&mark);
    }
    let failed = builder.is_at(&mark) && beside.errors.first().is_object();
    if (!known && beside.has_value) || failed {
        builder.put(Field::Type, field);
        builder.put(Field::ErrorCode, beside.errors.first().get("code"));
        builder.end(Kind::Other, change);
    }
    if builder.len() == first {
        return Ok(());
    }
    builder.put(Field::ChannelId, beside.metadata.get("phone_number_id"));
    builder.put(Field::ErrorCode, beside.errors.first().get("code"));
    let channel = builder.end_scope(NONE);
    let people = People::read(beside.contacts, builder, channel);
    builder.settle(first, |incoming, row| {
        people.of(incoming, row).unwrap_or(channel)
    });
    Ok(())
}

fn value<'a>(
    reader: &mut Reader<'a>,
    builder: &mut Builder,
    beside: &mut Beside<'a>,
) -> Result<(), Malformed> {
    let value = reader.object(|key, reader| {
        match key {
            "metadata" => beside.metadata = reader.value()?,
            "contacts" => beside.contacts = reader.value()?,
            "errors" => beside.errors = reader.value()?,
            "messages" => reader.array(|reader| message::read(reader, builder))?,
            "message_echoes" => reader.array(|reader| message::echo(reader, builder))?,
            "statuses" => reader.array(|reader| message::status(reader, builder))?,
            _ => {}
        }
        Ok(())
    });
    beside.has_value = value?.starts_with('{');
    Ok(())
}
