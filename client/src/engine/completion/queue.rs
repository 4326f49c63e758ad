//! What became of submitted chats, kept until it is polled: every tag completes once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::RawFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::completion::{Completion, Outcome};
use crate::engine::admission::limit::Permit;
use crate::engine::metrics::{Finish, InFlight, Metrics};
use crate::error::{Error, Status};
use crate::sys::notifier::Notifier;

pub(crate) struct Completions {
    metrics: Arc<Metrics>,
    /// Never held while a chat is spawned or aborted: a chat that is dropped takes it. The metrics' lock is taken inside.
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    /// From submit until the completion is polled.
    tags: HashMap<u64, Tag>,
    finished: VecDeque<Completion>,
    notifier: Option<Notifier>,
    /// Threads that wait in [`Completions::poll`].
    waiting: usize,
    /// How many chats were submitted.
    submitted: u64,
}

struct Tag {
    _permit: Permit,
    /// `None` once it has completed.
    chat: Option<Chat>,
}

struct Chat {
    number: u64,
    in_flight: InFlight,
    /// Attached when the chat was spawned.
    abort: Option<AbortHandle>,
}

/// One use of a tag.
#[derive(Clone, Copy)]
pub(super) struct Submission {
    tag: u64,
    number: u64,
}

impl Completions {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            state: Mutex::default(),
            arrived: Condvar::new(),
        }
    }

    pub(super) fn reserve(&self, tag: u64, permit: Permit) -> Result<Submission, Error> {
        let mut state = self.lock();
        let number = state.submitted;
        let Entry::Vacant(free) = state.tags.entry(tag) else {
            return Err(Error::invalid_argument(
                "tag",
                "is in flight, or its completion was not collected yet",
            ));
        };
        free.insert(Tag {
            _permit: permit,
            chat: Some(Chat {
                number,
                in_flight: self.metrics.started(),
                abort: None,
            }),
        });
        state.submitted += 1;
        Ok(Submission { tag, number })
    }

    /// Frees the tag, if it has not completed.
    pub(super) fn withdraw(&self, submission: Submission) {
        let mut state = self.lock();
        if state.in_flight(submission).is_some() {
            state.tags.remove(&submission.tag);
        }
    }

    /// Names the chat that [`cancel`](Self::cancel) aborts. One that has completed already is aborted at once: it was
    /// cancelled, or it is about to end.
    pub(super) fn attach(&self, submission: Submission, abort: AbortHandle) {
        if let Some(chat) = self.lock().in_flight(submission) {
            chat.abort = Some(abort);
            return;
        }
        abort.abort();
    }

    /// Does nothing if the chat was cancelled meanwhile, which was its completion.
    pub(super) fn complete<T>(&self, submission: Submission, result: Result<T, Error>)
    where
        T: Finish + Into<Outcome>,
    {
        let mut state = self.lock();
        if let Some(chat) = state.take_in_flight(submission) {
            chat.in_flight.finished(&result);
            self.push(&mut state, submission.tag, result.map(Into::into));
        }
    }

    /// Completes a chat as cancelled; false if there is none in flight under `tag`.
    pub(crate) fn cancel(&self, tag: u64) -> bool {
        let mut state = self.lock();
        let Some(chat) = state.tags.get_mut(&tag).and_then(|tag| tag.chat.take()) else {
            return false;
        };
        chat.in_flight.cancelled();
        self.push(&mut state, tag, Err(cancelled()));
        drop(state);
        if let Some(abort) = chat.abort {
            abort.abort();
        }
        true
    }

    /// The next completion, waited for until `deadline`; `None` for ever.
    pub(crate) fn poll(&self, deadline: Option<Instant>) -> Option<Completion> {
        let mut state = self.lock();
        loop {
            if let Some(completion) = state.finished.pop_front() {
                state.tags.remove(&completion.tag);
                if state.finished.is_empty()
                    && let Some(notifier) = &state.notifier
                {
                    notifier.clear();
                }
                return Some(completion);
            }
            let left = match deadline {
                Some(deadline) => Some(deadline.checked_duration_since(Instant::now())?),
                None => None,
            };
            if left == Some(Duration::ZERO) {
                return None;
            }
            state = self.wait(state, left);
        }
    }

    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        left: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        state.waiting += 1;
        let mut state = match left {
            Some(left) => {
                let woken = self.arrived.wait_timeout(state, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                let woken = self.arrived.wait(state);
                woken.unwrap_or_else(PoisonError::into_inner)
            }
        };
        state.waiting -= 1;
        state
    }

    /// Readable exactly while completions wait. Made on first use.
    pub(crate) fn descriptor(&self) -> io::Result<RawFd> {
        let mut state = self.lock();
        if let Some(notifier) = &state.notifier {
            return Ok(notifier.descriptor());
        }
        let notifier = Notifier::new()?;
        if !state.finished.is_empty() {
            notifier.notify();
        }
        Ok(state.notifier.insert(notifier).descriptor())
    }

    /// Aborts every chat, and closes the descriptor: nobody is left to poll.
    pub(crate) fn close(&self) {
        let state = std::mem::take(&mut *self.lock());
        let chats = state.tags.into_values().filter_map(|tag| tag.chat);
        for abort in chats.filter_map(|chat| chat.abort) {
            abort.abort();
        }
    }

    pub(crate) fn uncollected(&self) -> usize {
        self.lock().finished.len()
    }

    fn push(&self, state: &mut State, tag: u64, result: Result<Outcome, Error>) {
        state.finished.push_back(Completion { tag, result });
        if state.finished.len() == 1
            && let Some(notifier) = &state.notifier
        {
            notifier.notify();
        }
        if state.waiting > 0 {
            self.arrived.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn in_flight(&mut self, submission: Submission) -> Option<&mut Chat> {
        let chat = self.tags.get_mut(&submission.tag)?.chat.as_mut();
        chat.filter(|chat| chat.number == submission.number)
    }

    fn take_in_flight(&mut self, submission: Submission) -> Option<Chat> {
        let tag = self.tags.get_mut(&submission.tag)?;
        tag.chat.take_if(|chat| chat.number == submission.number)
    }
}

pub(super) fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the chat was cancelled; the agent may have seen the message",
    )
}
