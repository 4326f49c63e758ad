//! The connections of a route on the process-wide runtime, and the chats that wait for one.

mod checkout;
mod connecting;
mod entry;
mod exchange;
mod shared;
mod state;

pub(crate) use self::shared::Pool;
