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
    /// A piece was too much for the text, which is the answer's beginning.
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
        let mut taken = self.lock();
        let Some((in_flight, _permit)) = taken.held.take() else {
            return false;
        };
        // Under the lock: no thread takes another end in between.
        let _waking = self.queue.cut(Some(errors::cancelled()));
        drop(taken);
        in_flight.cancelled();
        self.chat.abort();
        true
    }

    /// What there is now, in the order of its arrival.
    fn take(&self) -> Option<Result<Option<Event>, Error>> {
        let mut taken = self.lock();
        let (end, cut) = match self.queue.take() {
            Some(Next::Data(json)) => match self.read(json.into_string()) {
                Ok(event) => {
                    taken.keep(&event, self.account.settings.max_response_bytes);
                    return Some(Ok(Some(event)));
                }
                // Under the lock: no thread takes what is behind it.
                Err(error) => (Err(error), Some(self.queue.cut(None))),
            },
            Some(Next::End(end)) => (end, None),
            None if self.queue.is_over() => return Some(Ok(None)),
            None => return None,
        };
        if let Some((in_flight, _permit)) = taken.held.take() {
            in_flight.streamed(end.as_ref().err().map(Error::status));
        }
        drop(taken);
        if cut.is_some() {
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
    use std::future::pending;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use tokio::runtime::Builder;

    use super::*;
    use crate::engine::admission::limit::Limit;
    use crate::engine::metrics::Metrics;
    use crate::options::Options;
    use crate::secret::ApiKey;

    /// A stream that keeps `most` bytes of its text, and where its events come from.
    fn streamed(most: u64) -> (Streamed, Producer) {
        let mut options = Options::new();
        options.max_response_bytes(most);
        let account = Account {
            key: ApiKey::new("a-test-key").unwrap(),
            settings: options.validate().unwrap(),
        };
        let permit = Arc::new(Limit::new(0)).acquire().ok().unwrap();
        let in_flight = Arc::new(Metrics::default()).started();
        let mut producer = None;
        let streamed = Streamed::begin(Arc::new(account), permit, in_flight, |given| {
            producer = Some(given);
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.spawn(pending::<()>()).abort_handle()
        });
        (streamed, producer.unwrap())
    }

    fn delta(text: &str) -> Box<str> {
        format!(r#"{{"type":"text-delta","delta":"{text}"}}"#).into()
    }

    #[test]
    fn the_text_is_the_answers_beginning() {
        let (streamed, producer) = streamed(10);
        for text in ["begin ", "much too long", "end"] {
            producer.push(delta(text));
        }
        producer.end(Ok(()));
        while streamed.next(None).unwrap().is_some() {}
        assert_eq!(streamed.text(), "begin ");
    }

    /// What two readers are told and a third is afterwards, while the stream is cancelled: events, and errors.
    fn told(prepare: impl Fn(&Producer)) -> (usize, usize) {
        let (streamed, producer) = streamed(1 << 20);
        prepare(&producer);
        let together = Barrier::new(3);
        let (events, errors) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let count = || match streamed.next(Some(Instant::now())) {
            Ok(None) => {}
            Ok(Some(_)) => _ = events.fetch_add(1, Ordering::Relaxed),
            Err(_) => _ = errors.fetch_add(1, Ordering::Relaxed),
        };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    together.wait();
                    while !streamed.is_done() {
                        count();
                    }
                });
            }
            together.wait();
            if streamed.cancel() {
                // Nobody else may have taken that end.
                while !streamed.is_done() {
                    count();
                }
            }
        });
        let ends = errors.load(Ordering::Relaxed);
        count();
        assert_eq!(ends, errors.load(Ordering::Relaxed), "an end after the end");
        (events.into_inner(), errors.into_inner())
    }

    #[test]
    #[cfg_attr(miri, ignore = "thousands of threads take minutes")]
    fn there_is_one_end_whoever_cancels_or_reads_meanwhile() {
        let given_up = |producer: &Producer| {
            producer.push(r#"{"type":"error"}"#.into());
            producer.push(delta("behind the end"));
            producer.end(Err(lost()));
        };
        for _ in 0..2000 {
            assert!(told(|producer| producer.end(Ok(()))).1 <= 1);
            assert_eq!(told(given_up), (0, 1));
        }
    }
}
