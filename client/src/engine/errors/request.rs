//! What went wrong with a call that is no chat.

use std::path::Path;

use http::StatusCode;
use url::Url;

use super::response::excerpt;
use crate::error::{Error, Resend, Status};
use crate::secret::ApiKey;

/// What errors of the way say of messages, and what of requests.
const WORDS: [(&str, &str); 10] = [
    (
        "before it looked at the message",
        "before it looked at the request",
    ),
    ("after the message was sent", "after the request was sent"),
    (
        "before the message could be sent",
        "before the request could be sent",
    ),
    (
        "before the answer was complete",
        "before the response was complete",
    ),
    (
        "in the middle of the answer",
        "in the middle of the response",
    ),
    (
        "the agent may have seen it",
        "the service may have acted on it",
    ),
    (
        "the agent may have seen the message",
        "the service may have acted on the request",
    ),
    (
        "the agent has seen the message",
        "the service has seen the request",
    ),
    ("no part of an answer", "no part of a response"),
    ("its message", "its request"),
];

/// An error of the way there and back, of a request. The service's own words are left alone.
pub(crate) fn in_words_of_requests(error: Error) -> Error {
    if error
        .http_status()
        .is_some_and(|status| !(200..300).contains(&status))
    {
        return error;
    }
    error.reworded(|message| {
        let replace =
            |text: String, (of_messages, of_requests)| text.replace(of_messages, of_requests);
        WORDS.into_iter().fold(message.to_owned(), replace)
    })
}

/// The deadline passed while files were opened.
pub(crate) fn unprepared() -> Error {
    Error::new(
        Status::Timeout,
        "the deadline passed before the files were open; give the call a longer timeout",
    )
    .with_resend(Resend::Safe)
}

/// Files are opened and read on threads of their own, and there is none.
pub(crate) fn without_a_thread() -> Error {
    Error::new(
        Status::Connect,
        "there was no thread to read the files with; see the limit on threads of this process",
    )
    .with_resend(Resend::Safe)
}

/// Where a response of `asked` points to, without user name, password, query and fragment.
pub(crate) fn redirected(
    status: StatusCode,
    asked: &Url,
    location: Option<&[u8]>,
    key: &ApiKey,
) -> Error {
    let target = location
        .and_then(|location| std::str::from_utf8(location).ok())
        .and_then(|location| asked.join(location).ok())
        .and_then(|mut target| {
            target.set_query(None);
            target.set_fragment(None);
            _ = target.set_username("");
            _ = target.set_password(None);
            let text = target.has_host().then(|| String::from(target))?;
            Some(format!(": it points to {}", excerpt(&key.redact(text))))
        });
    let name = status.canonical_reason().unwrap_or("redirect");
    Error::new(
        Status::Protocol,
        format!(
            "{} {name}{}; redirects are not followed, since the API key is for base_url alone; check the path and base_url",
            status.as_u16(),
            target.unwrap_or_default()
        ),
    )
    .with_http_status(status.as_u16())
}

/// A file that cannot be sent.
pub(crate) fn of_file(path: &Path, problem: &str) -> Error {
    Error::invalid_argument(
        "file",
        format!("{}: {problem}", excerpt(&path.to_string_lossy())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_way_speaks_of_requests() {
        use crate::engine::errors::{response, transport};
        let reset = std::io::Error::from_raw_os_error(libc::ECONNRESET);
        let key = ApiKey::new("sk-canary").unwrap();
        for error in [
            transport::of_request(&reset, true),
            transport::of_request(&reset, false),
            transport::of_body(&reset),
            transport::of_body(&std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
            transport::deadline_passed(true),
            transport::deadline_passed(false),
            transport::connect_timeout(),
            transport::head_too_large(),
            response::too_large(7, StatusCode::OK),
            response::coded("gzip".to_owned(), StatusCode::CREATED, &key),
        ] {
            let error = in_words_of_requests(error);
            for word in ["agent", "message", "answer"] {
                assert!(!error.message().contains(word), "{error}");
            }
        }
    }

    fn redirected_to(location: &str) -> String {
        let key = ApiKey::new("sk-canary").unwrap();
        let asked = Url::parse("https://agents.example/v1/projects?token=asked").unwrap();
        let error = redirected(StatusCode::FOUND, &asked, Some(location.as_bytes()), &key);
        assert_eq!(
            (error.status(), error.http_status()),
            (Status::Protocol, Some(302))
        );
        error.message().to_owned()
    }

    #[test]
    fn a_redirect_tells_where_it_points_without_secrets() {
        let told = redirected_to("https://user:pass@other.example/v2?token=secret#secret");
        assert!(
            told.starts_with("302 Found: it points to https://other.example/v2; "),
            "{told}"
        );
        assert!(redirected_to("/v2/x").contains("https://agents.example/v2/x; "));
        assert!(
            redirected_to("/v2/sk-canary/x").contains("/v2/[API%20key]/x")
                || redirected_to("/v2/sk-canary/x").contains("/v2/[API key]/x")
        );
        for location in ["mailto:secret@x.example", "https://[", "data:secret", ""] {
            let told = redirected_to(location);
            assert!(
                !told.contains("secret") && !told.contains("asked"),
                "{told}"
            );
        }
    }
}
