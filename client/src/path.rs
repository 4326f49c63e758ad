//! The URL of a request: below the base URL, whatever stands in the path.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use url::Url;

use crate::error::Error;

/// Longer ones reach no service.
const LONGEST: usize = 8 << 10;

/// `path` below `base`, whose own path has no slash at its end.
pub(crate) fn join(base: &Url, path: &str) -> Result<Url, Error> {
    let refuse = |problem: &str| Err(Error::invalid_argument("path", problem));
    if !path.starts_with('/') {
        return refuse("must begin with /, as /v1/projects does: it is below base_url");
    }
    if path.starts_with("//") || path.contains('\\') {
        return refuse("must not name a host: it is below base_url");
    }
    if path.contains(['?', '#']) {
        return refuse(
            "has a ? or a #: a query is an argument of its own, and in an ID they are %3F and %23",
        );
    }
    if path.len() > LONGEST {
        return refuse("is longer than 8192 bytes");
    }
    if !is_encoded_well(path) {
        return refuse(
            "has a % that is not followed by two hexadecimal digits: in an ID it is %25",
        );
    }
    let decoded = decoded(path);
    if decoded.iter().any(u8::is_ascii_control) {
        return refuse("has a control character, perhaps a line break");
    }
    if climbs(&decoded) {
        return refuse("must not have . or .. in it");
    }
    let mut url = base.clone();
    let prefix = base.path().trim_end_matches('/');
    url.set_path(&format!("{prefix}{path}"));
    let is_below = url.origin() == base.origin()
        && url
            .path()
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'));
    if !is_below {
        return refuse("leads elsewhere than below base_url");
    }
    must_be_sendable(&url, "path")?;
    Ok(url)
}

/// All but what may stand in any part of a URL (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An ID as a segment of a path, percent-encoded.
///
/// # Errors
///
/// [`InvalidArgument`](crate::Status::InvalidArgument) for what is no ID, such as a text with a slash.
pub fn segment(parameter: &str, id: &str) -> Result<String, Error> {
    if id.is_empty() {
        return Err(Error::invalid_argument(parameter, "must not be empty"));
    }
    if matches!(id, "." | "..") || id.contains(['/', '\\']) || id.chars().any(char::is_control) {
        return Err(Error::invalid_argument(parameter, "is no ID"));
    }
    Ok(utf8_percent_encode(id, RESERVED).to_string())
}

/// Adds to a URL the query that was given as it stands in URLs, and the pairs that are still to be encoded.
pub(crate) fn add_query(
    url: &mut Url,
    written: Option<&str>,
    pairs: &[(String, String)],
) -> Result<(), Error> {
    let refuse = |problem: &str| Err(Error::invalid_argument("query", problem));
    if let Some(written) = written.filter(|written| !written.is_empty()) {
        if written.contains('#') || written.chars().any(char::is_control) {
            return refuse("has a # or a control character, which are percent-encoded: %23, %0A");
        }
        if !is_encoded_well(written) {
            return refuse(
                "has a % that is not followed by two hexadecimal digits: as a character it is %25",
            );
        }
        url.set_query(Some(written.trim_start_matches('?')));
    }
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    must_be_sendable(url, "query")
}

fn must_be_sendable(url: &Url, parameter: &str) -> Result<(), Error> {
    let uri: Result<Uri, _> = url.as_str().parse();
    let problem = "has a character that cannot stand in a request, or is too long";
    uri.map(drop)
        .map_err(|_| Error::invalid_argument(parameter, problem))
}

fn is_encoded_well(text: &str) -> bool {
    let mut after = text.split('%').skip(1).map(str::as_bytes);
    after.all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit))
}

/// What is left when nobody on the way can decode any more of it.
fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = path.as_bytes().to_vec();
    loop {
        let next: Vec<u8> = percent_decode(&bytes).collect();
        if next.len() == bytes.len() {
            return bytes;
        }
        bytes = next;
    }
}

