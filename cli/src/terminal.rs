//! What is printed.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;

use terminal_size::{Width, terminal_size_of};

use crate::failure::Failure;
use crate::standard_output;
use crate::text::{harmless, wrapped};

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
    write(text.as_bytes())
}

/// The same of any bytes. A person reads what is text of them.
pub fn print_bytes(bytes: &[u8]) -> Result<Heard, Failure> {
    match is_shown() {
        true => print(&harmless(&String::from_utf8_lossy(bytes))),
        false => write(bytes),
    }
}

fn write(bytes: &[u8]) -> Result<Heard, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(Heard::Yes),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Heard::ReaderGone),
        Err(error) => Err(standard_output::failed(&error)),
    }
}

/// Writes lines to standard error, if anybody reads there.
pub fn tell(lines: &str) {
    let _ = match io::stderr().is_terminal() {
        true => writeln!(io::stderr(), "{}", wrapped(lines, columns(&io::stderr()))),
        false => writeln!(io::stderr(), "{lines}"),
    };
}

/// Whether standard output goes to a person.
pub fn is_shown() -> bool {
    io::stdout().is_terminal()
}

/// What a person reads on standard output, in lines that break between words; into a pipe or a file as it is.
pub fn shown(text: &str) -> String {
    match is_shown() {
        true => wrapped(&harmless(text), columns(&io::stdout())),
        false => text.to_owned(),
    }
}

/// The same for a piece of a line, which is not known to its end.
pub fn unwrapped(text: &str) -> String {
    match is_shown() {
        true => harmless(text),
        false => text.to_owned(),
    }
}

/// How wide a terminal is.
pub fn columns(terminal: &impl AsFd) -> usize {
    terminal_size_of(terminal).map_or(80, |(Width(columns), _)| columns.into())
}
