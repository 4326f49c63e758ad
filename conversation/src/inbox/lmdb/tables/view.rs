//! What a store answers without looking into its tree.

use super::Tables;
use crate::inbox::lmdb::encoding::key::Kind;
use crate::inbox::options::Moment;
use crate::inbox::policy::turn::due;
use crate::inbox::store::{Counts, StoreError};

/// What a store answers without looking into its tree, after each transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct View {
    pub(in crate::inbox::lmdb) counts: Counts,
    /// How many transactions were synced since the store was opened.
    pub(in crate::inbox::lmdb) transactions: u64,
    /// The first and the last time at which a session is due.
    due: Option<(i64, i64)>,
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

impl Tables {
    pub(in crate::inbox::lmdb) fn view(&self) -> Result<View, StoreError> {
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
}
