//! Chats on the thread of their blocked caller: no hop to another thread and back, which costs more than the rest of the
//! call.

mod caller;
mod connection;
mod dialer;
mod executor;
mod pool;
mod socket;
mod stream;

pub(crate) use self::pool::LocalPool;
