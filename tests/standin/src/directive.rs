//! What a message that starts with `!` tells the stand-in to do wrong. The README lists every word.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};

use crate::stream_directive::StreamDirective;
use crate::words::{BadDirective, Word};

#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Directive {
    pub fails: Option<u32>,
    pub delay: Option<Duration>,
    pub body_delay: Duration,
    pub drip: Option<Duration>,
    pub status: Option<StatusCode>,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub message: Option<String>,
    pub body: Option<BodyForm>,
    pub retry_after: Option<RetryAfter>,
    pub redirect: Option<HeaderValue>,
    pub extra_headers: u32,
    pub answer: Answer,
    pub no_session: bool,
    pub duplicate_keys: bool,
    pub extra_keys: bool,
    pub nesting: usize,
    pub byte_order_mark: bool,
    pub chunked: bool,
    /// Added to the true length.
    pub content_length_error: i64,
    pub breakage: Option<Breakage>,
    pub go_away: bool,
    pub stream: StreamDirective,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BodyForm {
    Envelope,
    Empty,
    Html,
    Text,
    JsonArray,
    Raw(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RetryAfter {
    AsWritten(HeaderValue),
    /// An HTTP date this many seconds from now.
    Date(i64),
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) enum Answer {
    #[default]
    Conversation,
    Missing,
    /// These bytes where the JSON value belongs.
    Json(Vec<u8>),
    /// A string of this many letters.
    Long(u64),
    /// The request's body.
    Echo,
}

/// How an exchange breaks off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Breakage {
    Cut(Cut, Moment),
    RefuseStream,
    Garbage,
    Truncate,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cut {
    Reset,
    Close,
    ResetStream,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Moment {
    Before,
    AfterHeaders,
    Midway,
}

impl Directive {
    /// A message that does not start with `!` directs nothing.
    pub fn parse(query: &str) -> Result<Self, BadDirective> {
        let mut directive = Self::default();
        let Some(mut line) = query.strip_prefix('!') else {
            return Ok(directive);
        };
        while let Some(word) = Word::take(&mut line)? {
            let known = directive.take_head(&word)?
                || directive.take_body(&word)?
                || directive.take_transport(&word)?
                || directive.stream.take(&word)?;
            if !known {
                return Err(BadDirective(format!("`{}` is no directive", word.key)));
            }
        }
        Ok(directive)
    }

    /// Whether it says what the body of a success is.
    pub fn has_body(&self) -> bool {
        self.body.is_some() || self.answer != Answer::Conversation
    }

    /// Asks for another body than a stream of events.
    pub fn is_no_stream(&self) -> bool {
        self.status.is_some() || self.body.is_some() || self.redirect.is_some()
    }

    /// Words about status, headers and error envelope; false for any other.
    fn take_head(&mut self, word: &Word) -> Result<bool, BadDirective> {
        match word.key {
            "status" => self.status = Some(status(word)?),
            "code" => self.code = Some(word.decoded()?),
            "detail" => self.detail = Some(word.prose()?),
            "message" => self.message = Some(word.prose()?),
            "retry-after" => self.retry_after = Some(retry_after(word)?),
            "redirect" => self.redirect = Some(header(word)?),
            "headers" => self.extra_headers = word.number()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Words about what the body says; false for any other.
    fn take_body(&mut self, word: &Word) -> Result<bool, BadDirective> {
        match word.key {
            "body" => self.body = Some(body_form(word)?),
            "raw" => self.body = Some(BodyForm::Raw(word.as_written()?.to_owned())),
            "not-json" => self.body = Some(word.flag(BodyForm::Raw("This is not JSON.".into()))?),
            "answer" => self.answer = Answer::Json(json_string(word.as_written()?)),
            "nul" => self.answer = word.flag(Answer::Json(json_string("before\\u0000after")))?,
            "emoji" => {
                self.answer = word.flag(Answer::Json(json_string("Hello 👋🏽 from the 👨‍👩‍👧‍👦")))?
            }
            "empty-answer" => self.answer = word.flag(Answer::Json(json_string("")))?,
            "null-answer" => self.answer = word.flag(Answer::Json(b"null".to_vec()))?,
            "number-answer" => self.answer = word.flag(Answer::Json(b"42".to_vec()))?,
            "bad-utf8" => self.answer = word.flag(Answer::Json(b"\"before\xffafter\"".to_vec()))?,
            "no-answer" => self.answer = word.flag(Answer::Missing)?,
            "echo" => self.answer = word.flag(Answer::Echo)?,
            "huge" => self.answer = Answer::Long(word.number()?),
            "huge-chunked" => {
                self.answer = Answer::Long(word.number()?);
                self.chunked = true;
            }
            "no-session" => self.no_session = word.flag(true)?,
            "duplicate-keys" => self.duplicate_keys = word.flag(true)?,
            "extra-keys" => self.extra_keys = word.flag(true)?,
            "deep" => self.nesting = word.number()?,
            "bom" => self.byte_order_mark = word.flag(true)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Words about when and how the bytes travel; false for any other.
    fn take_transport(&mut self, word: &Word) -> Result<bool, BadDirective> {
        match word.key {
            "fails" => self.fails = Some(word.number()?),
            "delay-ms" => self.delay = Some(milliseconds(word)?),
            "body-delay-ms" => self.body_delay = milliseconds(word)?,
            "drip-ms" => self.drip = Some(milliseconds(word)?),
            "chunked" => self.chunked = word.flag(true)?,
            "content-length" => self.content_length_error = word.number()?,
            "truncate" => self.breakage = Some(word.flag(Breakage::Truncate)?),
            "garbage" => self.breakage = Some(word.flag(Breakage::Garbage)?),
            "refuse-stream" => self.breakage = Some(word.flag(Breakage::RefuseStream)?),
            "reset" => self.breakage = Some(Breakage::Cut(Cut::Reset, moment(word)?)),
            "close" => self.breakage = Some(Breakage::Cut(Cut::Close, moment(word)?)),
            "reset-stream" => self.breakage = Some(Breakage::Cut(Cut::ResetStream, moment(word)?)),
            "goaway" => self.go_away = word.flag(true)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn status(word: &Word) -> Result<StatusCode, BadDirective> {
    let status = StatusCode::from_u16(word.number()?).map_err(|error| word.bad_value(error))?;
    match status.is_informational() {
        true => Err(word.bad_value("a 1xx status ends no exchange")),
        false => Ok(status),
    }
}

fn milliseconds(word: &Word) -> Result<Duration, BadDirective> {
    word.number().map(Duration::from_millis)
}

fn header(word: &Word) -> Result<HeaderValue, BadDirective> {
    word.decoded()?
        .parse()
        .map_err(|error| word.bad_value(error))
}

fn retry_after(word: &Word) -> Result<RetryAfter, BadDirective> {
    let offset = word
        .as_written()?
        .strip_prefix("date")
        .and_then(|offset| offset.parse().ok());
    match offset {
        Some(seconds) => Ok(RetryAfter::Date(seconds)),
        None => Ok(RetryAfter::AsWritten(header(word)?)),
    }
}

fn body_form(word: &Word) -> Result<BodyForm, BadDirective> {
    match word.as_written()? {
        "envelope" => Ok(BodyForm::Envelope),
        "empty" => Ok(BodyForm::Empty),
        "html" => Ok(BodyForm::Html),
        "text" => Ok(BodyForm::Text),
        "json-array" => Ok(BodyForm::JsonArray),
        _ => Err(word.bad_value("it is envelope, empty, html, text or json-array")),
    }
}

fn moment(word: &Word) -> Result<Moment, BadDirective> {
    match word.as_written()? {
        "before" => Ok(Moment::Before),
        "after-headers" => Ok(Moment::AfterHeaders),
        "midway" => Ok(Moment::Midway),
        _ => Err(word.bad_value("it is before, after-headers or midway")),
    }
}

/// Quotes text whose escapes are to reach the wire as they were written.
fn json_string(escaped: &str) -> Vec<u8> {
    format!("\"{escaped}\"").into_bytes()
}
