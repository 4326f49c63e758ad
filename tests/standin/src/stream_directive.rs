//! Words about a stream of events: what it consists of, and how it goes wrong.

use std::time::Duration;

use crate::words::{BadDirective, Word};

#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct StreamDirective {
    pub line_end: LineEnd,
    pub comments: bool,
    pub split_data: bool,
    pub tools: bool,
    pub unknown: bool,
    pub no_done: bool,
    pub after_done: bool,
    /// The service gives the answer up, in these words.
    pub error: Option<String>,
    /// An event with this data, as it is written.
    pub insert: Option<String>,
    /// How many pieces the answer has; by its words otherwise.
    pub deltas: Option<u64>,
    pub event_delay: Duration,
    /// The answer's pieces are the times at which they leave.
    pub stamps: bool,
    pub endless: Option<Endless>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) enum LineEnd {
    #[default]
    Lf,
    CrLf,
    Cr,
}

impl LineEnd {
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// What comes for ever behind the last piece of the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Endless {
    Comments,
    Deltas,
    Silence,
    /// The letters of a comment, of which there is no end.
    Letters,
}

impl StreamDirective {
    /// False for a word of another kind.
    pub fn take(&mut self, word: &Word) -> Result<bool, BadDirective> {
        match word.key {
            "line-end" => self.line_end = line_end(word)?,
            "comments" => self.comments = word.flag(true)?,
            "split-data" => self.split_data = word.flag(true)?,
            "tools" => self.tools = word.flag(true)?,
            "unknown-events" => self.unknown = word.flag(true)?,
            "no-done" => self.no_done = word.flag(true)?,
            "after-done" => self.after_done = word.flag(true)?,
            "stream-error" => self.error = Some(word.prose()?),
            "insert" => self.insert = Some(word.decoded()?),
            "deltas" => self.deltas = Some(word.number()?),
            "stamps" => self.stamps = word.flag(true)?,
            "event-delay-ms" => self.event_delay = word.number().map(Duration::from_millis)?,
            "endless" => self.endless = Some(endless(word)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn line_end(word: &Word) -> Result<LineEnd, BadDirective> {
    match word.as_written()? {
        "lf" => Ok(LineEnd::Lf),
        "crlf" => Ok(LineEnd::CrLf),
        "cr" => Ok(LineEnd::Cr),
        _ => Err(word.bad_value("it is lf, crlf or cr")),
    }
}

fn endless(word: &Word) -> Result<Endless, BadDirective> {
    match word.as_written()? {
        "comments" => Ok(Endless::Comments),
        "deltas" => Ok(Endless::Deltas),
        "silence" => Ok(Endless::Silence),
        "letters" => Ok(Endless::Letters),
        _ => Err(word.bad_value("it is comments, deltas, silence or letters")),
    }
}
