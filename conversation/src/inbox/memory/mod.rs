//! The store that lasts as long as the process.

mod order;
mod people;
mod room;
mod seen;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::tables::Tables;
use super::options::Moment;
use super::session::Scope;
use super::store::{Accept, Counts, Effect, Epoch, Key, Offer, Step, Store, StoreError, Work};
use super::transaction::{self, Records};

/// The store that lasts as long as the process. A session without anything to do costs what is needed to know its
/// messages as duplicates and its person by another identifier, both for the time of deduplication.
#[derive(Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn begin(&self, worker: &str, at: Moment<'_>) -> Result<Epoch, StoreError> {
        self.tables().begin(worker, at)
    }

    fn offer(&self, offers: &[Offer<'_>], at: Moment<'_>) -> Result<Vec<Accept>, StoreError> {
        let mut tables = self.tables();
        offers
            .iter()
            .map(|offer| transaction::offer(&mut *tables, offer, at))
            .collect()
    }

    fn claim(&self, epoch: Epoch, most: usize, at: Moment<'_>) -> Result<Vec<Work>, StoreError> {
        transaction::claim(&mut *self.tables(), epoch, most, at)
    }

    fn advance(
        &self,
        epoch: Epoch,
        steps: &[Step<'_>],
        at: Moment<'_>,
    ) -> Result<Vec<Effect>, StoreError> {
        let mut tables = self.tables();
        steps
            .iter()
            .map(|step| transaction::advance(&mut *tables, epoch, step, at))
            .collect()
    }

    fn pause(&self, session: &Key, until: i64, at: Moment<'_>) -> Result<(), StoreError> {
        let session = Arc::new(session.clone());
        self.tables()
            .change(&session, Scope::Whole, at, |session, _| {
                session.pause(until, at)
            })
    }

    fn pause_everywhere(
        &self,
        identifier: &str,
        until: i64,
        at: Moment<'_>,
    ) -> Result<usize, StoreError> {
        transaction::pause_everywhere(&mut *self.tables(), identifier, until, at)
    }

    fn next_due(&self, at: Moment<'_>) -> Result<Option<i64>, StoreError> {
        Ok(self.tables().next_due(at))
    }

    fn purge(&self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        self.tables().purge(most, at)
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        Ok(self.tables().counts())
    }
}
