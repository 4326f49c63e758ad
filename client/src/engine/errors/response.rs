//! From an HTTP response to an answer, or to an error that says what to do.

use std::time::Duration;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};

use super::causes::one_line;
use super::statuses::{Kind, Sent};
use crate::error::{Error, Status};
use crate::secret::ApiKey;
use crate::wire;

/// How much of an error body is read: an envelope is far smaller, and the rest of a page says nothing more.
pub(crate) const MOST_ERROR_BYTES: usize = 64 * 1024;
/// How much of the service's words stands in a message.
const MOST_WORDS: usize = 240;

/// Reads a 200. `key` is taken out of what is quoted of a body that is no answer.
pub(crate) fn answer(body: &[u8], key: &ApiKey) -> Result<wire::Answer, Error> {
    wire::decode_answer(body).map_err(|problem| {
        Error::new(
            Status::Protocol,
            format!(
                "200, but {problem}: \"{}\"; the agent has seen the message; check base_url",
                excerpt(&key.redact(String::from_utf8_lossy(body).into_owned()))
            ),
        )
        .with_http_status(StatusCode::OK.as_u16())
    })
}

/// The coding of a body that is not as it was written (RFC 9110, section 8.4), which nobody asked for.
pub(crate) fn coding(headers: &HeaderMap) -> Option<String> {
    let codings: Vec<_> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|coding| one_line(&String::from_utf8_lossy(coding)))
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
        .collect();
    (!codings.is_empty()).then(|| codings.join(", "))
}

/// A 200 in a coding that is not read.
pub(crate) fn coded(coding: String, status: StatusCode, key: &ApiKey) -> Error {
    let coding = excerpt(&key.redact(coding));
    Error::new(
        Status::Protocol,
        format!("{}, but the body is encoded ({coding}), which was not asked for; the agent has seen the message; check base_url, and what stands in between", status.as_u16()),
    )
    .with_http_status(status.as_u16())
}

pub(crate) fn too_large(limit: usize, status: StatusCode) -> Error {
    Error::new(
        Status::Protocol,
        format!("the response is larger than {limit} bytes; the agent has seen the message; raise max_response_bytes if that is right"),
    )
    .with_http_status(status.as_u16())
}

/// What any other status means for what was sent. `key` is taken out of the service's words.
pub(crate) fn error(
    sent: Sent,
    status: StatusCode,
    body: &[u8],
    retry_after: Option<Duration>,
    key: &ApiKey,
) -> Error {
    let envelope = wire::decode_error(body);
    let code = envelope.code.map(|text| key.redact(text));
    let detail = envelope.detail.map(|text| key.redact(text));
    let words = match (&detail, envelope.message) {
        (Some(detail), _) => excerpt(detail),
        (None, Some(message)) => excerpt(&key.redact(message)),
        (None, None) => excerpt(&key.redact(String::from_utf8_lossy(body).into_owned())),
    };
    let kind = Kind::of(sent, status);
    let name = code.as_deref().map(excerpt).filter(|code| !code.is_empty());
    let name = name.unwrap_or_else(|| status.canonical_reason().unwrap_or_default().to_owned());
    let head = format!("{} {name}", status.as_u16());
    let words = match words.trim_end_matches('.') {
        words if words.is_empty() || is_the_same(words, &name) => String::new(),
        words => format!(": {words}"),
    };
    Error::new(
        kind.status,
        format!("{}{words}; {}", head.trim_end(), kind.advice),
    )
    .with_resend(kind.resend)
    .with_http_status(status.as_u16())
    .with_service_words(code, detail)
    .with_retry_after(retry_after.filter(|wait| !wait.is_zero()))
}

/// Whether a sentence says no more than the code: "Too Many Requests" beside `TOO_MANY_REQUESTS`.
fn is_the_same(words: &str, code: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    letters(words) == letters(code)
}

