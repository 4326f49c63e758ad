//! Takes turns from the store to the agent, and what it says back into the store.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use robofy_client::{Client, Error, Message, Status, hooks};

use super::alarm::Alarm;
use super::clock::Clock;
use super::desk::{Answer, Desk, Said};
use super::queue::Ready;
use super::stats::Counters;
use super::worker::Worker;
use crate::inbox::options::{Moment, Options};
use crate::inbox::policy::turn::due;
use crate::inbox::store::{
    Action, Effect, Epoch, Key, Kind, Step, Store, StoreError, TurnId, Work,
};
use crate::text;

/// Steps of one transaction.
const BATCH: usize = 128;
/// So many answers refused one by one are taken for a store that refuses all.
const REFUSED: usize = 8;
/// A chat that the client's pace has refused is tried again within these.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is kept of an answer: of what kind it is, its parts, and its note.
type End = (Kind, Vec<String>, String);

pub(super) struct Turns {
    pub(super) client: Client,
    pub(super) store: Arc<dyn Store>,
    pub(super) options: Options,
    pub(super) clock: Clock,
    pub(super) epoch: Epoch,
    pub(super) message: Message,
    pub(super) desk: Arc<Desk>,
    pub(super) worker: Arc<Worker>,
    pub(super) alarm: Alarm,
    pub(super) counters: Counters,
    /// Messages that came since old ones were forgotten.
    pub(super) arrived: AtomicU64,
    /// The worker's own.
    pub(super) own: Mutex<Own>,
}

#[derive(Default)]
pub(super) struct Own {
    /// Turns that are claimed, and not sent.
    pub(super) claimed: VecDeque<(Arc<Key>, TurnId)>,
    /// Turns that are sent for the store, and for which the client has no place.
    pub(super) unplaced: VecDeque<(TurnId, Message)>,
    pub(super) purged_at: Option<Instant>,
    /// There is more to be forgotten.
    pub(super) is_purging: bool,
    pub(super) failures: u32,
    /// How often answers have been refused in a row, and when they are tried again.
    pub(super) refusals: u32,
    pub(super) refused_until: Option<Instant>,
    /// What time it was, by either clock.
    pub(super) looked_at: Option<(i64, Instant)>,
    /// The clock went back. What waited is due by this time, once.
    pub(super) catching_up: Option<i64>,
}

impl Turns {
    /// `message` is the agent's, with an empty query.
    pub(super) fn new(
        client: &Client,
        message: Message,
        options: Options,
        store: Arc<dyn Store>,
        clock: Clock,
        epoch: Epoch,
    ) -> Self {
        let own = Own {
            looked_at: Some((clock.now(), Instant::now())),
            ..Own::default()
        };
        Self {
            client: client.clone(),
            store,
            options,
            clock,
            epoch,
            message,
            desk: Arc::default(),
            worker: Arc::default(),
            alarm: Alarm::default(),
            counters: Counters::default(),
            arrived: AtomicU64::default(),
            own: Mutex::new(own),
        }
    }

