//! Where a call goes below the base URL, by a path of the caller's.

use http::Uri;
use http::uri::PathAndQuery;

use crate::error::Error;

/// A place at the base URL's origin, as a request names it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Over HTTP/1.1: path and query.
    pub(crate) relative: Uri,
    /// Over HTTP/2: with the base URL's scheme and authority.
    pub(crate) absolute: Uri,
}

impl Target {
    /// `path` below `prefix`, the base URL's own path, at the origin of `base`. The key goes to no other origin: scheme and
    /// authority are taken from `base` alone.
    pub(crate) fn join(base: &Uri, prefix: &str, path: &str) -> Result<Self, Error> {
        let joined =
            join(prefix, path).map_err(|problem| Error::invalid_argument("path", problem))?;
        let relative = Uri::from(joined.clone());
        let mut parts = base.clone().into_parts();
        parts.path_and_query = Some(joined);
        Ok(Self {
            relative,
            absolute: Uri::from_parts(parts).map_err(Error::internal)?,
        })
    }
}

fn join(prefix: &str, path: &str) -> Result<PathAndQuery, &'static str> {
    if !path.starts_with('/') || path.starts_with("//") {
        return Err("must begin with one slash, for example /v1/ai-agent/chat, and name no host");
    }
    if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be printable ASCII without spaces: other characters are percent-encoded");
    }
    if path.contains(['\\', '#']) {
        return Err("must not have a backslash or a fragment");
    }
    let (segments, _) = path.split_once('?').unwrap_or((path, ""));
    if segments.split('/').any(is_dots) {
        return Err("must not have a segment . or ..");
    }
    let joined = format!("{}{path}", prefix.trim_end_matches('/'));
    joined
        .parse()
        .map_err(|_| "has a character that cannot stand in a request")
}

/// A segment that leads elsewhere (RFC 3986, section 5.2.4), also where its dots, or slashes in it, are percent-encoded: a
/// server may decode them first.
fn is_dots(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    let decoded = decoded.replace("%2f", "/").replace("%5c", "/");
    decoded.split('/').any(|part| matches!(part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(prefix: &str, path: &str) -> Result<(String, String), Error> {
        let base = "https://gw.example:8443/robofy/v1/ai-agent/whatsapp/chat";
        let target = Target::join(&base.parse().unwrap(), prefix, path)?;
        Ok((target.relative.to_string(), target.absolute.to_string()))
    }

    #[test]
    fn a_path_stands_below_the_base_urls() {
        for (prefix, path, expected) in [
            ("", "/v1/ai-agent/chat", "/v1/ai-agent/chat"),
            ("/", "/a", "/a"),
            ("/robofy", "/v1/a", "/robofy/v1/a"),
            (
                "/robofy/",
                "/v1/a?b=c%20d&e=..",
                "/robofy/v1/a?b=c%20d&e=..",
            ),
            ("", "/a/.../b..c/.d", "/a/.../b..c/.d"),
            (
                "",
                "/user:secret@other.example/",
                "/user:secret@other.example/",
            ),
            ("", "/a//b", "/a//b"),
        ] {
            let (relative, absolute) = target(prefix, path).unwrap();
            assert_eq!(relative, expected);
            assert_eq!(absolute, format!("https://gw.example:8443{expected}"));
        }
    }

    #[test]
    fn no_path_leads_elsewhere() {
        for path in [
            "",
            "v1/a",
            "https://other.example/",
            "//other.example/a",
            "/\\other.example",
            "\\\\other.example",
            "/a\\..\\b",
            "@other.example",
            "/..",
            "/a/../b",
            "/a/./b",
            "/a/..",
            "/a/%2e%2E/b",
            "/a/.%2e?b",
            "/a%2f..%2fb",
            "/a%5c..%5cb",
            "/a#b",
            "/a b",
            "/a\r\nHost: other.example",
            "/a\0",
            "/caf\u{e9}",
        ] {
            let error = target("/robofy", path).unwrap_err();
            assert!(error.message().starts_with("path "), "{path}: {error}");
        }
    }
}