/// The beginning of a text from outside, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let beginning = text
        .char_indices()
        .nth(4 * MOST_WORDS)
        .map_or(text, |(end, _)| &text[..end]);
    let line = one_line(beginning);
    match line.char_indices().nth(MOST_WORDS) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Resend;

    fn error_of(status: u16, body: &str) -> Error {
        error_after(Sent::Message, status, body)
    }

    fn error_after(sent: Sent, status: u16, body: &str) -> Error {
        let key = ApiKey::new("sk-canary").unwrap();
        error(
            sent,
            StatusCode::from_u16(status).unwrap(),
            body.as_bytes(),
            None,
            &key,
        )
    }

    #[test]
    fn the_services_words_are_carried_through() {
        let body = r#"{"message":"Unauthorized","error":{"code":"UNAUTHORIZED","detail":"Authentication token is missing or invalid."}}"#;
        let error = error_of(401, body);
        assert_eq!(
            error.message(),
            "401 UNAUTHORIZED: Authentication token is missing or invalid; check the API key"
        );
        assert_eq!(error.code(), Some("UNAUTHORIZED"));
        assert_eq!(
            error.detail(),
            Some("Authentication token is missing or invalid.")
        );
        assert_eq!(error.http_status(), Some(401));
    }

    #[test]
    fn nothing_is_said_twice() {
        let body = r#"{"error":{"code":"TOO_MANY_REQUESTS","detail":"Too Many Requests."}}"#;
        assert_eq!(
            error_of(429, body).message(),
            "429 TOO_MANY_REQUESTS; try again later"
        );
        assert_eq!(
            error_of(404, r#"{"message":"Not Found"}"#).message(),
            "404 Not Found; check pid, chatbot_id and base_url"
        );
    }

    #[test]
    fn a_stream_that_is_not_found_names_its_path() {
        let advice = |status| error_after(Sent::Stream, status, "").message().to_owned();
        assert_eq!(
            advice(404),
            "404 Not Found; check path, pid, chatbot_id and base_url"
        );
        assert_eq!(
            advice(405),
            "405 Method Not Allowed; check path: a message is sent by POST"
        );
    }

    #[test]
    fn a_body_that_is_no_envelope_leaves_an_excerpt_on_one_line() {
        let page = format!("<html>\r\n<h1>Bad\tGateway</h1>\n{}", "x".repeat(100_000));
        let error = error_of(502, &page);
        assert!(
            error
                .message()
                .starts_with("502 Bad Gateway: <html> <h1>Bad Gateway</h1> xxx")
        );
        assert!(error.message().len() < 400);
        assert_eq!((error.code(), error.detail()), (None, None));
    }

    #[test]
    fn a_coding_is_named() {
        let coding = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            super::coding(&headers)
        };
        assert_eq!(coding(&[]), None);
        assert_eq!(coding(&["identity", " Identity, "]), None);
        assert_eq!(coding(&["gzip"]).as_deref(), Some("gzip"));
        assert_eq!(
            coding(&["identity, br", "gzip"]).as_deref(),
            Some("br, gzip")
        );
        let key = ApiKey::new("sk-canary").unwrap();
        let error = coded("gzip sk-canary".to_owned(), StatusCode::OK, &key);
        assert_eq!(error.status(), Status::Protocol);
        assert!(
            error
                .message()
                .starts_with("200, but the body is encoded (gzip [API key])")
        );
        let cut = format!("{}sk-canary", "x".repeat(MOST_WORDS - 5));
        let cut = coded(cut, StatusCode::OK, &key);
        assert!(!cut.message().contains("sk-"), "{}", cut.message());
    }

    #[test]
    fn an_empty_body_still_says_what_to_do() {
        assert_eq!(
            error_of(503, "").message(),
            "503 Service Unavailable; the service is unavailable; try again later"
        );
    }

    #[test]
    fn an_echoed_key_is_taken_out() {
        for body in [
            r#"{"message":"no sk-canary"}"#,
            r#"{"error":{"code":"sk-canary","detail":"Bearer sk-canary"}}"#,
            "plain sk-canary",
        ] {
            let key = ApiKey::new("sk-canary").unwrap();
            let unread = answer(body.as_bytes(), &key).unwrap_err();
            let text = format!("{:?} {unread:?}", error_of(401, body));
            assert!(!text.contains("canary"), "{body}");
        }
    }

    #[test]
    fn each_status_has_its_row() {
        for (status, kind, resend) in [
            (201, Status::Protocol, Resend::Never),
            (204, Status::Protocol, Resend::Never),
            (302, Status::Protocol, Resend::Never),
            (400, Status::BadRequest, Resend::Never),
            (401, Status::Unauthorized, Resend::Never),
            (403, Status::Forbidden, Resend::Never),
            (404, Status::NotFound, Resend::Never),
            (408, Status::BadRequest, Resend::Safe),
            (409, Status::BadRequest, Resend::Never),
            (413, Status::BadRequest, Resend::Never),
            (422, Status::BadRequest, Resend::Never),
            (429, Status::RateLimited, Resend::Safe),
            (500, Status::Server, Resend::Ambiguous),
            (502, Status::Server, Resend::Ambiguous),
            (503, Status::Server, Resend::Safe),
            (504, Status::Server, Resend::Ambiguous),
            (599, Status::Server, Resend::Ambiguous),
            (600, Status::Protocol, Resend::Never),
        ] {
            let error = error_of(status, "");
            assert_eq!((error.status(), error.resend()), (kind, resend), "{status}");
        }
    }
}
