//! `robofy send`: one message, one answer.

use std::io::{self, IsTerminal, Read};

use serde_json::{Value, json};

use crate::arguments::Send;
use crate::binding::{Reply, c_text};
use crate::failure::Failure;
use crate::terminal::{print, shown, tell};
use crate::wait::{Asking, CtrlC};

/// Prints the answer, or in JSON also the failure.
pub fn run(arguments: &Send) -> Result<(), Failure> {
    let outcome = reply(arguments);
    if arguments.json {
        let value = match &outcome {
            Ok(reply) => of_reply(reply),
            Err(failure) => json!({ "error": failure.to_json() }),
        };
        print(&json_line(&value)).inspect_err(|failure| tell(&failure.explanation()))?;
        return outcome.map(drop);
    }
    print(&format!("{}\n", shown(&outcome?.answer))).map(drop)
}

fn reply(arguments: &Send) -> Result<Reply, Failure> {
    let given = arguments
        .message
        .as_ref()
        .or(arguments.behind_dashes.as_ref());
    let query = match given.map(String::as_str) {
        Some("-") => read_all()?,
        Some(message) => message.to_owned(),
        None if io::stdin().is_terminal() => {
            return Err(Failure::usage(
                "no message: give it as an argument, or on standard input".to_owned(),
            ));
        }
        None => read_all()?,
    };
    let client = arguments.connection.client()?;
    let mut message = arguments.connection.message(&query)?;
    if let Some(session) = &arguments.session {
        message.session_id(&c_text("--session", session)?);
    }
    if let Some(context) = &arguments.user_context {
        message.user_context(&c_text("--user-context", context)?);
    }
    Asking::new(CtrlC::Ends)?.ask(&client, &message)
}

/// Without the line end that a shell's `echo` puts there.
fn read_all() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::usage(format!("cannot read the message: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn of_reply(reply: &Reply) -> Value {
    json!({
        "answer": reply.answer,
        "session_id": reply.session_id,
        "message": reply.message,
        "json": reply.json,
        "attempts": reply.attempts,
        "elapsed_us": u64::try_from(reply.elapsed.as_micros()).unwrap_or(u64::MAX),
    })
}

/// JSON on one line, with what a terminal would obey escaped: JSON leaves DEL and C1 as they are.
pub fn json_line(value: &Value) -> String {
    let mut line = String::new();
    for c in value.to_string().chars() {
        match c {
            '\x7f'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => line.push(c),
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_value_and_loses_its_control_characters() {
        let value = json!({ "answer": "a\u{1b}[0m\u{9b}1m\u{7f}\u{202e}é" });
        let line = json_line(&value);
        assert!(!line.trim_end().chars().any(char::is_control), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }
}
