//! The store on disk, over LMDB.
//!
//! A store is a folder: `data.mdb` has the records, `lock` is locked while a process has the store. The folder is made if it is
//! not there, the one above it is not. It is to be on a local disk; network file systems do not keep LMDB's promises.
//!
//! What is accepted is on disk when a call returns: written and synced by LMDB, which writes no page that is in use and so
//! survives the death of the process, and of the machine, at any time. Calls of several threads share one sync.
//!
//! The file grows by itself and does not shrink: its pages are used again, so that it stays as large as
//! the messages of the deduplication time once were. It grows before it is written to, by at most 16 MiB at a time.
//!
//! LMDB has no checksums. A file that is no store, is cut short, or comes from another machine or a later version is refused, and so is
//! one whose pages do not hold together: opening reads each page once (100 MB, a million messages, in the order of
//! 0.1 s). A record that is damaged is an error of the calls that meet it.

mod binding;
mod call;
mod code;
mod encoding;
mod group;
mod inspect;
mod place;
mod tables;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

pub use inspect::{Asleep, Show, Summary, TurnSummary, inspect};

use self::group::Group;
use self::place::Place;
use super::options::Moment;
use super::store::{Accept, Counts, Effect, Epoch, Key, Offer, Step, Store, StoreError, Work};
use super::transaction;

/// The store on disk. One process has it, and one value of it; any thread may use that. After `fork()` it belongs to the
/// process that opened it, and every call of the other is an error.
///
/// ```
/// use robofy_conversation::inbox::lmdb::Lmdb;
/// use robofy_conversation::inbox::options::{Moment, Options};
/// use robofy_conversation::inbox::store::{Accept, Offer, Store};
///
/// let path = std::env::temp_dir().join(format!("robofy-{}", std::process::id()));
/// let options = Options::default();
/// let at = Moment { now: 0, options: &options };
/// let offer = Offer::text("a channel", "15550100", "wamid.1", "Hello");
///
/// assert_eq!(Lmdb::open(&path)?.offer(&[offer], at)?, [Accept::Queued]);
/// assert_eq!(Lmdb::open(&path)?.offer(&[offer], at)?, [Accept::Duplicate]);
/// # std::fs::remove_dir_all(&path).unwrap();
/// # Ok::<(), robofy_conversation::inbox::store::StoreError>(())
/// ```
pub struct Lmdb {
    group: Group,
}

impl Lmdb {
    /// Opens the store of this folder, or makes an empty one.
    ///
    /// # Errors
    ///
    /// The text names the path, what is wrong and what to do. [`Taken`]: another process, or this one, has it open.
    /// [`Damaged`]: it is damaged, or its end is missing. [`Foreign`]: a later version has written it, or another kind of machine. [`Full`]: there
    /// is no room. [`Unavailable`]: it cannot be read and written, or the path is a file.
    ///
    /// [`Taken`]: super::store::StoreFault::Taken
    /// [`Damaged`]: super::store::StoreFault::Damaged
    /// [`Foreign`]: super::store::StoreFault::Foreign
    /// [`Full`]: super::store::StoreFault::Full
    /// [`Unavailable`]: super::store::StoreFault::Unavailable
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let group = Group::open(Place::take(path.as_ref())?)?;
        Ok(Self { group })
    }

    /// How many transactions were synced since it was opened. Calls that came at one time have shared them.
    ///
    /// # Errors
    ///
    /// The process was forked from the one that opened it.
    pub fn transactions(&self) -> Result<u64, StoreError> {
        Ok(self.group.view()?.transactions)
    }
}

impl Store for Lmdb {
    fn begin(&self, worker: &str, at: Moment<'_>) -> Result<Epoch, StoreError> {
        self.group.run(|tables| tables.begin_worker(worker, at))
    }

    fn offer(&self, offers: &[Offer<'_>], at: Moment<'_>) -> Result<Vec<Accept>, StoreError> {
        self.group.run(|tables| {
            let offers = offers.iter();
            offers
                .map(|offer| transaction::offer(tables, offer, at))
                .collect()
        })
    }

    fn claim(&self, epoch: Epoch, most: usize, at: Moment<'_>) -> Result<Vec<Work>, StoreError> {
        self.group
            .run(|tables| transaction::claim(tables, epoch, most, at))
    }

    fn advance(
        &self,
        epoch: Epoch,
        steps: &[Step<'_>],
        at: Moment<'_>,
    ) -> Result<Vec<Effect>, StoreError> {
        self.group.run(|tables| {
            let steps = steps.iter();
            steps
                .map(|step| transaction::advance(tables, epoch, step, at))
                .collect()
        })
    }

    fn pause(&self, session: &Key, until: i64, at: Moment<'_>) -> Result<(), StoreError> {
        let session = Arc::new(session.clone());
        self.group.run(|tables| tables.pause(&session, until, at))
    }

    fn pause_everywhere(
        &self,
        identifier: &str,
        until: i64,
        at: Moment<'_>,
    ) -> Result<usize, StoreError> {
        self.group
            .run(|tables| transaction::pause_everywhere(tables, identifier, until, at))
    }

    fn next_due(&self, at: Moment<'_>) -> Result<Option<i64>, StoreError> {
        Ok(self.group.view()?.next_due(at))
    }

    fn purge(&self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        self.group.run(|tables| tables.purge(most, at))
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        Ok(self.group.view()?.counts)
    }
}
