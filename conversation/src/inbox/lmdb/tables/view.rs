//! What a store answers without looking into its tree.

use crate::inbox::options::Moment;
use crate::inbox::policy::turn::due;
use crate::inbox::store::Counts;

/// What a store answers without looking into its tree, after each transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct View {
    pub(in crate::inbox::lmdb) counts: Counts,
    /// How many transactions were synced since the store was opened.
    pub(in crate::inbox::lmdb) transactions: u64,
    /// The first and the last time at which a session is due.
    pub(super) due: Option<(i64, i64)>,
}

impl View {
    /// After so many more transactions.
    pub(in crate::inbox::lmdb) fn becomes(&mut self, found: Self, more: u64) {
        let transactions = self.transactions.wrapping_add(more);
        *self = Self {
            transactions,
            ..found
        };
    }

    /// When something is due.
    pub(in crate::inbox::lmdb) fn next_due(&self, at: Moment<'_>) -> Option<i64> {
        let (first, last) = self.due?;
        Some(if due::is_due(last, at.now, at.options) {
            at.now
        } else {
            first
        })
    }
}
