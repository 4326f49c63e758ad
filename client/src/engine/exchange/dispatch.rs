//! What takes a message to the service, on one connection or another.

use super::attempt::Attempt;
use super::receive::Received;
use super::request::Request;
use crate::error::Error;

pub(crate) trait Dispatch: Send {
    /// Finds a connection, sends the message on it and reads the response.
    fn dispatch(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> impl Future<Output = Result<Received, Error>> + Send;
}
