//! An answer while it is written.

use std::ffi::CStr;
use std::ptr::{self, NonNull};
use std::time::Instant;

use super::{Client, Message, Progress, TICK, Wish, owned_failure, text};
use crate::c;
use crate::failure::Failure;

/// `RobofyStreamEventKind` in `include/robofy.h`.
const DELTA: u32 = 1;

impl Client {
    /// Sends the message to a path that answers in events. `piece` is given the answer as it is written; `meanwhile` is
    /// asked again and again before its first piece and between two.
    pub fn stream(
        &self,
        path: &CStr,
        message: &Message,
        mut meanwhile: impl FnMut(Progress) -> Wish,
        mut piece: impl FnMut(&str) -> Wish,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let retried = self.retried();
        let stream = Stream::open(self, path, message)?;
        loop {
            let wish = match stream.next()? {
                Some(Next::Delta(text)) => piece(&text),
                None if stream.is_done() => return Ok(()),
                Some(Next::Other) | None => meanwhile(Progress {
                    passed: began.elapsed(),
                    attempt: 1 + self.retried().saturating_sub(retried),
                    ended: false,
                }),
            };
            if let Wish::Cancel = wish {
                stream.cancel();
            }
        }
    }
}

/// What comes of a stream.
enum Next {
    Delta(String),
    Other,
}

struct Stream(NonNull<c::RobofyStream>);

impl Stream {
    fn open(client: &Client, path: &CStr, message: &Message) -> Result<Self, Failure> {
        let mut error = ptr::null_mut();
        // SAFETY: handles and a text that live through the call, and a place for the error.
        let stream = unsafe {
            c::robofy_stream_open(
                client.0.as_ptr(),
                path.as_ptr(),
                message.0.as_ptr(),
                &raw mut error,
            )
        };
        NonNull::new(stream)
            .map(Self)
            .ok_or_else(|| owned_failure(error))
    }

    /// `None` if nothing came within a tick, and at the end.
    fn next(&self) -> Result<Option<Next>, Failure> {
        let timeout = i64::try_from(TICK.as_millis()).unwrap_or(i64::MAX);
        let mut error = ptr::null_mut();
        // SAFETY: a live handle and a place for the error; the event is ours, read, then freed once.
        unsafe {
            let event = c::robofy_stream_next(self.0.as_ptr(), timeout, &raw mut error);
            if !error.is_null() {
                return Err(owned_failure(error));
            }
            if event.is_null() {
                return Ok(None);
            }
            let next = match c::robofy_stream_event_kind(event) {
                DELTA => Next::Delta(text(c::robofy_stream_event_text(event)).unwrap_or_default()),
                _ => Next::Other,
            };
            c::robofy_stream_event_free(event);
            Ok(Some(next))
        }
    }

    fn is_done(&self) -> bool {
        // SAFETY: a live handle.
        unsafe { c::robofy_stream_is_done(self.0.as_ptr()) }
    }

    fn cancel(&self) {
        // SAFETY: a live handle. Of no effect if the end has come in between.
        unsafe { c::robofy_stream_cancel(self.0.as_ptr()) };
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: made by robofy_stream_open, freed once.
        unsafe { c::robofy_stream_free(self.0.as_ptr()) }
    }
}
