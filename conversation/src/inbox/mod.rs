//! Keeps what comes in, and decides when the agent is asked, with what, and what goes back.
//!
//! [`policy`] decides, given the time; [`session`] is what is kept of a conversation and how it changes; [`store`] says what
//! a worker asks of the place where it is kept, and [`transaction`] does that with records of any kind. [`memory`] is the store
//! that lasts as long as the process, [`lmdb`] the one on disk. [`Inbox`] joins a store and a client. `conformance`, a feature,
//! checks a store against a model.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod driver;
#[cfg(unix)]
pub mod lmdb;
pub mod memory;
pub mod message;
pub mod options;
pub mod policy;
pub mod session;
pub mod store;
pub mod transaction;

pub use driver::{Clock, Error, Inbox, Outcome, Stats};
