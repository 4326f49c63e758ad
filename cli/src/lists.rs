//! `robofy sessions` and `robofy leads`.

use std::ffi::CString;

use serde_json::Value;

use crate::arguments::{Leads, Sessions};
use crate::binding::api;
use crate::binding::c_text;
use crate::failure::Failure;
use crate::send::json_line;
use crate::table::Table;
use crate::terminal::{Heard, print, tell, unwrapped};
use crate::text::{harmless, paired};

/// Prints a line for each conversation, its fields apart by tabs.
pub fn sessions(arguments: &Sessions) -> Result<(), Failure> {
    let agent = c_text("--chatbot-id", arguments.connection.chatbot_id()?)?;
    for session in arguments.connection.client()?.sessions(&agent)? {
        let line = match arguments.json {
            true => json_line(&session.into_iter().collect()),
            false => {
                let words = session.map(|(_, word)| one_line(&word.unwrap_or_default()));
                unwrapped(&words.join("\t")) + "\n"
            }
        };
        if print(&line)? == Heard::ReaderGone {
            break;
        }
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ")
}

/// Prints the leads page by page: a line of JSON for each, or CSV.
pub fn leads(arguments: &Leads) -> Result<(), Failure> {
    let connection = &arguments.connection;
    let session = arguments.session.as_deref();
    let session: Option<CString> = session.map(|id| c_text("--session", id)).transpose()?;
    let mut leads = api::Leads::new(
        &c_text("--pid", connection.pid()?)?,
        &c_text("--chatbot-id", connection.chatbot_id()?)?,
        session.as_deref(),
    )?;
    let client = connection.client()?;
    let mut table = arguments.csv.then(Table::default);
    while let Some(page) = leads.next(&client)? {
        let rows: Vec<_> = page.rows.iter().map(|row| parsed(row)).collect();
        let text = match &mut table {
            Some(table) => unwrapped(&table.page(&names(page.columns.as_deref()), &rows)),
            None => rows.iter().map(json_line).collect(),
        };
        if print(&text)? == Heard::ReaderGone {
            return Ok(());
        }
    }
    if let Some(left_out) = table.and_then(|table| table.left_out()) {
        tell(&harmless(&left_out));
    }
    Ok(())
}

/// A row too deep to be read is shown as the text that came.
fn parsed(json: &str) -> Value {
    serde_json::from_str(&paired(json)).unwrap_or_else(|_| json.into())
}

/// The service's columns, where they are names.
fn names(columns: Option<&str>) -> Vec<String> {
    columns
        .and_then(|columns| serde_json::from_str(&paired(columns)).ok())
        .unwrap_or_default()
}
