//! The tables, and the transactions on them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::people::People;
use super::room::give_back;
use super::seen::Seen;
use crate::inbox::options::Moment;
use crate::inbox::policy::turn::due;
use crate::inbox::session::{Channel, Scope, Session};
use crate::inbox::store::{Counts, Epoch, Key, Offer, StoreError};
use crate::inbox::transaction::{Owner, Records};

#[derive(Default)]
pub(super) struct Tables {
    /// Those that are not idle.
    sessions: HashMap<Arc<Key>, Session>,
    due: BTreeSet<(i64, Arc<Key>)>,
    /// When sessions that have nothing else to do may be forgotten.
    pauses: BTreeSet<(i64, Arc<Key>)>,
    people: People,
    seen: Seen,
    /// All of which something was offered.
    channels: HashMap<Box<str>, Channel>,
    workers: HashMap<Box<str>, Epoch>,
    pending: usize,
    turns: usize,
    /// The last number that was given to a message, a turn or an epoch.
    last: u64,
}

impl Tables {
    pub(super) fn begin(&mut self, worker: &str, at: Moment<'_>) -> Result<Epoch, StoreError> {
        let epoch = Epoch(self.next());
        let former = self.workers.insert(worker.into(), epoch);
        let orphan = |session: &&Session| {
            session
                .turn
                .as_ref()
                .is_some_and(|turn| Some(turn.owner) == former)
        };
        let orphans: Vec<_> = self
            .sessions
            .values()
            .filter(orphan)
            .map(|session| session.key.clone())
            .collect();
        for key in orphans {
            self.change(&key, Scope::Head, at, |session, _| {
                session.due_at = Some(at.now)
            })?;
        }
        Ok(epoch)
    }

    pub(super) fn next_due(&self, at: Moment<'_>) -> Option<i64> {
        let (first, last) = (self.due.first()?.0, self.due.last()?.0);
        Some(if due::is_due(last, at.now, at.options) {
            at.now
        } else {
            first
        })
    }

    pub(super) fn purge(&mut self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        let mut pauses = 0;
        while pauses < most {
            let Some((until, _)) = self.pauses.first() else {
                break;
            };
            if *until > at.now {
                break;
            }
            if let Some((_, key)) = self.pauses.pop_first() {
                self.change(&key, Scope::Head, at, |_, _| {})?;
            }
            pauses += 1;
        }
        let sessions = &self.sessions;
        let people = self
            .people
            .purge(most, at, |key| sessions.contains_key(key));
        Ok(self.seen.purge(most, at).max(people).max(pauses))
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            pending: self.pending,
            turns: self.turns,
            sessions: self.sessions.len(),
            seen: self.seen.len(),
        }
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl Records for Tables {
    fn number(&mut self) -> Result<u64, StoreError> {
        Ok(self.next())
    }

    fn pending(&self) -> Result<usize, StoreError> {
        Ok(self.pending)
    }

    fn alive(&self) -> Result<Vec<Epoch>, StoreError> {
        Ok(self.workers.values().copied().collect())
    }

    fn is_seen(&self, channel: &str, id: &str, at: Moment<'_>) -> Result<bool, StoreError> {
        Ok(self.seen.has(channel, id, at))
    }

    fn see(
        &mut self,
        channel: &str,
        id: &str,
        is_pending: bool,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        self.seen.insert(channel, id, at.now, is_pending);
        Ok(())
    }

    fn ended(&mut self, channel: &str, ids: &[Box<str>]) -> Result<(), StoreError> {
        self.seen.ended(channel, ids);
        Ok(())
    }

    fn owner(&self, channel: &str, identifier: &str) -> Result<Option<Owner>, StoreError> {
        Ok(self.people.owner(channel, identifier))
    }

    fn alias(
        &mut self,
        session: &Arc<Key>,
        offer: &Offer<'_>,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        if !self.channels.contains_key(offer.channel) {
            self.channels
                .insert(offer.channel.into(), Channel::default());
        }
        self.people.see(session, offer, at.now);
        Ok(())
    }

    fn channels(&self) -> Result<Vec<Box<str>>, StoreError> {
        Ok(self.channels.keys().cloned().collect())
    }

    fn due(&self, skip: usize, most: usize, at: Moment<'_>) -> Result<Vec<Arc<Key>>, StoreError> {
        let now = at.now;
        let late = self.due.iter().take_while(|(due_at, _)| *due_at <= now);
        let far = self
            .due
            .iter()
            .rev()
            .take_while(|(due_at, _)| *due_at > now && due::is_due(*due_at, now, at.options));
        let due = late.chain(far).skip(skip).take(most);
        Ok(due.map(|(_, key)| key.clone()).collect())
    }

    /// Keeps what is not idle. Everything is loaded already.
    fn change<R>(
        &mut self,
        key: &Arc<Key>,
        _scope: Scope,
        at: Moment<'_>,
        change: impl FnOnce(&mut Session, &mut Channel) -> R,
    ) -> Result<R, StoreError> {
        let session = self.sessions.entry(key.clone()).or_insert_with(|| {
            let mut session = Session::new(key.clone());
            if let Some(person) = self.people.get(key) {
                session.to.clone_from(&person.to);
                session.recipient.clone_from(&person.recipient);
            }
            session
        });
        let mut channel = self.channels.get(&key.channel).copied().unwrap_or_default();
        let before = Sums::of(session);
        let changed = change(session, &mut channel);
        let after = Sums::of(session);
        let is_idle = session.is_idle(at.now);
        self.pending = self.pending + after.pending - before.pending;
        self.turns = self.turns + after.turns - before.turns;
        if before.due_at != after.due_at {
            before.due_at.map(|at| self.due.remove(&(at, key.clone())));
            after.due_at.map(|at| self.due.insert((at, key.clone())));
        }
        if before.paused_until != after.paused_until {
            self.pauses.remove(&(before.paused_until, key.clone()));
            self.pauses.insert((after.paused_until, key.clone()));
        }
        match self.channels.get_mut(&key.channel) {
            Some(kept) => *kept = channel,
            None if channel == Channel::default() => {}
            None => _ = self.channels.insert(key.channel.clone(), channel),
        }
        if is_idle {
            self.sessions.remove(key);
            if after.paused_until != 0 {
                self.pauses.remove(&(after.paused_until, key.clone()));
            }
            give_back!(self.sessions);
        }
        Ok(changed)
    }
}

/// What the tables keep of a session beside it.
struct Sums {
    pending: usize,
    turns: usize,
    due_at: Option<i64>,
    paused_until: i64,
}

impl Sums {
    fn of(session: &Session) -> Self {
        Self {
            pending: session.pending(),
            turns: usize::from(session.turn.is_some()),
            due_at: session.due_at,
            paused_until: session.paused_until,
        }
    }
}
