//! Why an inbox does not do what it is asked.

use std::fmt;

use crate::inbox::store::{StoreError, StoreFault};

/// Why an inbox does not do what it is asked.
#[derive(Clone, Debug)]
pub enum Error {
    /// An argument that cannot be used, by name, or an engine that could not be started.
    Client(robofy_client::Error),
    /// It could not be kept or read: the channel is to send it again. Nothing that was kept is lost.
    Storage(StoreError),
}

impl Error {
    pub(super) fn argument(parameter: &str, problem: &str) -> Self {
        Self::Client(robofy_client::Error::invalid_argument(parameter, problem))
    }

    /// The inbox is used in a child of the process that made it.
    pub(super) fn after_fork() -> Self {
        Self::Storage(StoreError::new(
            StoreFault::Taken,
            "the inbox was made before fork() and belongs to the parent process; make another one, with a store of its own, in the child",
        ))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Storage(error)
    }
}

impl From<robofy_client::Error> for Error {
    fn from(error: robofy_client::Error) -> Self {
        Self::Client(error)
    }
}
