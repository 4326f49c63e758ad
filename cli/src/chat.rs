//! `robofy chat`: a conversation.

use std::ffi::{CStr, CString};
use std::fs::DirBuilder;
use std::io::{self, BufRead, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::history::{DefaultHistory, FileHistory};
use rustyline::{Behavior, Config, Editor};
use uuid::Uuid;

use crate::arguments::Chat;
use crate::binding::{Client, Message, Wish, c_text};
use crate::failure::Failure;
use crate::key::{shell_word, xdg};
use crate::terminal::{Heard, is_shown, print, shown, tell, unwrapped};
use crate::text::harmless;
use crate::wait::{Asking, CtrlC};

/// Talks until the input ends.
pub fn run(arguments: &Chat) -> Result<(), Failure> {
    let session = match &arguments.session {
        Some(session) => session.clone(),
        None => Uuid::new_v4().to_string(),
    };
    if io::stdin().is_terminal() {
        Conversation::new(arguments, &session, CtrlC::Cancels)?.by_hand(arguments, &session)
    } else {
        let mut conversation = Conversation::new(arguments, &session, CtrlC::Ends)?;
        tell(&format!("robofy: session {}", harmless(&session)));
        conversation.by_lines()
    }
}

/// Whether the answer was read, or why there is none.
type Answered = Result<Heard, Failure>;

struct Conversation {
    client: Client,
    message: Message,
    asking: Asking,
    /// Where answers come while they are written.
    stream: Option<CString>,
}

impl Conversation {
    fn new(arguments: &Chat, session: &str, ctrl_c: CtrlC) -> Result<Self, Failure> {
        let client = arguments.connection.client()?;
        // Each line replaces this text.
        let mut message = arguments.connection.message("Hello")?;
        message.session_id(&c_text("--session", session)?);
        if let Some(context) = &arguments.user_context {
            message.user_context(&c_text("--user-context", context)?);
        }
        Ok(Self {
            client,
            message,
            asking: Asking::new(ctrl_c)?,
            stream: match &arguments.stream {
                Some(path) => Some(c_text("--stream", path)?),
                None => None,
            },
        })
    }

    /// Prints the answer behind `speaker`, while it is written where that was asked for. Where it cannot be printed, that is
    /// the failure.
    fn answer(&mut self, query: &str, speaker: &str) -> Result<Answered, Failure> {
        match c_text("the message", query) {
            Ok(query) => self.message.query(&query),
            Err(failure) => return Ok(Err(failure)),
        }
        if let Some(path) = &self.stream {
            return self.stream(path, speaker);
        }
        match self.asking.ask(&self.client, &self.message) {
            Ok(reply) => {
                let answer = shown(&format!("{speaker}{}", reply.answer));
                print(&format!("{answer}\n")).map(Ok)
            }
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// What has been printed of an answer that fails stays, on a line of its own.
    fn stream(&self, path: &CStr, speaker: &str) -> Result<Answered, Failure> {
        let mut printed = Ok(Heard::Yes);
        let mut is_begun = false;
        let outcome = self
            .asking
            .stream(&self.client, path, &self.message, |piece| {
                let speaker = if is_begun { "" } else { speaker };
                is_begun = true;
                printed = print(&unwrapped(&format!("{speaker}{piece}")));
                match printed {
                    Ok(Heard::Yes) => Wish::Wait,
                    _ => Wish::Cancel,
                }
            });
        if printed? == Heard::ReaderGone {
            return Ok(Ok(Heard::ReaderGone));
        }
        let ended = match is_begun || outcome.is_ok() {
            true => print("\n")?,
            false => Heard::Yes,
        };
        Ok(outcome.map(|()| ended))
    }

    /// A failure is told, and the user goes on.
    fn by_hand(&mut self, arguments: &Chat, session: &str) -> Result<(), Failure> {
        let mut lines = Lines::new(arguments.history)?;
        tell(&format!(
            "Session {}. Ctrl-C cancels a message, Ctrl-D ends the conversation.",
            harmless(session)
        ));
        while let Some(line) = lines.next()? {
            let speaker = if is_shown() { "agent: " } else { "" };
            match self.answer(&line, speaker)? {
                Ok(Heard::Yes) => {}
                Ok(Heard::ReaderGone) => break,
                Err(failure) => tell(&failure.explanation()),
            }
        }
        tell(&format!(
            "Continue with: robofy chat --session {}",
            harmless(&shell_word(session))
        ));
        Ok(())
    }

    /// A failure is the end: what follows belongs to a conversation that did not happen.
    fn by_lines(&mut self) -> Result<(), Failure> {
        for line in io::stdin().lock().lines() {
            let line =
                line.map_err(|error| Failure::usage(format!("cannot read a message: {error}")))?;
            if line.trim().is_empty() {
                continue;
            }
            if self.answer(&line, "")?? == Heard::ReaderGone {
                break;
            }
        }
        Ok(())
    }
}

/// What the user types, with editing; in the history only where that was asked for.
struct Lines {
    editor: Editor<(), FileHistory>,
    history: Option<PathBuf>,
}

impl Lines {
    fn new(keep: bool) -> Result<Self, Failure> {
        // Standard output is the answers': where it is redirected, the prompt goes to the terminal itself.
        let behavior = match is_shown() {
            true => Behavior::Stdio,
            false => Behavior::PreferTerm,
        };
        let config = Config::builder()
            .auto_add_history(true)
            .behavior(behavior)
            .build();
        let mut editor = Editor::with_history(config, DefaultHistory::new())
            .map_err(|error| unreadable(&error))?;
        let history = if keep { Some(history_file()?) } else { None };
        if let Some(path) = history.as_deref().filter(|path| path.exists()) {
            editor
                .load_history(path)
                .map_err(|error| unusable(path, &error))?;
        }
        Ok(Self { editor, history })
    }

    fn next(&mut self) -> Result<Option<String>, Failure> {
        loop {
            match self.editor.readline("you: ") {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    self.keep()?;
                    return Ok(Some(line));
                }
                Err(ReadlineError::Interrupted) => tell("Ctrl-D ends the conversation."),
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(unreadable(&error)),
            }
        }
    }

    /// At once, so that a terminal that is closed takes nothing along. The editor gives the file mode 600.
    fn keep(&mut self) -> Result<(), Failure> {
        match &self.history {
            Some(path) => self
                .editor
                .append_history(path)
                .map_err(|error| unusable(path, &error)),
            None => Ok(()),
        }
    }
}

fn history_file() -> Result<PathBuf, Failure> {
    let Some(directory) = xdg("XDG_STATE_HOME", ".local/state") else {
        return Err(Failure::usage(
            "no place for --history: set HOME or XDG_STATE_HOME".to_owned(),
        ));
    };
    let directory = directory.join("robofy");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&directory)
        .map_err(|error| unusable(&directory, &error))?;
    Ok(directory.join("history"))
}

fn unreadable(error: &ReadlineError) -> Failure {
    Failure::tool(format!("cannot read from the terminal: {error}"))
}

fn unusable(path: &std::path::Path, error: &dyn std::error::Error) -> Failure {
    Failure::usage(format!("cannot use {}: {error}", path.display()))
}