    pub(super) fn at(&self) -> Moment<'_> {
        Moment {
            now: self.clock.now(),
            options: &self.options,
        }
    }

    /// The worker looks at the store when something is due there.
    pub(super) fn look(&self) {
        match self.due() {
            Ok(Some(wait)) => self.wake_at(Instant::now() + wait),
            Ok(None) => {}
            Err(_) => self.worker.wake(),
        }
    }

    pub(super) fn wake_at(&self, at: Instant) {
        self.alarm.set(at, &self.client, &self.worker);
    }

    /// What the agent has said is kept, as far as the store can: whether any is, and why not all of it. An answer that the store refuses
    /// by itself does not stop the others; it is refused until [`Desk::try_refused`].
    pub(super) fn keep_answers(&self) -> (bool, Result<(), StoreError>) {
        let mut said = self.desk.answers(BATCH);
        let ends: Vec<_> = said.iter().map(|(_, _, said)| self.end(said)).collect();
        let (mut is_any, mut why) = (false, Ok(()));
        let mut refused = Vec::new();
        let mut untried = said.len();
        // What is refused is tried in halves, the first one first.
        let mut ranges = Vec::from_iter((untried > 0).then_some(0..untried));
        while let Some(range) = ranges.pop() {
            match self.keep(&said[range.clone()], &ends[range.clone()]) {
                Ok(()) => is_any = true,
                Err(error) if range.len() == 1 => {
                    why = Err(error);
                    refused.push(range.start);
                    if refused.len() == REFUSED {
                        untried = range.end;
                        break;
                    }
                }
                Err(_) => {
                    let middle = range.start + range.len() / 2;
                    ranges.extend([middle..range.end, range.start..middle]);
                }
            }
        }
        let untried = said.split_off(untried);
        let said = said.into_iter().enumerate();
        let refused = said.filter(|(index, _)| refused.contains(index));
        self.desk
            .give_back(untried, refused.map(|(_, said)| said).collect());
        (is_any, why)
    }

    /// Keeps answers, all of them or none.
    fn keep(&self, said: &[Answer], ends: &[End]) -> Result<(), StoreError> {
        let steps: Vec<_> = said
            .iter()
            .zip(ends)
            .map(|((session, turn, _), (kind, parts, note))| Step {
                session,
                turn: *turn,
                action: Action::Answer {
                    kind: *kind,
                    parts,
                    note,
                },
            })
            .collect();
        let effects = self.store.advance(self.epoch, &steps, self.at())?;
        let turns = said.iter().map(|(_, turn, _)| *turn);
        let ended = effects.into_iter().map(|effect| effect == Effect::Ready);
        self.desk.end(turns.zip(ended));
        Ok(())
    }

    /// What the user is told, and what the program is to see of it.
    fn end(&self, said: &Said) -> End {
        let (kind, parts) = match said {
            Ok(reply) => (
                Kind::Answer,
                text::parts(reply.answer(), self.options.dialect, self.options.limit),
            ),
            Err(error) => {
                let told = self.options.fallback(error.status() as i32);
                (Kind::Fallback, text::split(told, self.options.limit))
            }
        };
        (kind, parts, hooks::keep(said))
    }

    /// Takes what is due, as far as there is room. How much that was; what is put off counts.
    pub(super) fn claim(&self, own: &mut Own) -> Result<usize, StoreError> {
        let most = self.desk.room().min(BATCH);
        if most == 0 || !own.claimed.is_empty() {
            return Ok(0);
        }
        let mut at = self.at();
        at.now = own.catching_up.unwrap_or(at.now);
        let works = self.store.claim(self.epoch, most, at)?;
        let count = works.len();
        own.catching_up = own.catching_up.filter(|_| count == most);
        let mut ends = Vec::new();
        for work in works {
            match work {
                Work::Ask(session, turn) => own.claimed.push_back((session, turn)),
                Work::HandOut(session, turn) => ends.push(Ready::end(session, turn)),
                Work::PutOff => {}
            }
        }
        self.desk.add(ends);
        Ok(count)
    }

    /// Asks the agent about what is claimed, once it is kept that it is asked.
    pub(super) fn send(&self, own: &mut Own) -> Result<(), StoreError> {
        let count = own.claimed.len().min(BATCH);
        if count == 0 {
            return Ok(());
        }
        let steps: Vec<_> = own
            .claimed
            .iter()
            .take(count)
            .map(|(session, turn)| Step {
                session,
                turn: *turn,
                action: Action::Send,
            })
            .collect();
        let effects = self.store.advance(self.epoch, &steps, self.at())?;
        let sent: Vec<_> = own.claimed.drain(..count).collect();
        for ((session, turn), effect) in sent.into_iter().zip(effects) {
            match effect {
                Effect::Ask(query) => {
                    let mut message = self.message.clone();
                    message.query(query).session_id(Some(&session.session));
                    self.desk.begin(session, turn, self.typing());
                    own.unplaced.push_back((turn, message));
                }
                Effect::Ready => self.desk.add([Ready::end(session, turn)]),
                _ => {}
            }
        }
        self.place(own);
        Ok(())
    }

    /// Begins chats, as many as the client has places for.
    pub(super) fn place(&self, own: &mut Own) {
        while let Some((turn, message)) = own.unplaced.pop_front() {
            let (desk, worker) = (self.desk.clone(), self.worker.clone());
            let again = message.clone();
            let done = move |said: Said| {
                let is_told = match said.as_ref().map_err(over_pace) {
                    Err(Some(wait)) => desk.put_off(Instant::now() + wait, turn, again),
                    _ => desk.answered(turn, said),
                };
                if is_told {
                    worker.wake();
                }
            };
            match hooks::tell(&self.client, &message, done) {
                Ok(chat) => self.desk.attach(turn, chat),
                Err(error) if error.status() == Status::Overloaded => {
                    own.unplaced.push_front((turn, message));
                    return;
                }
                Err(error) => {
                    if self.desk.answered(turn, Err(error)) {
                        self.worker.wake();
                    }
                }
            }
        }
    }

    /// How long the store has nothing to claim, by the clock that does not jump.
    pub(super) fn due(&self) -> Result<Option<Duration>, StoreError> {
        let at = self.at();
        let due_at = self.store.next_due(at)?;
        Ok(due_at.map(|due_at| {
            let horizon = due::horizon(at.options);
            let wait = due_at.saturating_sub(at.now).clamp(0, horizon);
            Duration::from_millis(wait.unsigned_abs())
        }))
    }

    pub(super) fn typing(&self) -> Option<Duration> {
        let every = u64::try_from(self.options.typing_ms).ok()?;
        (every > 0).then(|| Duration::from_millis(every))
    }
}

/// The wait for the client's own pace, if that has refused the message: nothing was sent, and there is no hurry.
fn over_pace(error: &Error) -> Option<Duration> {
    let is_own = error.status() == Status::RateLimited && error.http_status().is_none();
    let wait = error.retry_after().unwrap_or_default();
    is_own.then(|| wait.clamp(SHORTEST_WAIT, LONGEST_WAIT))
}
