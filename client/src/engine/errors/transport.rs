//! What went wrong with a request on a connection: refused, lost on the way, not HTTP at all, or too late.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use super::Flood;
use super::causes::Causes;
pub(crate) use super::causes::is_of_drain;
use crate::error::{Error, Resend, Status};

/// A request that got no response. `has_left`: something of the message was written.
pub(crate) fn of_request(error: &(dyn StdError + 'static), has_left: bool) -> Error {
    let causes = Causes::of(error);
    if causes.stream_was_refused() {
        return Error::new(
            Status::Connect,
            "the service refused the stream before it looked at the message; try again later",
        );
    }
    match has_left {
        true if is_head_too_large(error) => head_too_large(),
        true => after_commit(&causes),
        false => Error::new(
            Status::Connect,
            format!(
                "could not reach the service: {}; check the network, base_url and proxy",
                causes.root()
            ),
        ),
    }
}

fn after_commit(causes: &Causes<'_>) -> Error {
    let not_http = causes
        .find::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse)
        || causes.breaks_http2()
        || causes.find::<Flood>().is_some();
    let cause = match causes.head_is_malformed() {
        true => "its headers are malformed, or larger than 256 KB".to_owned(),
        false => causes.root(),
    };
    match not_http {
        true => Error::new(
            Status::Protocol,
            format!("what came back is not HTTP as it should be: {cause}; check base_url"),
        ),
        false => Error::new(
            Status::Interrupted,
            format!(
                "the connection was lost after the message was sent: {cause}; the agent may have seen it"
            ),
        ),
    }
}

/// More bytes or more lines than hyper was to read. It has no other name for it.
pub(crate) fn is_head_too_large(error: &(dyn StdError + 'static)) -> bool {
    let causes = Causes::of(error);
    causes
        .find::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse)
        && causes.root() == "message head is too large"
}

pub(crate) fn head_too_large() -> Error {
    Error::new(
        Status::Protocol,
        "the response has more headers than are read (256 KB); the agent may have seen the message; check base_url, and what stands in between",
    )
}

/// A response whose body did not arrive whole.
pub(crate) fn of_body(error: &(dyn StdError + 'static)) -> Error {
    let causes = Causes::of(error);
    let broken = causes.io_kind().is_some_and(|kind| {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        matches!(kind, InvalidData | InvalidInput | UnexpectedEof)
    });
    if broken || causes.breaks_http2() {
        return Error::new(
            Status::Protocol,
            format!(
                "the response body is broken or cut short: {}; the agent has seen the message",
                causes.root()
            ),
        );
    }
    Error::new(
        Status::Interrupted,
        format!(
            "the connection was lost in the middle of the answer: {}; the agent has seen the message",
            causes.root()
        ),
    )
}

/// The time that ran out is the call's.
pub(crate) fn deadline_passed(has_left: bool) -> Error {
    if has_left {
        Error::new(
            Status::Timeout,
            "the deadline passed before the answer was complete; the agent may have seen the message; give the call a longer timeout",
        )
    } else {
        Error::new(
            Status::Timeout,
            "the deadline passed before the message could be sent; give the call a longer timeout",
        )
        .with_resend(Resend::Safe)
    }
}

/// The service was not reached in the time for that.
pub(crate) fn connect_timeout() -> Error {
    Error::new(
        Status::Connect,
        "could not reach the service within the connect timeout; check the network, base_url and proxy",
    )
}

/// The account's pace leaves the message no moment before its deadline.
pub(crate) fn over_pace(wait: Duration) -> Error {
    Error::new(
        Status::RateLimited,
        "rate_limit has no room for this message before its deadline; it was not sent; send it later, or give it a longer timeout",
    )
    .with_resend(Resend::Safe)
    .with_retry_after(Some(wait))
}
