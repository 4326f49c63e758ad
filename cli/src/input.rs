//! What is read from a file or from standard input.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use crate::failure::Failure;

/// All bytes of a file; of standard input for `-`, or without a file.
pub fn read(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let named = file.filter(|file| file.as_os_str() != "-");
    let mut bytes = Vec::new();
    let read = match named {
        Some(file) => fs::read(file).map(|read| bytes = read),
        None if io::stdin().is_terminal() && file.is_none() => {
            return Err(Failure::usage(
                "no text: name a file, or give it on standard input".to_owned(),
            ));
        }
        None => io::stdin().read_to_end(&mut bytes).map(drop),
    };
    let name = named.map_or_else(
        || "standard input".to_owned(),
        |file| file.display().to_string(),
    );
    read.map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?;
    Ok(bytes)
}

/// The same as a text, without the line end that a shell's `echo` or an editor puts there.
pub fn read_text(file: Option<&Path>) -> Result<String, Failure> {
    let text = String::from_utf8(read(file)?)
        .map_err(|_| Failure::usage("the text is not UTF-8".to_owned()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
