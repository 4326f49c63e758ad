//! An answer that comes in events, which are taken one after another.

use std::io;
use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::task::AbortHandle;

use super::ticket::lost;
use crate::engine::admission::limit::Permit;
use crate::engine::exchange::Account;
use crate::engine::metrics::InFlight;
use crate::engine::streaming::{Next, Producer, Queue, faults as errors};
use crate::error::Error;
use crate::event::{Event, EventKind};
use crate::wire::{self, Said};

/// A stream on the process-wide runtime; dropped before its end was taken, it is cancelled.
pub(crate) struct Streamed {
    account: Arc<Account>,
    queue: Arc<Queue>,
    chat: AbortHandle,
    /// The queue's lock and the metrics' are taken inside.
    taken: Mutex<Taken>,
}

/// What has come of it, for those who took it.
#[derive(Default)]
struct Taken {
    text: String,
    /// A piece had no room: none is kept after it.
    is_full: bool,
    session_id: Option<String>,
    /// `None` once the end was taken.
    held: Option<(InFlight, Permit)>,
}

impl Streamed {
    /// Starts the chat with `spawn`, which is told where its events go.
    pub(crate) fn begin(
        account: Arc<Account>,
        permit: Permit,
        in_flight: InFlight,
        spawn: impl FnOnce(Producer) -> AbortHandle,
    ) -> Self {
        let queue = Arc::new(Queue::default());
        Self {
            account,
            chat: spawn(Producer::new(queue.clone(), lost)),
            queue,
            taken: Mutex::new(Taken {
                held: Some((in_flight, permit)),
                ..Taken::default()
            }),
        }
    }

    /// The next event, waited for until `deadline`; `None` if there was none in time, and at the end.
    pub(crate) fn next(&self, deadline: Option<Instant>) -> Result<Option<Event>, Error> {
        while self.queue.wait(deadline) {
            // Another thread may have been quicker.
            if let Some(next) = self.take() {
                return next;
            }
        }
        Ok(None)
    }

    /// The same, for an executor; `None` at the end.
    pub(crate) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Result<Option<Event>, Error>> {
        loop {
            ready!(self.queue.poll_ready(cx));
            if let Some(next) = self.take() {
                return Poll::Ready(next);
            }
        }
    }

    /// Everything has been taken, the end included.
    pub(crate) fn is_done(&self) -> bool {
        self.queue.is_over()
    }

    pub(crate) fn text(&self) -> String {
        self.lock().text.clone()
    }

    pub(crate) fn session_id(&self) -> Option<String> {
        self.lock().session_id.clone()
    }

    pub(crate) fn descriptor(&self) -> io::Result<RawFd> {
        self.queue.descriptor()
    }

    /// False if the end was taken before.
    pub(crate) fn cancel(&self) -> bool {
        let held = self.lock().held.take();
        let Some((in_flight, _permit)) = held else {
            return false;
        };
        in_flight.cancelled();
        self.queue.cut(Some(errors::cancelled()));
        self.chat.abort();
        true
    }

    /// What there is now, in the order of its arrival.
    fn take(&self) -> Option<Result<Option<Event>, Error>> {
        let mut taken = self.lock();
        let (end, is_cut) = match self.queue.take() {
            Some(Next::Data(json)) => match self.read(json.into_string()) {
                Ok(event) => {
                    taken.keep(&event, self.account.settings.max_response_bytes);
                    return Some(Ok(Some(event)));
                }
                Err(error) => (Err(error), true),
            },
            Some(Next::End(end)) => (end, false),
            None if self.queue.is_over() => return Some(Ok(None)),
            None => return None,
        };
        if let Some((in_flight, _permit)) = taken.held.take() {
            in_flight.streamed(end.as_ref().err().map(Error::status));
        }
        drop(taken);
        if is_cut {
            self.queue.cut(None);
            self.chat.abort();
        }
        Some(end.map(|()| None))
    }

    fn read(&self, json: String) -> Result<Event, Error> {
        let key = &self.account.key;
        match wire::decode_event(json) {
            Ok(Said::Event(event)) => Ok(event),
            Ok(Said::Error(words)) => Err(errors::of_service(words, key)),
            Err(data) => Err(errors::not_json(&data, key)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The answer's beginning is kept, in whole pieces and up to `limit` bytes.
    fn keep(&mut self, event: &Event, limit: usize) {
        let Some(text) = &event.text else { return };
        match event.kind {
            EventKind::Delta => {
                self.is_full |= self.text.len() + text.len() > limit;
                if !self.is_full {
                    self.text += text;
                }
            }
            EventKind::Session => self.session_id = Some(text.clone()),
            _ => {}
        }
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        let held = self.lock().held.take();
        if let Some((in_flight, _permit)) = held {
            self.chat.abort();
            in_flight.cancelled();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_is_kept_is_the_answers_beginning() {
        let mut taken = Taken::default();
        for (kind, text) in [
            (EventKind::Delta, "abc"),
            (EventKind::Delta, "defgh"),
            (EventKind::Delta, "i"),
            (EventKind::Session, "918727"),
        ] {
            let event = Event {
                kind,
                name: None,
                text: Some(text.to_owned()),
                json: String::new(),
            };
            taken.keep(&event, 7);
        }
        assert_eq!(
            taken.text, "abc",
            "and no piece behind the one that is missing"
        );
        assert_eq!(taken.session_id.as_deref(), Some("918727"));
    }
}
