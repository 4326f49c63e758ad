//! `robofy format` and `robofy split`.

use serde_json::Value;

use crate::arguments::{Format, Split};
use crate::binding::c_text;
use crate::binding::conversation::{self, Dialect};
use crate::failure::Failure;
use crate::input::read_text;
use crate::send::json_line;
use crate::terminal::{print, print_bytes, unwrapped};

/// Prints the text as WhatsApp's.
pub fn run(arguments: &Format) -> Result<(), Failure> {
    let text = read_text(arguments.file.as_deref())?;
    let formatted = conversation::format(&c_text("the text", &text)?, arguments.dialect)?;
    print(&format!("{}\n", unwrapped(&formatted))).map(drop)
}

/// Prints the parts.
pub fn split(arguments: &Split) -> Result<(), Failure> {
    let mut text = read_text(arguments.file.as_deref())?;
    if arguments.format {
        text = conversation::format(&c_text("the text", &text)?, Dialect::Auto)?;
    }
    let parts = conversation::split(&c_text("the text", &text)?, arguments.limit)?;
    if arguments.json {
        return print(&json_line(&Value::from(parts))).map(drop);
    }
    if arguments.null {
        let ended = parts.iter().flat_map(|part| [part.as_bytes(), b"\0"]);
        return print_bytes(&ended.collect::<Vec<_>>().concat()).map(drop);
    }
    let lines = parts.iter().map(|part| {
        let end = if part.ends_with('\n') { "" } else { "\n" };
        format!("{}{end}", unwrapped(part))
    });
    let between = format!("{}\n", arguments.separator);
    print(&lines.collect::<Vec<_>>().join(&between)).map(drop)
}
