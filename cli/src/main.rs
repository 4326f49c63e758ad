//! `robofy`, the command-line tool of the library: `chat`, `send`, `check`, the rest of the API, and what needs no service:
//! `format`, `split`, `webhook`, `inbox`.

mod api;
mod arguments;
mod binding;
mod c;
mod chat;
mod check;
mod failure;
mod format;
mod inbox;
mod input;
mod key;
mod lists;
mod packaging;
mod send;
mod settings;
mod standard_output;
mod table;
mod terminal;
mod text;
mod wait;
mod webhook;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let done = match Arguments::try_parse() {
        Ok(arguments) => run(&arguments.command),
        Err(error) if error.use_stderr() => error.exit(),
        Err(help) => show(&help),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ExitCode::from(failure.status.exit_code()),
    }
}

/// A failure that is returned has been told already.
fn run(command: &Command) -> Result<(), Failure> {
    if command.prints() {
        tell(standard_output::check())?;
    }
    match command {
        Command::Chat(arguments) => tell(chat::run(arguments)),
        Command::Send(arguments) if arguments.json => send::run(arguments),
        Command::Send(arguments) => tell(send::run(arguments)),
        Command::Api(arguments) => tell(api::run(arguments)),
        Command::Sessions(arguments) => tell(lists::sessions(arguments)),
        Command::Leads(arguments) => tell(lists::leads(arguments)),
        Command::Format(arguments) => tell(format::run(arguments)),
        Command::Split(arguments) => tell(format::split(arguments)),
        Command::Webhook { action } => tell(webhook::run(action)),
        Command::Inbox { action } => tell(inbox::run(action)),
        Command::Check(arguments) => check::run(arguments),
        Command::Completions { shell } => tell(packaging::completions(*shell)),
        Command::Packaging { directory } => tell(packaging::write(directory)),
    }
}

/// The help or the version.
fn show(text: &clap::Error) -> Result<(), Failure> {
    tell(standard_output::check().and_then(|()| match text.print() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(standard_output::failed(&error)),
        _ => Ok(()),
    }))
}

fn tell(outcome: Result<(), Failure>) -> Result<(), Failure> {
    outcome.inspect_err(|failure| terminal::tell(&failure.explanation()))
}
