//! HTTP/1.1 by hyper: one chat at a time on a connection, which is driven by whoever uses it.

mod connection;

pub(crate) use self::connection::Http1;
