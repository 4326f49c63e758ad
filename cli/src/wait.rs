//! Waiting for an answer: word of it, and Ctrl-C.

use std::cell::RefCell;
use std::ffi::CStr;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use crate::binding::{Client, Message, Progress, Reply, Wish};
use crate::failure::Failure;
use crate::terminal::{columns, tell};

/// What Ctrl-C does to a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CtrlC {
    /// The program ends, as any other.
    Ends,
    /// The message is cancelled, and the program goes on.
    Cancels,
}

/// Asks and waits, one message at a time.
pub struct Asking {
    ctrl_c: CtrlC,
    interrupted: Arc<AtomicBool>,
    idle: Arc<AtomicBool>,
}

impl Asking {
    /// From now on Ctrl-C is watched for.
    pub fn new(ctrl_c: CtrlC) -> Result<Self, Failure> {
        let asking = Self {
            ctrl_c,
            interrupted: Arc::default(),
            idle: Arc::new(AtomicBool::new(ctrl_c == CtrlC::Ends)),
        };
        // A second one ends a program that does not come to see the first: its output has no reader that reads.
        let twice = match ctrl_c {
            CtrlC::Ends => asking.interrupted.clone(),
            CtrlC::Cancels => Arc::default(),
        };
        flag::register_conditional_default(SIGINT, asking.idle.clone())
            .and_then(|_| flag::register_conditional_default(SIGINT, twice))
            .and_then(|_| flag::register(SIGINT, asking.interrupted.clone()))
            .map_err(|error| Failure::tool(format!("cannot watch for Ctrl-C: {error}")))?;
        Ok(asking)
    }

    /// Sends the message and waits for its answer, which on a terminal is told.
    pub fn ask(&self, client: &Client, message: &Message) -> Result<Reply, Failure> {
        self.wait(|| {
            let mut waiting = Waiting::new(self.ctrl_c);
            client.ask(message, |progress| {
                waiting.show(progress);
                self.wish()
            })
        })
    }

    /// Sends the message to a path that answers in events, and hands on the answer's pieces. The wait is told up to the first.
    pub fn stream(
        &self,
        client: &Client,
        path: &CStr,
        message: &Message,
        mut piece: impl FnMut(&str) -> Wish,
    ) -> Result<(), Failure> {
        self.wait(|| {
            let waiting = RefCell::new(Some(Waiting::new(self.ctrl_c)));
            let meanwhile = |progress| {
                if let Some(waiting) = waiting.borrow_mut().as_mut() {
                    waiting.show(progress);
                }
                self.wish()
            };
            client.stream(path, message, meanwhile, |text| {
                drop(waiting.borrow_mut().take());
                match self.wish() {
                    Wish::Wait => piece(text),
                    cancel => cancel,
                }
            })
        })
    }

    fn wish(&self) -> Wish {
        match self.interrupted.load(Ordering::Relaxed) {
            true => Wish::Cancel,
            false => Wish::Wait,
        }
    }

    /// Ctrl-C is for the call alone, as long as it runs.
    fn wait<T>(&self, call: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.interrupted.store(false, Ordering::Relaxed);
        self.idle.store(false, Ordering::Relaxed);
        let outcome = call();
        if self.ctrl_c == CtrlC::Ends {
            self.idle.store(true, Ordering::Relaxed);
            if self.interrupted.load(Ordering::Relaxed) {
                // Ends the program by the signal, as a shell expects it.
                let _ = emulate_default_handler(SIGINT);
            }
        }
        outcome
    }
}

/// How wide an echoed `^C` is.
const ECHO: usize = 2;

/// The line that says how long the agent has been thinking; on a terminal alone, and gone when dropped.
struct Waiting {
    ctrl_c: CtrlC,
    shown: String,
    attempt: u64,
}

impl Waiting {
    /// Not yet visible.
    fn new(ctrl_c: CtrlC) -> Self {
        Self {
            ctrl_c,
            shown: String::new(),
            attempt: 1,
        }
    }

    /// Shows the time that has passed, and each retry.
    fn show(&mut self, progress: Progress) {
        if progress.attempt > self.attempt {
            self.attempt = progress.attempt;
            self.clear();
            tell(&format!("robofy: trying again, attempt {}", self.attempt));
        }
        if progress.ended || !io::stderr().is_terminal() {
            return;
        }
        let mut line = format!(
            "waiting for the agent, {} s ({})",
            progress.passed.as_secs(),
            match self.ctrl_c {
                CtrlC::Ends => "Ctrl-C ends",
                CtrlC::Cancels => "Ctrl-C cancels",
            }
        );
        // What reaches the next line stays there.
        line.truncate(columns(&io::stderr()).saturating_sub(1 + ECHO));
        if line != self.shown {
            // A carriage return and no escape sequence: any terminal knows it.
            let _ = write!(io::stderr(), "\r{line}");
            self.shown = line;
        }
    }

    fn clear(&mut self) {
        if !self.shown.is_empty() {
            let _ = write!(io::stderr(), "\r{:1$}\r", "", self.shown.len() + ECHO);
            self.shown.clear();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.clear();
    }
}
