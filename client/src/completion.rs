//! What becomes of what was submitted.

use crate::error::Error;
use crate::message::Reply;
use crate::response::Response;

/// What became of a [submitted](crate::Client::submit) message or request.
#[derive(Clone, Debug)]
#[must_use = "a completion is there once"]
pub struct Completion {
    pub(crate) tag: u64,
    pub(crate) result: Result<Outcome, Error>,
}

/// What a submitted call has brought.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Reply(Reply),
    Response(Response),
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}

impl Completion {
    /// The tag under which the message was submitted.
    pub fn tag(&self) -> u64 {
        self.tag
    }

    /// The agent's answer, if a chat was submitted.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.result {
            Ok(Outcome::Reply(reply)) => Some(reply),
            _ => None,
        }
    }

    /// The response, if a [request](crate::Client::request) or an [upload](crate::Client::upload) was submitted.
    pub fn response(&self) -> Option<&Response> {
        match &self.result {
            Ok(Outcome::Response(response)) => Some(response),
            _ => None,
        }
    }

    /// Why there is neither: as of [`Client::send`](crate::Client::send), and [`Cancelled`](crate::Status::Cancelled).
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().err()
    }

    /// The agent's answer, owned.
    ///
    /// # Errors
    ///
    /// As [`error`](Self::error); [`InvalidArgument`](crate::Status::InvalidArgument) if what was submitted is no chat.
    pub fn into_result(self) -> Result<Reply, Error> {
        match self.result? {
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Response(_) => Err(Error::invalid_argument(
                "tag",
                "is a request's, and no chat's",
            )),
        }
    }

    /// The response, owned.
    ///
    /// # Errors
    ///
    /// As [`error`](Self::error); [`InvalidArgument`](crate::Status::InvalidArgument) if what was submitted is a chat.
    pub fn into_response(self) -> Result<Response, Error> {
        match self.result? {
            Outcome::Response(response) => Ok(response),
            Outcome::Reply(_) => Err(Error::invalid_argument(
                "tag",
                "is a chat's, and no request's",
            )),
        }
    }
}
