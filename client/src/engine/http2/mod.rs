//! HTTP/2 by h2: only so are the service's stream limit and the state of the connection known.

mod connection;
mod delayed_reset;
mod driver;
mod handshake;
mod keep_alive;
mod round_trip;

pub(crate) use self::connection::Http2;
pub(crate) use self::delayed_reset::DelayedReset;
pub(crate) use self::driver::{Driver, Owner};
pub(crate) use self::handshake::{Watched, handshake};
pub(crate) use self::round_trip::{Incoming, RoundTrip};

#[cfg(test)]
mod tests;
