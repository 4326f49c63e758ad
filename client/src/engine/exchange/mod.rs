//! One request and its response, whatever they travel over.

mod attempt;
mod commit;
mod dispatch;
mod receive;
mod request;
mod timer;

pub(crate) use self::attempt::Attempt;
#[cfg(test)]
pub(crate) use self::commit::Commit;
pub(crate) use self::commit::OutgoingBody;
pub(crate) use self::dispatch::Dispatch;
pub(crate) use self::receive::{MAX_HEADER_BYTES, Received, receive};
#[cfg(test)]
pub(crate) use self::request::fixture;
pub(crate) use self::request::{Account, Request};
pub(crate) use self::timer::Timer;
