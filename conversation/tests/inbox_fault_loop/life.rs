//! One process of the program's, from its beginning to its end.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{env, thread};

use crate::program;

pub struct Life {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Life {
    pub fn begin(folder: &Path, service: &str, more: &[(&str, String)]) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .env(program::FOLDER, folder)
            .env(program::SERVICE, service)
            .envs(more.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (line, lines) = mpsc::channel();
        thread::spawn(move || {
            // The last one may be cut.
            let whole = output.split(b'\n').map_while(Result::ok);
            let _ = whole
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .try_for_each(|text| line.send(text));
        });
        Self {
            child,
            input,
            lines,
        }
    }

    pub fn tell(&mut self, line: &str) {
        // One that is gone hears nothing, and all that it was told comes again.
        let _ = self.input.write_all(format!("{line}\n").as_bytes());
    }

    pub fn next(&self, wait: Duration) -> Option<String> {
        self.lines.recv_timeout(wait).ok()
    }

    pub fn signal(&self, signal: i32) {
        let process = i32::try_from(self.child.id()).unwrap();
        // SAFETY: a child that was not waited for.
        unsafe { libc::kill(process, signal) };
    }

    pub fn is_gone(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Kills it. What it had said before.
    pub fn end(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }
}
