//! `robofy webhook`: a body that was captured, verified or shown.

mod diagnosis;
mod secret;

use std::path::Path;

use serde_json::{Map, Value, json};

use self::diagnosis::Request;
use crate::arguments::{Show, Verify, WebhookAction};
use crate::binding::conversation::{EVENT_FIELDS, Event, Incoming, Webhook};
use crate::failure::{Failure, Status};
use crate::input;
use crate::send::json_line;
use crate::terminal::{Heard, print, tell, unwrapped};
use crate::text::harmless;

/// Does what is asked for.
pub fn run(action: &WebhookAction) -> Result<(), Failure> {
    match action {
        WebhookAction::Verify(arguments) => verify(arguments),
        WebhookAction::Show(arguments) => show(arguments),
    }
}

fn verify(arguments: &Verify) -> Result<(), Failure> {
    let secrets = secret::find(&arguments.secret_file)?;
    let body = input::read(Some(&arguments.file))?;
    let request = Request {
        channel: arguments.channel,
        secrets: secrets.iter().map(|secret| &***secret).collect(),
        signature: arguments.signature.as_deref(),
        url: arguments.url.as_deref(),
        body: &body,
    };
    match request.read() {
        Ok(incoming) => {
            let line = match arguments.json {
                true => json_line(&json!({
                    "valid": true,
                    "message": null,
                    "hints": [],
                    "events": incoming.events.len(),
                    "skipped": incoming.skipped,
                })),
                false => format!("the signature is right: {}\n", counted(&incoming)),
            };
            print(&line).map(drop)
        }
        Err(mut failure) => {
            let hints = match failure.status {
                Status::SIGNATURE => request.hints(),
                _ => Vec::new(),
            };
            if arguments.json {
                let told = json!({
                    "valid": false,
                    "message": failure.message,
                    "hints": hints,
                    "events": null,
                    "skipped": null,
                });
                print(&json_line(&told))?;
            }
            for hint in hints {
                failure.message.push_str("\n  ");
                failure.message.push_str(&hint);
            }
            Err(failure)
        }
    }
}

fn counted(incoming: &Incoming) -> String {
    let events = incoming.events.len();
    let skipped = incoming.skipped;
    let words = format!("{events} {}", if events == 1 { "event" } else { "events" });
    match skipped {
        0 => words,
        _ => format!("{words}, and {skipped} without an identifier or a user"),
    }
}

fn show(arguments: &Show) -> Result<(), Failure> {
    let incoming = read_unsigned(arguments, &arguments.file)?;
    for event in &incoming.events {
        let line = match arguments.json {
            true => json_line(&of_event(event)),
            false => unwrapped(&fields(event).join("\t")) + "\n",
        };
        if print(&line)? == Heard::ReaderGone {
            return Ok(());
        }
    }
    if incoming.events.is_empty() || incoming.skipped > 0 {
        tell(&harmless(&format!("robofy: {}", counted(&incoming))));
    }
    Ok(())
}

fn read_unsigned(arguments: &Show, file: &Path) -> Result<Incoming, Failure> {
    let body = input::read(Some(file))?;
    Webhook::new(arguments.channel, &[])?.read(None, None, &body)
}

fn fields(event: &Event) -> [String; 7] {
    let texts = ["id", "session_id", "name", "type", "status", "text"];
    let mut fields = [""; 7].map(str::to_owned);
    let values = [event.kind].into_iter();
    let values = values.chain(texts.into_iter().map(|name| event.text(name)));
    for (field, value) in fields.iter_mut().zip(values) {
        *field = value.replace(['\t', '\r', '\n'], " ");
    }
    fields
}

/// What there is of it, and `json` as it was received.
fn of_event(event: &Event) -> Value {
    let mut object = Map::new();
    object.insert("kind".to_owned(), event.kind.into());
    for ((name, _), text) in EVENT_FIELDS.iter().zip(&event.texts) {
        if let Some(text) = text {
            object.insert((*name).to_owned(), text.as_str().into());
        }
    }
    if event.timestamp_ms > 0 {
        object.insert("timestamp_ms".to_owned(), event.timestamp_ms.into());
    }
    if event.error_code != 0 {
        object.insert("error_code".to_owned(), event.error_code.into());
    }
    // Twilio's is a form.
    let json = serde_json::from_str(&event.json).unwrap_or_else(|_| event.json.as_str().into());
    object.insert("json".to_owned(), json);
    Value::Object(object)
}
