//! `robofy sessions` and `robofy leads`.

use std::ffi::CString;

use serde_json::{Map, Value};

use crate::arguments::{Leads, Sessions};
use crate::binding::api::{self, SESSION_FIELDS};
use crate::binding::c_text;
use crate::failure::Failure;
use crate::send::json_line;
use crate::terminal::{Heard, print, unwrapped};

/// Prints a line for each conversation, its fields apart by tabs.
pub fn sessions(arguments: &Sessions) -> Result<(), Failure> {
    let agent = c_text("--chatbot-id", arguments.connection.chatbot_id()?)?;
    for session in arguments.connection.client()?.sessions(&agent)? {
        let line = match arguments.json {
            true => {
                let values = session.into_iter().map(Value::from);
                let fields = SESSION_FIELDS.map(str::to_owned).into_iter().zip(values);
                json_line(&Value::Object(fields.collect::<Map<_, _>>()))
            }
            false => {
                let words = session.map(|field| one_line(&field.unwrap_or_default()));
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

/// Prints the leads page by page: as the service has written each, or as CSV.
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
    let mut columns = None;
    while let Some(page) = leads.next(&client)? {
        let rows = page.rows.iter().map(|row| parsed(row));
        let text: String = match arguments.csv {
            false => rows.map(|row| json_line(&row)).collect(),
            true => {
                let rows: Vec<_> = rows.collect();
                let mut text = String::new();
                let columns = columns.get_or_insert_with(|| {
                    let columns = names(page.columns.as_deref(), rows.first());
                    text = record(columns.iter().map(String::as_str));
                    columns
                });
                text.extend(rows.iter().map(|row| csv(row, columns)));
                unwrapped(&text)
            }
        };
        if print(&text)? == Heard::ReaderGone {
            break;
        }
    }
    Ok(())
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// The service's columns where they are names, else those of the first lead.
fn names(columns: Option<&str>, first: Option<&Value>) -> Vec<String> {
    let columns = columns.map(parsed).unwrap_or_default();
    let named: Option<Vec<String>> = columns.as_array().and_then(|all| {
        all.iter()
            .map(|name| Some(name.as_str()?.to_owned()))
            .collect()
    });
    named.unwrap_or_else(|| match first {
        Some(Value::Object(lead)) => lead.keys().cloned().collect(),
        _ => Vec::new(),
    })
}

fn csv(row: &Value, columns: &[String]) -> String {
    match row {
        Value::Object(lead) => record(columns.iter().map(|name| cell(lead.get(name)))),
        Value::Array(cells) => record(cells.iter().map(|value| cell(Some(value)))),
        value => record([cell(Some(value))]),
    }
}

/// A text as it is, all else as JSON.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// RFC 4180.
fn record(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let quoted = |cell: &str| match cell.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let cells: Vec<_> = cells
        .into_iter()
        .map(|cell| quoted(cell.as_ref()))
        .collect();
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_quoted_where_csv_needs_it() {
        let row =
            json!({"name": "Asha \"A\"", "more": [1, 2], "note": "a\nb", "none": null, "n": 1.5});
        let columns = ["name", "more", "note", "none", "n", "unheard of"].map(str::to_owned);
        assert_eq!(
            csv(&row, &columns),
            "\"Asha \"\"A\"\"\",\"[1,2]\",\"a\nb\",,1.5,\r\n"
        );
        assert_eq!(csv(&json!(["a", 1]), &columns), "a,1\r\n");
    }

    #[test]
    fn columns_are_the_services_or_the_first_leads() {
        let lead = json!({"b": 1, "a": 2});
        assert_eq!(names(Some(r#"["x"]"#), Some(&lead)), ["x"]);
        for columns in [None, Some(r#"[{"x": 1}]"#), Some("7")] {
            assert_eq!(names(columns, Some(&lead)), ["b", "a"]);
        }
        assert_eq!(names(None, None), [""; 0]);
    }
}