/// A segment that leads upwards, with parameters (`..;a`) or without.
fn climbs(decoded: &[u8]) -> bool {
    let segments = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    let mut names = segments.map(|segment| segment.split(|byte| *byte == b';').next());
    names.any(|name| matches!(name, Some(b"." | b"..")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &str) -> Result<String, Error> {
        join(&Url::parse(base).unwrap(), path).map(String::from)
    }

    #[test]
    fn a_path_is_below_the_base_url() {
        for (base, path, url) in [
            (
                "https://a.example",
                "/v1/projects",
                "https://a.example/v1/projects",
            ),
            ("https://a.example/gw", "/v1/x", "https://a.example/gw/v1/x"),
            ("https://a.example:8443", "/", "https://a.example:8443/"),
            (
                "https://a.example",
                "/v1/caf\u{e9} 1",
                "https://a.example/v1/caf%C3%A9%201",
            ),
            (
                "https://a.example",
                "/v1/a%2Fb",
                "https://a.example/v1/a%2Fb",
            ),
            (
                "https://a.example",
                "/v1/..a/.b/c..",
                "https://a.example/v1/..a/.b/c..",
            ),
            (
                "https://a.example",
                "/v1/a@b:c",
                "https://a.example/v1/a@b:c",
            ),
            (
                "https://a.example",
                "/https://evil",
                "https://a.example/https://evil",
            ),
        ] {
            assert_eq!(joined(base, path).unwrap(), url);
        }
    }

    #[test]
    fn a_hostile_path_is_refused_by_name() {
        for path in [
            "",
            "v1/projects",
            "//evil.example/v1",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/v1",
            "@evil.example",
            ":secret@evil.example/",
            "/v1/../admin",
            "/..",
            "/.",
            "/v1/./x",
            "/v1/%2e%2e/admin",
            "/v1/.%2e/admin",
            "/v1/%2E./admin",
            "/v1/%252e%252e/admin",
            "/v1/%25252e%25252e/admin",
            "/v1/..%2fadmin",
            "/v1/..%5cadmin",
            "/v1/%2e%2e%2fadmin",
            "/v1/..;/admin",
            "/v1/..;a=1/admin",
            "/v1/x?key=1",
            "/v1/x#fragment",
            "/v1/x\r\nHost: evil",
            "/v1/x%0d%0aHost:%20evil",
            "/v1/x%00",
            "/v1/\tx",
            "/v1/100%",
            "/v1/%zz",
        ] {
            for base in ["https://a.example", "https://a.example/gw"] {
                let error = joined(base, path).unwrap_err();
                assert!(error.message().starts_with("path "), "{path:?}: {error}");
                assert!(!error.message().contains("evil"), "{error}");
            }
        }
        let long = format!("/{}", "x".repeat(LONGEST));
        assert!(joined("https://a.example", &long).is_err());
        let deep = format!("/{}", "%25".repeat(2000));
        assert!(joined("https://a.example", &deep).is_ok());
    }

    #[test]
    fn an_id_is_one_segment() {
        assert_eq!(segment("pid", "DK-v._~1").unwrap(), "DK-v._~1");
        assert_eq!(
            segment("pid", "a b?#%\u{e9};").unwrap(),
            "a%20b%3F%23%25%C3%A9%3B"
        );
        for id in ["", ".", "..", "a/b", "a\\b", "a\n", "\0"] {
            let error = segment("pid", id).unwrap_err();
            assert!(error.message().starts_with("pid "), "{id:?}");
        }
    }

    fn asked(written: Option<&str>, pairs: &[(&str, &str)]) -> Result<String, Error> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut url = Url::parse("https://a.example/v1").unwrap();
        add_query(&mut url, written, &pairs).map(|()| url.into())
    }

    #[test]
    fn a_query_is_sent_as_written_and_pairs_are_encoded() {
        assert_eq!(asked(None, &[]).unwrap(), "https://a.example/v1");
        assert_eq!(asked(Some(""), &[]).unwrap(), "https://a.example/v1");
        assert_eq!(
            asked(Some("a=b%20c&d"), &[("e", "f&g=h i"), ("#", "\u{e9}")]).unwrap(),
            "https://a.example/v1?a=b%20c&d&e=f%26g%3Dh+i&%23=%C3%A9"
        );
        assert_eq!(
            asked(Some("?a=1"), &[]).unwrap(),
            "https://a.example/v1?a=1"
        );
        for written in ["a#b", "a\r\nb", "a=%", "a=\0"] {
            let error = asked(Some(written), &[]).unwrap_err();
            assert!(error.message().starts_with("query "), "{written:?}");
        }
    }
}
