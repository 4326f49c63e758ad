//! Why a stream of events did not come to its end. The agent has seen its message: it is never sent again.

use std::error::Error as StdError;
use std::io;

use http::StatusCode;

use crate::engine::errors::causes::Causes;
use crate::engine::errors::response::excerpt;
use crate::error::{Error, Resend, Status};
use crate::secret::ApiKey;
use crate::wire;

fn of(status: Status, message: String) -> Error {
    Error::new(status, message)
        .with_resend(Resend::Never)
        .with_http_status(StatusCode::OK.as_u16())
}

/// The body ended in good order, the stream did not.
pub(crate) fn cut_short() -> Error {
    of(
        Status::Interrupted,
        "the stream was cut short: it ended before [DONE]; what came before is kept; the agent has seen the message".to_owned(),
    )
}

/// The body broke off, or is not as HTTP has it.
pub(crate) fn broken(error: &(dyn StdError + 'static)) -> Error {
    let causes = Causes::of(error);
    let is_invalid = causes.io_kind().is_some_and(|kind| {
        matches!(
            kind,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    });
    let cause = causes.root();
    match is_invalid || causes.breaks_http2() {
        true => of(
            Status::Protocol,
            format!(
                "the stream is broken: {cause}; what came before is kept; the agent has seen the message"
            ),
        ),
        false => of(
            Status::Interrupted,
            format!(
                "the stream was cut short: {cause}; what came before is kept; the agent has seen the message"
            ),
        ),
    }
}

/// Nothing came for as long as an event may take.
pub(crate) fn idle() -> Error {
    of(
        Status::Timeout,
        "no event came within the timeout; what came before is kept; the agent has seen the message; give the stream a longer timeout".to_owned(),
    )
}

pub(crate) fn event_too_large(limit: usize) -> Error {
    of(
        Status::Protocol,
        format!(
            "the stream has an event larger than {limit} bytes; what came before is kept; the agent has seen the message"
        ),
    )
}

/// An event whose data is not JSON.
pub(crate) fn not_json(data: &str, key: &ApiKey) -> Error {
    of(
        Status::Protocol,
        format!(
            "the stream has an event that is not JSON: \"{}\"; what came before is kept; the agent has seen the message",
            excerpt(&key.redact(data.to_owned()))
        ),
    )
}

/// A 200 with another kind of body, perhaps the service's envelope.
pub(crate) fn not_events(body: &[u8], key: &ApiKey) -> Error {
    let envelope = wire::decode_error(body);
    let code = envelope.code.map(|text| key.redact(text));
    let detail = envelope.detail.map(|text| key.redact(text));
    let words = excerpt(&key.redact(String::from_utf8_lossy(body).into_owned()));
    let message = format!(
        "200, but the body is no stream of events: \"{words}\"; the agent may have seen the message; check path and base_url"
    );
    of(Status::Protocol, message).with_service_words(code, detail)
}

/// The service ends the stream by an event of its own.
pub(crate) fn of_service(words: String, key: &ApiKey) -> Error {
    let words = key.redact(words);
    let said = match excerpt(&words) {
        said if said.is_empty() => said,
        said => format!(": {}", said.trim_end_matches('.')),
    };
    let message = format!(
        "the service ended the stream with an error{said}; what came before is kept; the agent has seen the message"
    );
    let detail = (!words.is_empty()).then_some(words);
    of(Status::Server, message).with_service_words(None, detail)
}

pub(crate) fn cancelled() -> Error {
    Error::new(
        Status::Cancelled,
        "the stream was cancelled; the agent may have seen the message",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_words_are_carried_without_the_key() {
        let key = ApiKey::new("sk-canary").unwrap();
        let envelope =
            br#"{"message":"no","error":{"code":"BAD_REQUEST","detail":"No sk-canary."}}"#;
        for error in [
            of_service("No sk-canary.".to_owned(), &key),
            not_events(envelope, &key),
            not_json("No sk-canary.", &key),
        ] {
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
            assert!(error.message().contains("No [API key]"), "{error}");
            assert!(!error.is_retryable());
        }
        assert_eq!(not_events(envelope, &key).code(), Some("BAD_REQUEST"));
        let said = of_service("It\nis late.".to_owned(), &key);
        assert!(
            said.message()
                .starts_with("the service ended the stream with an error: It is late; ")
        );
        assert_eq!(said.detail(), Some("It\nis late."));
        assert_eq!(of_service(String::new(), &key).detail(), None);
    }

    #[test]
    fn what_breaks_off_is_interrupted_and_what_is_no_http_is_not() {
        let status = |kind: io::ErrorKind| broken(&io::Error::from(kind)).status();
        assert_eq!(status(io::ErrorKind::ConnectionReset), Status::Interrupted);
        assert_eq!(status(io::ErrorKind::UnexpectedEof), Status::Interrupted);
        assert_eq!(status(io::ErrorKind::InvalidInput), Status::Protocol);
    }
}
