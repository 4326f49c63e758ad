//! The status table: what each HTTP status means, and what to do about it.

use http::StatusCode;

use crate::error::{Resend, Status};

/// What the service was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// A chat's.
    Message,
    /// A chat's whose answer comes in events: its path is the caller's.
    Stream,
    /// Any other call.
    Request,
}

/// A row of the status table.
pub(super) struct Kind {
    pub(super) status: Status,
    pub(super) resend: Resend,
    pub(super) advice: &'static str,
}

impl Kind {
    pub(super) fn of(sent: Sent, status: StatusCode) -> Self {
        use Resend::{Ambiguous, Never, Safe};
        // To whoever has sent a message, and to whoever has made another call.
        let (kind, resend, [of_message, of_request]) = match status.as_u16() {
            401 => (Status::Unauthorized, Never, ["check the API key"; 2]),
            403 => (
                Status::Forbidden,
                Never,
                [
                    "check that the API key may use this pid and chatbot_id",
                    "check that the API key may do this",
                ],
            ),
            404 if sent == Sent::Stream => (
                Status::NotFound,
                Never,
                ["check path, pid, chatbot_id and base_url"; 2],
            ),
            404 => (
                Status::NotFound,
                Never,
                [
                    "check pid, chatbot_id and base_url",
                    "check the path, the IDs in it and base_url",
                ],
            ),
            405 if sent == Sent::Stream => (
                Status::BadRequest,
                Never,
                ["check path: a message is sent by POST"; 2],
            ),
            405 if sent == Sent::Request => (
                Status::BadRequest,
                Never,
                ["", "check the method: this path has others"],
            ),
            408 => (
                Status::BadRequest,
                Safe,
                [
                    "the service did not wait for the message; try again later",
                    "the service did not wait for the request; try again later",
                ],
            ),
            413 => (
                Status::BadRequest,
                Never,
                [
                    "the message is too large for the service",
                    "the body is too large for the service",
                ],
            ),
            429 => (Status::RateLimited, Safe, ["try again later"; 2]),
            400..=499 => (
                Status::BadRequest,
                Never,
                [
                    "check pid, chatbot_id and the message",
                    "check the path, the query and the body",
                ],
            ),
            503 => (
                Status::Server,
                Safe,
                ["the service is unavailable; try again later"; 2],
            ),
            500..=599 => (
                Status::Server,
                Ambiguous,
                [
                    "the service failed; the agent may have seen the message",
                    "the service failed; it may have done what was asked",
                ],
            ),
            300..=399 => (
                Status::Protocol,
                Never,
                ["redirects are not followed; check base_url"; 2],
            ),
            _ => (
                Status::Protocol,
                Never,
                ["the service does not document this status; check base_url"; 2],
            ),
        };
        Self {
            status: kind,
            resend,
            advice: match sent {
                Sent::Message | Sent::Stream => of_message,
                Sent::Request => of_request,
            },
        }
    }
}
