//! Why a store could not keep or find something.

use std::fmt;

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFault {
    /// There is no room left.
    Full,
    /// It cannot be reached, read or written now.
    Unavailable,
    /// Somebody else has it open, or this process is a fork of the one that opened it.
    Taken,
    /// It is damaged, or not a store.
    Damaged,
    /// It was written by a later version, or for another machine.
    Foreign,
}

/// Why a store could not keep or find something. Nothing that was kept before is lost by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    fault: StoreFault,
    detail: Box<str>,
}

impl StoreError {
    /// `detail` names the place, what is wrong and what to do, for a person.
    pub fn new(fault: StoreFault, detail: impl Into<Box<str>>) -> Self {
        Self {
            fault,
            detail: detail.into(),
        }
    }

    /// What is wrong.
    pub fn fault(&self) -> StoreFault {
        self.fault
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for StoreError {}
