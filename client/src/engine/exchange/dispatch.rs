//! What takes a message to the service, on one connection or another, and what is done with it.

use std::time::Instant;

use super::attempt::Attempt;
use super::receive::Received;
use super::request::Request;
use super::timer::Timer;
use crate::error::Error;

pub(crate) trait Dispatch: Send {
    /// Finds a connection, sends the message on it and reads the response.
    fn dispatch(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> impl Future<Output = Result<Received, Error>> + Send;
}

/// A chat, or another call, with its attempts.
pub(crate) trait Operation: Send + 'static {
    type Output: Send + 'static;

    fn deadline(&self) -> Instant;

    /// Nothing keeps it from being done at once, on the calling thread.
    fn may_go(&self) -> bool;

    /// Its output, or the last attempt's error, before the deadline.
    fn run(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}
