//! HTTP/1.1 by hyper: one chat at a time on a connection, which is driven by whoever uses it.

mod arriving;
mod connection;
mod rewind;

pub(crate) use self::arriving::{Arriving, Drive};
pub(crate) use self::connection::Http1;
