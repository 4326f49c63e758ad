//! What a terminal is given: nothing that it would obey, and word of a wait.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::time::Duration;

use terminal_size::{Width, terminal_size_of};

use crate::failure::Failure;

/// Whether what was printed has a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was written.
    Yes,
    /// The pipe is closed: what follows would be written for nobody.
    ReaderGone,
}

/// Writes to standard output.
pub fn print(text: &str) -> Result<Heard, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(Heard::Yes),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Heard::ReaderGone),
        Err(error) => Err(Failure::tool(format!("cannot write the output: {error}"))),
    }
}

/// Writes a line to standard error, if anybody reads there.
pub fn tell(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether standard output goes to a person.
pub fn is_shown() -> bool {
    io::stdout().is_terminal()
}

/// Text from outside with every character that a terminal obeys made visible: control characters, and those that
/// turn the direction of writing.
pub fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            // U+2400 and following picture the control characters.
            '\0'..='\x1f' => {
                char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            '\x7f' => '\u{2421}',
            '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                char::REPLACEMENT_CHARACTER
            }
            _ => c,
        })
        .collect()
}

/// How wide an echoed `^C` is.
const ECHO: usize = 2;

fn columns() -> usize {
    terminal_size_of(io::stderr()).map_or(80, |(Width(columns), _)| columns.into())
}

/// The line that says how long the agent has been thinking; on a terminal alone, and gone when dropped.
pub struct Waiting {
    hint: &'static str,
    width: usize,
}

impl Waiting {
    /// Not yet visible; `hint` says how to end the wait.
    pub fn new(hint: &'static str) -> Self {
        Self { hint, width: 0 }
    }

    /// Shows the time that has passed.
    pub fn show(&mut self, passed: Duration) {
        if !io::stderr().is_terminal() {
            return;
        }
        let mut line = format!(
            "waiting for the agent, {} s ({})",
            passed.as_secs(),
            self.hint
        );
        // What reaches the next line stays there.
        line.truncate(columns().saturating_sub(1 + ECHO));
        self.width = line.len();
        // A carriage return and no escape sequence: any terminal knows it.
        let _ = write!(io::stderr(), "\r{line}");
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.width > 0 {
            let _ = write!(io::stderr(), "\r{:1$}\r", "", self.width + ECHO);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = "a\x1b]0;title\x07\u{9b}31m\u{202e}b\x7f\r\nc\td\re";
        assert_eq!(
            harmless(hostile),
            "a␛]0;title␇\u{fffd}31m\u{fffd}b␡\nc\td␍e"
        );
    }

    #[test]
    fn other_text_is_left_as_it_is() {
        let text = "नमस्ते 👋🏽 *bold*\n- שלום";
        assert_eq!(harmless(text), text);
    }
}
