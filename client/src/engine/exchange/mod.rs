//! One request and its response, whatever they travel over.

mod asked;
mod attempt;
mod commit;
mod dispatch;
mod receive;
mod request;
mod timer;

pub(crate) use self::asked::{Asked, Content};
pub(crate) use self::attempt::Attempt;
#[cfg(test)]
pub(crate) use self::commit::Commit;
pub(crate) use self::commit::{OutgoingBody, Streamed};
pub(crate) use self::dispatch::{Dispatch, Operation};
pub(crate) use self::receive::{Answered, MAX_HEADER_BYTES, Raw, Received, receive};
#[cfg(test)]
pub(crate) use self::request::fixture;
pub(crate) use self::request::{Account, Form, Request, Streaming, What};
pub(crate) use self::timer::Timer;
