//! The records of a store in its tree, and the transaction that is open on them.

mod people;
mod records;
mod seen;
mod sessions;
mod view;

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

pub(super) use view::View;

use super::binding::{Environment, Walk};
use super::code::Code;
use super::encoding::key::{self, Hash, Kind};
use super::encoding::{Damaged, Header, Stamped, Sums, Value, decode};
use super::place::fault;
use crate::inbox::options::Moment;
use crate::inbox::session::{Scope, Session};
use crate::inbox::store::{Counts, Epoch, Key, StoreError};
use crate::inbox::transaction::Records;

/// The records of a store.
pub(super) struct Tables {
    env: Environment,
    path: Arc<Path>,
    sums: Sums,
    /// Those before the transaction.
    kept: Sums,
    is_changed: bool,
    /// Why a call of the transaction has failed.
    failed: Cell<Option<Code>>,
    scratch: Vec<u8>,
}

impl Tables {
    /// Those of an environment that has a store's sums.
    pub(super) fn new(env: Environment, path: Arc<Path>, sums: Sums) -> Self {
        Self {
            env,
            path,
            sums,
            kept: sums,
            is_changed: false,
            failed: Cell::new(None),
            scratch: Vec::new(),
        }
    }

    /// Begins a transaction, unless one is open.
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.failed.set(None);
        self.env.begin().map_err(|code| self.fail(code))
    }

    /// Keeps what the transaction has changed: it is on disk then. `None`: it has changed nothing.
    pub(super) fn commit(&mut self) -> Result<Option<View>, StoreError> {
        if self.sums != self.kept {
            self.put(&[Kind::Sums as u8], &Stamped(self.sums))?;
        }
        let view = self.is_changed.then(|| self.view()).transpose()?;
        if view.is_some() {
            self.env.commit().map_err(|code| self.fail(code))?;
            self.kept = self.sums;
        }
        self.abort();
        Ok(view)
    }

    /// Forgets what the transaction has changed.
    pub(super) fn abort(&mut self) {
        self.env.abort();
        self.sums = self.kept;
        self.is_changed = false;
    }

    /// Whether the map was too small, when something failed.
    pub(super) fn was_full(&self) -> bool {
        self.failed.get() == Some(Code::MAP_FULL)
    }

    /// The store is opened: what an earlier process has written, but perhaps not synced, is on disk with this.
    pub(super) fn opened(&mut self) -> Result<View, StoreError> {
        self.begin()?;
        self.sums.opened = self.sums.opened.wrapping_add(1);
        self.commit().map(Option::unwrap_or_default)
    }

    /// What is known of the store without looking into its tree.
    pub(super) fn view(&self) -> Result<View, StoreError> {
        let (mut first, mut last) = (self.first_of(Kind::DueAt)?, self.last_of(Kind::DueAt)?);
        let first = first.next().transpose()?.map(|(time, _)| time);
        let last = last.next().transpose()?.map(|(time, _)| time);
        let count = |sum: u64| usize::try_from(sum).unwrap_or(usize::MAX);
        Ok(View {
            counts: Counts {
                pending: count(self.sums.pending),
                turns: count(self.sums.turns),
                sessions: count(self.sums.sessions),
                seen: count(self.sums.seen),
            },
            transactions: 0,
            due: first.zip(last),
        })
    }

    /// How often the store was opened for writing.
    pub(super) fn opened_times(&self) -> u64 {
        self.sums.opened
    }

    /// Makes a worker; what an earlier one of its name has is due.
    pub(super) fn begin_worker(
        &mut self,
        worker: &str,
        at: Moment<'_>,
    ) -> Result<Epoch, StoreError> {
        let key = key::named(Kind::Worker, &key::hash("", worker));
        let former: Option<u64> = self.value(&key)?;
        let epoch = self.number()?;
        self.put(&key, &epoch)?;
        let orphans = former.map(|former| self.owned_by(former)).transpose()?;
        for session in orphans.into_iter().flatten() {
            self.change(&session, Scope::Head, at, |session, _| {
                session.due_at = Some(at.now)
            })?;
        }
        Ok(Epoch(epoch))
    }

    /// Pauses a session until then.
    pub(super) fn pause(
        &mut self,
        session: &Arc<Key>,
        until: i64,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        self.change(session, Scope::Whole, at, |session: &mut Session, _| {
            session.pause(until, at);
        })
    }

    /// Forgets at most this many of each kind, and says of how many at most.
    pub(super) fn purge(&mut self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        let pauses = self.end_pauses(most, at)?;
        let people = self.forget_people(most, at)?;
        let seen = self.forget_seen(most, at)?;
        Ok(pauses.max(people).max(seen))
    }

    /// The sessions with a turn of this epoch.
    fn owned_by(&self, epoch: u64) -> Result<Vec<Arc<Key>>, StoreError> {
        let from = key::by(Kind::OwnedBy, epoch, &Hash::default());
        let walk = self.env.from(&from).map_err(|code| self.fail(code))?;
        let mut found = Vec::new();
        for record in walk {
            let (key, _) = record.map_err(|code| self.fail(code))?;
            match key::parse_by(Kind::OwnedBy, key) {
                Some((owner, session)) if owner == epoch => found.push(self.name_of(&session)?),
                _ => break,
            }
        }
        Ok(found)
    }

    /// The values of all records of a kind.
    fn all_of<T: Value>(&self, kind: Kind) -> Result<Vec<T>, StoreError> {
        let kind = kind as u8;
        let walk = self.env.from(&[kind]).map_err(|code| self.fail(code))?;
        let mut all = Vec::new();
        for record in walk {
            let (key, value) = record.map_err(|code| self.fail(code))?;
            if key.first() != Some(&kind) {
                break;
            }
            all.push(decode(value).map_err(|_| self.damaged())?);
        }
        Ok(all)
    }

    fn name_of(&self, session: &Hash) -> Result<Arc<Key>, StoreError> {
        let header = self.get(&key::named(Kind::Session, session))?;
        let header = header.map_or(Err(Damaged), Header::read);
        header.map(Header::into_key).map_err(|_| self.damaged())
    }

    /// An index by time, from its beginning.
    fn first_of(
        &self,
        kind: Kind,
    ) -> Result<impl Iterator<Item = Result<(i64, Hash), StoreError>>, StoreError> {
        let walk = self.env.from(&[kind as u8]);
        walk.map(|walk| self.times(kind, walk))
            .map_err(|code| self.fail(code))
    }

    /// An index by time, from its end.
    fn last_of(
        &self,
        kind: Kind,
    ) -> Result<impl Iterator<Item = Result<(i64, Hash), StoreError>>, StoreError> {
        let walk = self.env.below(&[kind as u8 + 1]);
        walk.map(|walk| self.times(kind, walk))
            .map_err(|code| self.fail(code))
    }

    fn times<'t>(
        &'t self,
        kind: Kind,
        walk: Walk<'t>,
    ) -> impl Iterator<Item = Result<(i64, Hash), StoreError>> + use<'t> {
        walk.map_while(move |record| match record {
            Ok((key, _)) => key::parse_at(kind, key).map(Ok),
            Err(code) => Some(Err(self.fail(code))),
        })
    }

    /// The first of an index, at most this many, that are over.
    fn over(
        &self,
        kind: Kind,
        most: usize,
        is_over: impl Fn(i64) -> bool,
    ) -> Result<Vec<(i64, Hash)>, StoreError> {
        self.first_of(kind)?
            .take_while(|entry| entry.as_ref().map_or(true, |(time, _)| is_over(*time)))
            .take(most)
            .collect()
    }

    fn get(&self, key: &[u8]) -> Result<Option<&[u8]>, StoreError> {
        self.env.get(key).map_err(|code| self.fail(code))
    }

    fn value<T: Value>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let value = self.get(key)?.map(decode);
        value.transpose().map_err(|_| self.damaged())
    }

    fn put<T: Value>(&mut self, key: &[u8], value: &T) -> Result<(), StoreError> {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        value.write(&mut bytes);
        let put = self.put_bytes(key, &bytes);
        self.scratch = bytes;
        put
    }

    fn put_bytes(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.is_changed = true;
        self.env.put(key, value).map_err(|code| self.fail(code))
    }

    fn delete(&mut self, key: &[u8]) -> Result<bool, StoreError> {
        self.is_changed = true;
        self.env.delete(key).map_err(|code| self.fail(code))
    }

    fn fail(&self, code: Code) -> StoreError {
        self.failed.set(Some(code));
        fault::of(&self.path, code)
    }

    fn damaged(&self) -> StoreError {
        self.fail(Code::CORRUPTED)
    }
}
