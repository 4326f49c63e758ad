//! What became of submitted chats, kept until it is collected: every tag completes once.
//!
//! The limit of chats in flight is kept here too, with the awaited ones counted in.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::RawFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::engine::traffic::Traffic;
use crate::error::{Error, Status};
use crate::message::{Completion, Reply};
use crate::sys::notifier::Notifier;

#[derive(Default)]
pub(crate) struct Completions {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    /// From submit until the completion is collected.
    tags: HashMap<u64, Tag>,
    finished: VecDeque<Completion>,
    /// Chats in flight whose results are awaited, and never come here.
    awaited: usize,
    notifier: Option<Notifier>,
    /// Threads that wait in [`Completions::poll`].
    waiting: usize,
    /// Tells a tag's chats apart: a tag may be used again.
    tickets: u64,
}

enum Tag {
    InFlight { ticket: u64, chat: AbortHandle },
    Finished,
}

impl Completions {
    /// Starts a chat under `tag`; `spawn` is given the ticket that it has to complete.
    pub(crate) fn submit(
        &self,
        traffic: &Arc<Traffic>,
        tag: u64,
        spawn: impl FnOnce(Ticket) -> AbortHandle,
    ) -> Result<(), Error> {
        let mut state = self.lock();
        state.admit(traffic)?;
        let ticket = state.tickets;
        let Entry::Vacant(free) = state.tags.entry(tag) else {
            return Err(Error::invalid_argument(
                "tag",
                "is in flight, or its completion was not collected yet",
            ));
        };
        let chat = spawn(Ticket {
            traffic: traffic.clone(),
            tag,
            ticket,
            completed: false,
        });
        free.insert(Tag::InFlight { ticket, chat });
        state.tickets += 1;
        traffic.tally.started();
        Ok(())
    }

    /// Counts a chat that is awaited, until it [`leave`](Self::leave)s.
    pub(crate) fn enter(&self, traffic: &Traffic) -> Result<(), Error> {
        let mut state = self.lock();
        state.admit(traffic)?;
        state.awaited += 1;
        Ok(())
    }

    pub(crate) fn leave(&self) {
        self.lock().awaited -= 1;
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
                    notifier.silence();
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
            notifier.ring();
        }
        Ok(state.notifier.insert(notifier).descriptor())
    }

    /// Completes a chat as cancelled; false if there is none in flight under `tag`.
    pub(crate) fn cancel(&self, traffic: &Traffic, tag: u64) -> bool {
        let mut state = self.lock();
        let Some(entry @ Tag::InFlight { .. }) = state.tags.get_mut(&tag) else {
            return false;
        };
        let in_flight = std::mem::replace(entry, Tag::Finished);
        traffic.tally.cancelled();
        self.push(&mut state, tag, Err(cancelled()));
        drop(state);
        in_flight.abort();
        true
    }

    /// Gives up every chat, and closes the descriptor: nobody is left to collect.
    pub(crate) fn close(&self) {
        let state = std::mem::take(&mut *self.lock());
        for tag in state.tags.into_values() {
            tag.abort();
        }
    }

    pub(crate) fn uncollected(&self) -> usize {
        self.lock().finished.len()
    }

    fn complete(&self, ticket: &Ticket, result: Result<Reply, Error>) {
        let mut state = self.lock();
        match state.tags.get_mut(&ticket.tag) {
            Some(entry) if entry.is_held_by(ticket.ticket) => *entry = Tag::Finished,
            // Cancelled meanwhile, which was its completion.
            _ => return,
        }
        ticket.traffic.tally.finished(&result);
        self.push(&mut state, ticket.tag, result);
    }

    fn push(&self, state: &mut State, tag: u64, result: Result<Reply, Error>) {
        state.finished.push_back(Completion { tag, result });
        if state.finished.len() == 1
            && let Some(notifier) = &state.notifier
        {
            notifier.ring();
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
    fn admit(&self, traffic: &Traffic) -> Result<(), Error> {
        let most = traffic.account.settings.max_in_flight;
        if most > 0 && self.tags.len() + self.awaited >= most {
            traffic.tally.refused();
            return Err(overloaded(most));
        }
        Ok(())
    }
}

impl Tag {
    fn is_held_by(&self, holder: u64) -> bool {
        matches!(self, Self::InFlight { ticket, .. } if *ticket == holder)
    }

    fn abort(self) {
        if let Self::InFlight { chat, .. } = self {
            chat.abort();
        }
    }
}

/// A submitted chat's duty to complete.
pub(crate) struct Ticket {
    traffic: Arc<Traffic>,
    tag: u64,
    ticket: u64,
    completed: bool,
}

impl Ticket {
    pub(crate) fn complete(mut self, result: Result<Reply, Error>) {
        self.completed = true;
        self.traffic.completions.complete(&self, result);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.completed {
            // A panic, or a cancelled chat, whose completion this cannot be any more.
            let lost = Error::internal("a chat ended without a result");
            self.traffic.completions.complete(self, Err(lost));
        }
    }
}

fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the chat was cancelled; the agent may have seen the message",
    )
}

fn overloaded(most: usize) -> Error {
    Error::new(
        Status::Overloaded,
        format!(
            "{most} chats are in flight already; collect what has completed first, or raise max_in_flight"
        ),
    )
}
