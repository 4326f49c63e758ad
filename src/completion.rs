//! `RobofyCompletion`.

use robofy_client::Completion;

use crate::boundary::guard;
use crate::error::RobofyError;
use crate::reply::RobofyReply;

/// What became of a submitted message: a reply or an error. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_completion_tag: which message
/// - robofy_completion_reply, robofy_completion_error: exactly one of them is not NULL
/// - robofy_completion_free
///
/// Since 0.1.0.
pub struct RobofyCompletion {
    tag: u64,
    result: Result<RobofyReply, RobofyError>,
}

impl From<Completion> for RobofyCompletion {
    fn from(completion: Completion) -> Self {
        Self {
            tag: completion.tag(),
            result: match completion.into_result() {
                Ok(reply) => Ok(reply.into()),
                Err(error) => Err(error.into()),
            },
        }
    }
}

/// The tag that the message was submitted under.
///
/// @param completion The completion to read; may be NULL.
/// @return The tag; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_tag(completion: Option<&RobofyCompletion>) -> u64 {
    completion.map_or(0, |completion| completion.tag)
}

/// The reply.
///
/// @param completion The completion to read; may be NULL.
/// @return A reply borrowed from the completion, not to be freed; NULL if there is an error instead, and for
///     NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_reply(
    completion: Option<&RobofyCompletion>,
) -> Option<&RobofyReply> {
    completion?.result.as_ref().ok()
}

/// Why there is no reply.
///
/// @param completion The completion to read; may be NULL.
/// @return An error borrowed from the completion, not to be freed; NULL if there is a reply, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_error(
    completion: Option<&RobofyCompletion>,
) -> Option<&RobofyError> {
    completion?.result.as_ref().err()
}

/// Frees a completion, and its reply or error with it.
///
/// @param completion What robofy_client_poll returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_completion_free(completion: Option<Box<RobofyCompletion>>) {
    guard(|| drop(completion));
}
