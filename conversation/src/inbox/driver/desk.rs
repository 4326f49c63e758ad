//! What an inbox has in memory: which turns the agent has, what it has said to them, and which outcomes wait to be polled.
//! Of an outcome there is no more than its name.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::RawFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use robofy_client::hooks::Handle;
use robofy_client::{Error, Message, Reply};

use super::queue::{Queue, Ready};
use crate::inbox::store::{Key, TurnId};

/// The most turns that the agent has or whose outcomes wait to be polled. The others wait in the store.
pub(super) const MOST: usize = 10_000;
/// Who had no room is called when there is as much.
const ROOM_AGAIN: usize = 64;

/// What came of asking the agent.
pub(super) type Said = Result<Reply, Error>;

/// What came of asking the agent, and about which turn.
pub(super) type Answer = (Arc<Key>, TurnId, Said);

#[derive(Default)]
pub(super) struct Desk {
    /// Never held while the store is called, or a chat begun or ended.
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    flights: HashMap<TurnId, Flight>,
    /// The turn of each session.
    turns: HashMap<Arc<Key>, TurnId>,
    answers: VecDeque<(TurnId, Said)>,
    /// Answers that the store refused.
    refused: Vec<(TurnId, Said)>,
    /// Turns whose chat the client's pace has refused.
    put_off: Vec<(Instant, TurnId, Message)>,
    /// When typing is shown again, in this order.
    typing: VecDeque<(Instant, TurnId)>,
    ready: Queue,
    /// Those that the store could not hand out.
    put_back: Vec<Ready>,
    /// Threads that wait in [`Desk::take`].
    waiting: usize,
    had_no_room: bool,
    takes_no_more: bool,
    is_closed: bool,
}

/// A turn that the agent has.
struct Flight {
    session: Arc<Key>,
    chat: Option<Handle>,
    /// Nobody wants its answer.
    is_dropped: bool,
    /// Its typing waits to be polled.
    is_shown: bool,
}

impl Desk {
    /// How many turns may begin.
    pub(super) fn room(&self) -> usize {
        let mut state = self.lock();
        let room = state.room();
        state.had_no_room = room == 0;
        room
    }

    /// No turn begins any more.
    pub(super) fn take_no_more(&self) {
        self.lock().takes_no_more = true;
    }

    /// The agent has a turn now. `typing` is the time after which typing is shown again; `None` if it is never shown.
    pub(super) fn begin(&self, session: Arc<Key>, turn: TurnId, typing: Option<Duration>) {
        let mut state = self.lock();
        let flight = Flight {
            session: session.clone(),
            chat: None,
            is_dropped: false,
            is_shown: typing.is_some(),
        };
        state.turns.insert(session.clone(), turn);
        state.flights.insert(turn, flight);
        if let Some(typing) = typing {
            state.typing.push_back((Instant::now() + typing, turn));
            self.push(&mut state, [Ready::typing(session, turn)]);
        }
    }

    /// What ends the chat of a turn when the inbox is closed. The answer may have come already.
    pub(super) fn attach(&self, turn: TurnId, chat: Handle) {
        let mut state = self.lock();
        if state.is_closed {
            drop(state);
            chat.abort();
        } else if let Some(flight) = state.flights.get_mut(&turn) {
            let is_dropped = flight.is_dropped;
            flight.chat = Some(chat);
            drop(state);
            if is_dropped {
                self.drop_chat(turn);
            }
        }
    }

    /// The turns that the agent has of these sessions.
    pub(super) fn of(&self, sessions: impl IntoIterator<Item = Key>) -> Vec<(Arc<Key>, TurnId)> {
        let state = self.lock();
        let found = sessions
            .into_iter()
            .filter_map(|session| state.turns.get_key_value(&session));
        found
            .map(|(session, turn)| (session.clone(), *turn))
            .collect()
    }

    /// The turns that the agent has of this user, whatever the channel.
    pub(super) fn of_user(&self, name: &str) -> Vec<(Arc<Key>, TurnId)> {
        let state = self.lock();
        let found = state.turns.iter().filter(|(key, _)| *key.session == *name);
        found
            .map(|(session, turn)| (session.clone(), *turn))
            .collect()
    }

    /// Ends the chat of a turn, also if it is only about to begin; what it ends with counts as its answer.
    pub(super) fn drop_chat(&self, turn: TurnId) {
        let mut state = self.lock();
        let chat = state.flights.get_mut(&turn).and_then(|flight| {
            flight.is_dropped = true;
            flight.chat.take()
        });
        drop(state);
        if let Some(chat) = chat {
            chat.abort();
        }
    }

    /// The agent has answered, or will not. False if nobody is left to be told.
    pub(super) fn answered(&self, turn: TurnId, said: Said) -> bool {
        let mut state = self.lock();
        if !state.is_closed {
            state.answers.push_back((turn, said));
        }
        !state.is_closed
    }

    /// The chat is to begin once more, at this time. False as above.
    pub(super) fn put_off(&self, at: Instant, turn: TurnId, message: Message) -> bool {
        let mut state = self.lock();
        if !state.is_closed {
            state.put_off.push((at, turn, message));
        }
        !state.is_closed
    }

