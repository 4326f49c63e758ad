//! Takes turns from the store to the agent, and what it says back into the store.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use robofy_client::{Client, Message, Status, hooks};

use super::alarm::Alarm;
use super::clock::Clock;
use super::desk::{Desk, Ready, Said};
use super::stats::Counters;
use super::worker::{Work as Job, Worker};
use crate::inbox::options::{Moment, Options};
use crate::inbox::policy::turn::due;
use crate::inbox::store::{
    Action, Effect, Epoch, Key, Kind, Step, Store, StoreError, TurnId, Work,
};
use crate::text;

/// Steps of one transaction.
const BATCH: usize = 128;
/// The first wait after the store has failed, and the longest.
const STORE_AGAIN: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
/// Until the client may have a place again.
const PLACE_AGAIN: Duration = Duration::from_millis(250);
/// Until a thread may be had again.
const THREAD_AGAIN: Duration = Duration::from_millis(100);
/// What another worker has is looked at again after this time.
const OTHERS: Duration = Duration::from_secs(1);
/// Old messages are forgotten after so many new ones, or after this time if there are new ones.
const PURGE_AFTER: (u64, Duration) = (256, Duration::from_secs(1));
/// A clock that goes back by less is being slewed.
const JUMP_MS: i64 = 1_000;
const PURGED_AT_ONCE: usize = 512;

pub(super) struct Turns {
    pub(super) client: Client,
    pub(super) store: Arc<dyn Store>,
    pub(super) options: Options,
    pub(super) clock: Clock,
    pub(super) epoch: Epoch,
    /// With an empty query.
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
    claimed: VecDeque<(Arc<Key>, TurnId)>,
    /// Turns that are sent for the store, and for which the client has no place.
    unplaced: VecDeque<(TurnId, Message)>,
    purged_at: Option<Instant>,
    failures: u32,
    /// What time it was, by either clock.
    looked_at: Option<(i64, Instant)>,
    /// The clock went back. What waited is due by this time, once.
    catching_up: Option<i64>,
}

impl Job for Turns {
    fn run(&self) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        self.alarm.clear();
        loop {
            match self.pass(&mut own) {
                Ok(Look::Again) if !self.desk.is_closed() => own.failures = 0,
                Ok(Look::Again | Look::Never) => return own.failures = 0,
                Ok(Look::At(at)) => {
                    own.failures = 0;
                    return self.wake_at(at);
                }
                Err(_) => {
                    self.counters.storage_error();
                    let wait = STORE_AGAIN.0.saturating_mul(1 << own.failures.min(10));
                    own.failures = own.failures.saturating_add(1);
                    self.wake_at(Instant::now() + wait.min(STORE_AGAIN.1));
                    return;
                }
            }
        }
    }

    fn later(&self, worker: &Arc<Worker>) {
        let at = Instant::now() + THREAD_AGAIN;
        self.alarm.set(at, &self.client, worker);
    }
}

/// When to look at the store again.
enum Look {
    /// There is more to do.
    Again,
    At(Instant),
    /// When something has happened.
    Never,
}

impl Turns {
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

    /// What the agent has said is kept, as far as the store can.
    pub(super) fn keep_answers(&self) -> Result<bool, StoreError> {
        let said = self.desk.answers(BATCH);
        if said.is_empty() {
            return Ok(false);
        }
        let ends: Vec<_> = said.iter().map(|(_, _, said)| self.end(said)).collect();
        let steps: Vec<_> = said
            .iter()
            .zip(&ends)
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
        match self.store.advance(self.epoch, &steps, self.at()) {
            Ok(effects) => {
                let turns = said.iter().map(|(_, turn, _)| *turn);
                let ended = effects.into_iter().map(|effect| effect == Effect::Ready);
                self.desk.end(turns.zip(ended));
                Ok(true)
            }
            Err(error) => {
                self.desk.give_back(said);
                Err(error)
            }
        }
    }

    /// What the user is told, and what the program is to see of it.
    fn end(&self, said: &Said) -> (Kind, Vec<String>, String) {
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

    fn pass(&self, own: &mut Own) -> Result<Look, StoreError> {
        self.look_at_clock(own);
        let is_answered = self.keep_answers()?;
        self.desk.try_again();
        self.place(own);
        let is_claimed = self.claim(own)? > 0;
        self.send(own)?;
        let is_purged = self.purge(own)?;
        let typing = self.typing().and_then(|every| self.desk.show_typing(every));
        if is_answered || is_claimed || is_purged || !own.claimed.is_empty() {
            return Ok(Look::Again);
        }
        let now = Instant::now();
        let place = (!own.unplaced.is_empty()).then(|| now + PLACE_AGAIN);
        let due = match self.desk.room() {
            0 => None,
            _ => self.due()?,
        };
        // What is due and was not claimed is another worker's.
        let due = due.map(|wait| now + if wait.is_zero() { OTHERS } else { wait });
        let next = [due, typing, place].into_iter().flatten().min();
        Ok(next.map_or(Look::Never, Look::At))
    }

    /// What waits is due by the clock as it was. Set back by less than the horizon, it would have that wait as long.
    fn look_at_clock(&self, own: &mut Own) {
        let (now, tick) = (self.clock.now(), Instant::now());
        let before = own.looked_at.replace((now, tick));
        let Some((wall, before)) = before else { return };
        let passed = i64::try_from((tick - before).as_millis()).unwrap_or(i64::MAX);
        let expected = wall.saturating_add(passed);
        if now < expected.saturating_sub(JUMP_MS) {
            let longest = self.options.quiet_ms.min(self.options.max_wait_ms);
            own.catching_up = Some(expected.saturating_add(longest));
        }
    }

    /// Takes what is due, as far as there is room.
    fn claim(&self, own: &mut Own) -> Result<usize, StoreError> {
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
            }
        }
        self.desk.add(ends);
        Ok(count)
    }

    /// Asks the agent about what is claimed, once it is kept that it is asked.
    fn send(&self, own: &mut Own) -> Result<(), StoreError> {
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
    fn place(&self, own: &mut Own) {
        while let Some((turn, message)) = own.unplaced.pop_front() {
            let (desk, worker) = (self.desk.clone(), self.worker.clone());
            let done = move |said| {
                if desk.answered(turn, said) {
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

    fn purge(&self, own: &mut Own) -> Result<bool, StoreError> {
        let arrived = self.arrived.load(Ordering::Relaxed);
        let is_time = arrived >= PURGE_AFTER.0
            || own.purged_at.is_none_or(|at| at.elapsed() >= PURGE_AFTER.1);
        if arrived == 0 || !is_time {
            return Ok(false);
        }
        let purged = self.store.purge(PURGED_AT_ONCE, self.at())?;
        let is_more = purged == PURGED_AT_ONCE;
        if !is_more {
            self.arrived.fetch_sub(arrived, Ordering::Relaxed);
            own.purged_at = Some(Instant::now());
        }
        Ok(is_more)
    }

    /// How long the store has nothing to claim, by the clock that does not jump.
    fn due(&self) -> Result<Option<Duration>, StoreError> {
        let at = self.at();
        let due_at = self.store.next_due(at)?;
        Ok(due_at.map(|due_at| {
            let horizon = due::horizon(at.options);
            let wait = due_at.saturating_sub(at.now).clamp(0, horizon);
            Duration::from_millis(wait.unsigned_abs())
        }))
    }

    fn typing(&self) -> Option<Duration> {
        let every = u64::try_from(self.options.typing_ms).ok()?;
        (every > 0).then(|| Duration::from_millis(every))
    }
}
