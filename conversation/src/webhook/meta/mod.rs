//! Meta's Cloud API (Meta, "Webhooks", "messages" and "smb_message_echoes"; "Business-scoped user IDs").

mod change;
mod content;
mod message;
mod people;

use super::builder::Builder;
use super::error::Malformed;
use super::json::Reader;

/// Reads all messages of all changes of all entries.
pub(super) fn read(body: &str, builder: &mut Builder) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    reader.object(|key, reader| match key {
        "entry" => reader.array(|reader| entry(reader, builder)),
        _ => Ok(()),
    })?;
    reader.end()
}

fn entry(reader: &mut Reader<'_>, builder: &mut Builder) -> Result<(), Malformed> {
    let entry = reader.object(|key, reader| match key {
        "changes" => reader.array(|reader| change::read(reader, builder)),
        _ => Ok(()),
    });
    entry.map(drop)
}
