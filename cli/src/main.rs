//! `robofy`, the command-line tool of the library: `chat`, `send`, `check`.

mod arguments;
mod binding;
mod chat;
mod check;
mod failure;
mod key;
mod packaging;
mod send;
mod settings;
mod terminal;
mod text;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ExitCode::from(failure.status.exit_code()),
    }
}

/// A failure that is returned has been told already.
fn run(command: &Command) -> Result<(), Failure> {
    let outcome = match command {
        Command::Chat(arguments) => chat::run(arguments),
        Command::Send(arguments) => send::run(arguments),
        Command::Check(arguments) => return check::run(arguments),
        Command::Completions { shell } => packaging::completions(*shell),
        Command::Packaging { directory } => packaging::write(directory),
    };
    let in_json = matches!(command, Command::Send(arguments) if arguments.json);
    outcome.inspect_err(|failure| {
        if !in_json {
            terminal::tell(&failure.explanation());
        }
    })
}
