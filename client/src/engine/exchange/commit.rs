//! The point of no return of a message.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const OPEN: u8 = 0;
const COMMITTED: u8 = 1;
const WITHDRAWN: u8 = 2;

/// Decides once whether a message is written. Before that the agent cannot have seen it. The connection asks when it is
/// about to write.
#[derive(Clone, Default)]
pub(crate) struct Commit(Arc<AtomicU8>);

impl Commit {
    pub(crate) fn is_committed(&self) -> bool {
        self.0.load(Ordering::Acquire) == COMMITTED
    }

    /// From now on the agent may see the message; false if it was withdrawn before.
    pub(crate) fn commit(&self) -> bool {
        self.decide(COMMITTED)
    }

    /// Nothing of the message will ever be written; false if it was committed before.
    pub(crate) fn withdraw(&self) -> bool {
        self.decide(WITHDRAWN)
    }

    fn decide(&self, state: u8) -> bool {
        let decided = self
            .0
            .compare_exchange(OPEN, state, Ordering::AcqRel, Ordering::Acquire);
        decided.is_ok() || decided == Err(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withdrawn_is_never_written() {
        let commit = Commit::default();
        assert!(commit.withdraw());
        assert!(!commit.commit());
        assert!(commit.withdraw());
        assert!(!commit.is_committed());
    }

    #[test]
    fn what_is_committed_cannot_be_withdrawn() {
        let commit = Commit::default();
        assert!(commit.commit());
        assert!(!commit.withdraw());
        assert!(commit.commit());
        assert!(commit.is_committed());
    }
}
