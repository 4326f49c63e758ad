//! What is printed, and word of a wait.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::time::Duration;

use terminal_size::{Width, terminal_size_of};

use crate::failure::Failure;
use crate::standard_output;

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
        Err(error) => Err(standard_output::failed(&error)),
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