    /// Those that are to begin now, and when the next one is.
    pub(super) fn begin_again(&self) -> (Vec<(TurnId, Message)>, Option<Instant>) {
        let mut state = self.lock();
        let now = Instant::now();
        let due = state.put_off.extract_if(.., |(at, ..)| *at <= now);
        let due = due.map(|(_, turn, message)| (turn, message)).collect();
        (due, state.put_off.iter().map(|(at, ..)| *at).min())
    }

    /// At most so many answers, in the order in which they came.
    pub(super) fn answers(&self, most: usize) -> Vec<Answer> {
        let state = &mut *self.lock();
        let count = most.min(state.answers.len());
        let taken = state.answers.drain(..count);
        taken
            .filter_map(|(turn, said)| {
                Some((state.flights.get(&turn)?.session.clone(), turn, said))
            })
            .collect()
    }

    /// They could not be kept. Those that were not tried are the next again; those that were refused wait.
    pub(super) fn give_back(&self, untried: Vec<Answer>, refused: Vec<Answer>) {
        let mut state = self.lock();
        for (_, turn, said) in untried.into_iter().rev() {
            state.answers.push_front((turn, said));
        }
        let refused = refused.into_iter().map(|(_, turn, said)| (turn, said));
        state.refused.extend(refused);
    }

    /// Answers that were refused are to be kept again, after the others.
    pub(super) fn try_refused(&self) {
        let state = &mut *self.lock();
        state.answers.extend(state.refused.drain(..));
    }

    /// The agent has these turns no longer, and those that `ended` have outcomes.
    pub(super) fn end(&self, turns: impl IntoIterator<Item = (TurnId, bool)>) {
        let mut state = self.lock();
        for (turn, ended) in turns {
            let Some(flight) = state.flights.remove(&turn) else {
                continue;
            };
            if state.turns.get(&flight.session) == Some(&turn) {
                state.turns.remove(&flight.session);
            }
            if ended {
                self.push(&mut state, [Ready::end(flight.session, turn)]);
            }
        }
        if state.flights.is_empty() {
            state.typing.clear();
        }
    }

    /// Outcomes wait to be polled.
    pub(super) fn add(&self, ready: impl IntoIterator<Item = Ready>) {
        self.push(&mut self.lock(), ready);
    }

    /// Typing is shown again where it is time. When it is time next.
    pub(super) fn show_typing(&self, every: Duration) -> Option<Instant> {
        let state = &mut *self.lock();
        let now = Instant::now();
        while let Some(&(at, turn)) = state.typing.front() {
            let is_over = match state.flights.get_mut(&turn) {
                Some(_) if at > now => return Some(at),
                Some(flight) => {
                    let ready = (!std::mem::replace(&mut flight.is_shown, true))
                        .then(|| Ready::typing(flight.session.clone(), turn));
                    self.push(state, ready);
                    false
                }
                None => true,
            };
            state.typing.pop_front();
            if !is_over {
                state.typing.push_back((now + every, turn));
            }
        }
        None
    }

    /// The store could not hand it out.
    pub(super) fn put_back(&self, ready: Ready) {
        self.lock().put_back.push(ready);
    }

    /// It is tried again.
    pub(super) fn try_again(&self) {
        let mut state = self.lock();
        let again = std::mem::take(&mut state.put_back);
        self.push(&mut state, again);
    }

    /// The next outcome, waited for until `deadline`, and whether there is room again for who had none; `None` for ever.
    pub(super) fn take(&self, deadline: Option<Instant>) -> Option<(Ready, bool)> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(ready) = state.pop() {
                let is_room = state.had_no_room && state.room() >= ROOM_AGAIN;
                if is_room {
                    state.had_no_room = false;
                }
                return Some((ready, is_room));
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return None;
            }
            state.waiting += 1;
            state = match left {
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
        }
    }

    /// Readable exactly while outcomes wait.
    pub(super) fn descriptor(&self) -> io::Result<RawFd> {
        self.lock().ready.descriptor()
    }

    /// How many turns the agent has, and how many outcomes wait to be polled.
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.flights.len(), state.ready.len())
    }

    /// Ends the chats, and tells nobody any more. Answers that have come stay.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let flights = state.flights.values_mut();
        let chats: Vec<_> = flights.filter_map(|flight| flight.chat.take()).collect();
        drop(state);
        self.arrived.notify_all();
        for chat in chats {
            chat.abort();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    fn push(&self, state: &mut State, more: impl IntoIterator<Item = Ready>) {
        for ready in more {
            state.ready.push(ready);
            if state.waiting > 0 {
                self.arrived.notify_one();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn room(&self) -> usize {
        if self.takes_no_more {
            return 0;
        }
        MOST.saturating_sub(self.flights.len() + self.ready.ends())
    }

    /// The next that is not over.
    fn pop(&mut self) -> Option<Ready> {
        let flights = &mut self.flights;
        self.ready.pop(|ready| {
            let flight = flights.get_mut(&ready.turn).filter(|_| ready.is_typing);
            if let Some(flight) = flight {
                flight.is_shown = false;
                return true;
            }
            !ready.is_typing
        })
    }
}
