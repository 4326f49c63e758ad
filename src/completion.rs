//! `RobofyCompletion`.

use robofy_client::{Completion, Error};

use crate::boundary::guard;
use crate::error::RobofyError;
use crate::reply::RobofyReply;
use crate::response::RobofyResponse;

/// What became of a submitted message or request: a reply, a response or an error. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_completion_tag: which message or request
/// - robofy_completion_reply, robofy_completion_response, robofy_completion_error: exactly one of them is not NULL
/// - robofy_completion_free
///
/// Since 0.1.0.
pub struct RobofyCompletion {
    tag: u64,
    outcome: Outcome,
}

enum Outcome {
    Reply(RobofyReply),
    Response(Box<RobofyResponse>),
    Error(RobofyError),
}

impl From<Completion> for RobofyCompletion {
    fn from(completion: Completion) -> Self {
        let tag = completion.tag();
        let outcome = if completion.response().is_some() {
            let response = completion.into_response();
            response.map(|response| Outcome::Response(Box::new(response.into())))
        } else {
            let reply = completion.into_result();
            reply.map(|reply| Outcome::Reply(reply.into()))
        };
        let failed = |error: Error| Outcome::Error(error.into());
        Self {
            tag,
            outcome: outcome.unwrap_or_else(failed),
        }
    }
}

/// The tag that the message or request was submitted under.
///
/// @param completion The completion to read; may be NULL.
/// @return The tag; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_tag(completion: Option<&RobofyCompletion>) -> u64 {
    completion.map_or(0, |completion| completion.tag)
}

/// The reply to a message.
///
/// @param completion The completion to read; may be NULL.
/// @return A reply borrowed from the completion, not to be freed; NULL if there is an error instead or a request was
///     submitted, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_reply(
    completion: Option<&RobofyCompletion>,
) -> Option<&RobofyReply> {
    match &completion?.outcome {
        Outcome::Reply(reply) => Some(reply),
        Outcome::Response(_) | Outcome::Error(_) => None,
    }
}

/// The response to a request or an upload.
///
/// @param completion The completion to read; may be NULL.
/// @return A response borrowed from the completion, not to be freed; NULL if there is an error instead or a message was
///     submitted, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_response(
    completion: Option<&RobofyCompletion>,
) -> Option<&RobofyResponse> {
    match &completion?.outcome {
        Outcome::Response(response) => Some(response),
        Outcome::Reply(_) | Outcome::Error(_) => None,
    }
}

/// Why there is neither a reply nor a response.
///
/// @param completion The completion to read; may be NULL.
/// @return An error borrowed from the completion, not to be freed; NULL if there is a reply or a response, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_error(
    completion: Option<&RobofyCompletion>,
) -> Option<&RobofyError> {
    match &completion?.outcome {
        Outcome::Error(error) => Some(error),
        Outcome::Reply(_) | Outcome::Response(_) => None,
    }
}

/// Frees a completion, and its reply, response or error with it.
///
/// @param completion What robofy_client_poll returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_free(completion: Option<Box<RobofyCompletion>>) {
    guard(|| drop(completion));
}
