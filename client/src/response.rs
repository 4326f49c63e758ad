//! What a call that is no chat brings back.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;

use crate::wire;

/// The response to a request: a status from 200 to 299, its headers and its whole body.
///
/// `Debug` shows no body and no header: an agent's settings hold a key, a handshake's answer a token.
///
/// ```no_run
/// # use robofy_client::{Client, Options};
/// let client = Client::new("your-api-key", &Options::new())?;
/// let response = client.request("GET", "/v1/projects").send()?;
/// println!("{} {:?} {}", response.status(), response.header("content-type"), response.text());
/// if let Some(json) = response.data() {
///     println!("{json}");
/// }
/// # Ok::<(), robofy_client::Error>(())
/// ```
#[derive(Clone)]
pub struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) data: Data,
}

/// Where `data` stands in the body; looked for when it is asked for.
#[derive(Clone, Default)]
pub(crate) struct Data(OnceLock<Option<Range<usize>>>);

impl Response {
    /// The HTTP status, from 200 to 299.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first header of this name, in upper or lower case; `None` too if its value is no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }

    /// All headers that are text, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = |(name, value)| text(name, value);
        self.headers.iter().filter_map(text)
    }

    /// The body as it was received; empty for a `HEAD` and a 204.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, owned.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body as text; what is not UTF-8 in it becomes U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The JSON of `data` as it is written, if the body is the service's envelope. Some answers of the service have none.
    pub fn data(&self) -> Option<&str> {
        let body = std::str::from_utf8(&self.body).ok()?;
        let found = self.data.0.get_or_init(|| wire::find_data(body));
        found.clone().and_then(|range| body.get(range))
    }

    /// How many requests it took: 1 without a retry.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// From the call to the complete response, waits included.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

fn text<'a>(
    name: &'a http::HeaderName,
    value: &'a http::HeaderValue,
) -> Option<(&'a str, &'a str)> {
    let value = std::str::from_utf8(value.as_bytes()).ok()?;
    Some((name.as_str(), value))
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &[u8]) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert("x-a", "1".parse().unwrap());
        headers.insert("x-b", http::HeaderValue::from_bytes(b"\xff").unwrap());
        Response {
            status: 200,
            headers,
            body: body.to_vec(),
            attempts: 1,
            elapsed: Duration::ZERO,
            data: Data::default(),
        }
    }

    #[test]
    fn headers_are_found_in_any_case_and_only_text_is_one() {
        let response = response(b"");
        assert_eq!(response.header("X-A"), Some("1"));
        assert_eq!(
            (response.header("x-b"), response.header("x-c")),
            (None, None)
        );
        assert_eq!(response.header("no name"), None);
        assert_eq!(response.headers().collect::<Vec<_>>(), [("x-a", "1")]);
    }

    #[test]
    fn a_body_that_is_no_text_has_no_data_and_is_kept() {
        let response = response(b"{\"data\":\"\xff\"}");
        assert_eq!((response.data(), response.body().len()), (None, 12));
        assert_eq!(response.text(), "{\"data\":\"\u{fffd}\"}");
    }

    #[test]
    fn nothing_of_the_body_is_shown() {
        let response = response(br#"{"data":{"llm_api_key":"canary"}}"#);
        assert_eq!(response.data(), Some(r#"{"llm_api_key":"canary"}"#));
        assert!(!format!("{response:?}").contains("canary"));
    }
}
