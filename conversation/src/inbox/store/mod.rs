//! Where conversations are kept: the trait that memory, LMDB and PostgreSQL implement.

mod error;
mod key;
mod offer;
mod outcome;
mod step;

pub use error::{StoreError, StoreFault};
pub use key::{Epoch, Key, TurnId};
pub use offer::{Accept, Offer};
pub use outcome::{Effect, Kind, Outcome};
pub use step::{Action, Step, Work};

use super::options::Moment;

/// How much a store keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that wait or are being answered.
    pub pending: usize,
    /// Turns that are not settled.
    pub turns: usize,
    /// Sessions with more than a place in the table of aliases.
    pub sessions: usize,
    /// Messages that would be known as duplicates.
    pub seen: usize,
}

/// Keeps conversations. Each call is one transaction: it is kept as a whole when it returns `Ok`, and nothing of it if it returns
/// an error. Calls come from any thread; those that a store must sync may share one sync.
///
/// A store finds and keeps records. What is done with them is said once in [`transaction`](super::transaction), how a
/// conversation changes by [`Session`](super::session::Session), and every decision by [`policy`](super::policy).
pub trait Store: Send + Sync {
    /// Makes a worker of this name; what an earlier one of the name has claimed is due again, and its steps come to nothing.
    /// Epochs only grow. A store of several processes may let the claims of a worker lapse that has not called for a while.
    ///
    /// # Errors
    ///
    /// The store cannot be read or written.
    fn begin(&self, worker: &str, at: Moment<'_>) -> Result<Epoch, StoreError>;

    /// Accepts events, in their order. What is answered with [`Accept::Queued`] is on disk.
    ///
    /// # Errors
    ///
    /// None of them could be kept: the channel is to send them again.
    fn offer(&self, offers: &[Offer<'_>], at: Moment<'_>) -> Result<Vec<Accept>, StoreError>;

    /// Takes at most this many turns that are due: by [`due::is_due`](super::policy::turn::due::is_due), and those whose worker is gone. A
    /// session whose turn another living worker has is left alone; one that is put off is taken as well, so that this bounds the
    /// transaction. Fewer than asked for: that was all.
    ///
    /// # Errors
    ///
    /// The store cannot be read or written; nothing is claimed.
    fn claim(&self, epoch: Epoch, most: usize, at: Moment<'_>) -> Result<Vec<Work>, StoreError>;

    /// Takes turns further, in the order of the steps. A step of a turn that the worker does not have is [`Effect::Stale`].
    ///
    /// # Errors
    ///
    /// No step was taken.
    fn advance(
        &self,
        epoch: Epoch,
        steps: &[Step<'_>],
        at: Moment<'_>,
    ) -> Result<Vec<Effect>, StoreError>;

    /// Pauses a session until then, and drops what is under way; a time that is not later than now ends a pause.
    ///
    /// # Errors
    ///
    /// The pause is not kept.
    fn pause(&self, session: &Key, until: i64, at: Moment<'_>) -> Result<(), StoreError>;

    /// The same for whose an identifier is, in each channel of which something was offered. Returns how many channels these are.
    ///
    /// # Errors
    ///
    /// The pause is kept in none of them.
    fn pause_everywhere(
        &self,
        identifier: &str,
        until: i64,
        at: Moment<'_>,
    ) -> Result<usize, StoreError>;

    /// When [`claim`](Self::claim) will find something; `None`: not before something is offered or taken further.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn next_due(&self, at: Moment<'_>) -> Result<Option<i64>, StoreError>;

    /// Forgets at most this many messages that are no longer duplicates, and what was kept for sessions that have nothing left.
    /// Returns how many; fewer than asked for: that was all.
    ///
    /// # Errors
    ///
    /// Nothing was forgotten.
    fn purge(&self, most: usize, at: Moment<'_>) -> Result<usize, StoreError>;

    /// How much it keeps.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn counts(&self) -> Result<Counts, StoreError>;
}
