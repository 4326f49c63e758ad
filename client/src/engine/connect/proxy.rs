//! Through which proxy, if any, a client reaches the service: decided once, when the client is made.

use base64::encoded_len;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::HeaderValue;
use url::Position;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::options::is_loopback;
use crate::secret::Secret;

const BASIC: &[u8] = b"Basic ";

/// A proxy that a client's connections are tunnelled through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proxy {
    url: String,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The caller's proxy, or the environment's (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), or none.
    ///
    /// Plain http, which is for loopback only, never goes through a proxy: the API key would be readable there.
    pub(crate) fn choose(chosen: Option<&Secret>, endpoint: &Url) -> Result<Option<Self>, Error> {
        let mut credentials = None;
        let matcher = match chosen.map(Secret::reveal) {
            Some("") => return Ok(None),
            Some(url) => {
                let url = ChosenUrl::parse(url)?;
                credentials = url.basic_auth();
                Matcher::builder().all(url.without_credentials()).build()
            }
            None if is_loopback(endpoint) => return Ok(None),
            None => Matcher::from_system(),
        };
        if endpoint.scheme() != "https" {
            return Ok(None);
        }
        let target = endpoint.as_str().parse().map_err(Error::internal)?;
        let Some(hit) = matcher.intercept(&target) else {
            return Ok(None);
        };
        if !matches!(hit.uri().scheme_str(), Some("http" | "https")) {
            return Err(unsupported_scheme());
        }
        Ok(Some(Self {
            url: hit.uri().to_string(),
            authorization: credentials.or_else(|| hit.basic_auth().cloned()),
        }))
    }

    pub(crate) fn to_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(&self.url)?;
        Ok(match &self.authorization {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    }
}

/// The caller's proxy. Whoever else is given a URL does not wipe it, so the password in it stays here.
struct ChosenUrl(Option<Url>);

impl ChosenUrl {
    fn parse(url: &str) -> Result<Self, Error> {
        let parsed = Self(Url::parse(url).ok());
        match &parsed.0 {
            Some(url) if url.has_host() => match url.scheme() {
                "http" | "https" => Ok(parsed),
                _ => Err(unsupported_scheme()),
            },
            _ => Err(Error::invalid_argument(
                "proxy",
                "is not an absolute URL such as http://proxy.example:3128",
            )),
        }
    }

    fn without_credentials(&self) -> String {
        let Some(url) = &self.0 else {
            return String::new();
        };
        format!(
            "{}://{}",
            url.scheme(),
            &url[Position::BeforeHost..Position::AfterPort]
        )
    }

    /// The value of the `Proxy-Authorization` header (RFC 7617).
    fn basic_auth(&self) -> Option<HeaderValue> {
        let url = self.0.as_ref()?;
        if url.username().is_empty() && url.password().is_none() {
            return None;
        }
        // With all their room from the start: growing would leave a copy behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(url.as_str().len() + 1));
        plain.extend(percent_decode_str(url.username()));
        plain.push(b':');
        plain.extend(percent_decode_str(url.password().unwrap_or_default()));
        let mut header = Zeroizing::new(vec![0; BASIC.len() + encoded_len(plain.len(), true)?]);
        header[..BASIC.len()].copy_from_slice(BASIC);
        BASE64_STANDARD
            .encode_slice(&plain, &mut header[BASIC.len()..])
            .ok()?;
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(header)).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl Drop for ChosenUrl {
    fn drop(&mut self) {
        if let Some(url) = self.0.take() {
            drop(Zeroizing::new(String::from(url)));
        }
    }
}

fn unsupported_scheme() -> Error {
    Error::invalid_argument(
        "proxy",
        "is of another kind than http:// or https://, the two that are supported",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(proxy: &str, endpoint: &str) -> Result<Option<Proxy>, Error> {
        let endpoint = Url::parse(endpoint).unwrap();
        Proxy::choose(Some(&Secret::new(proxy.to_owned())), &endpoint)
    }

    #[test]
    fn the_callers_proxy_is_used_with_its_credentials() {
        let proxy = choose(
            "http://user:pass@proxy.example:3128",
            "https://agents.robofy.ai",
        );
        let proxy = proxy.unwrap().unwrap();
        assert_eq!(proxy.url, "http://proxy.example:3128/");
        assert!(proxy.authorization.is_some());
        assert!(!format!("{proxy:?}").contains("dXNlcjpwYXNz"));
    }

    #[test]
    fn credentials_are_decoded_before_they_are_encoded() {
        for (proxy, expected) in [
            (
                "http://Aladdin:open%20sesame@p:1",
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            ),
            ("http://user@p:1", "Basic dXNlcjo="),
            ("http://:pass@p:1", "Basic OnBhc3M="),
        ] {
            let proxy = choose(proxy, "https://agents.robofy.ai").unwrap().unwrap();
            assert_eq!(proxy.authorization.unwrap(), expected);
        }
    }

    #[test]
    fn plain_http_never_goes_through_a_proxy() {
        assert_eq!(
            choose("http://127.0.0.1:1", "http://127.0.0.1:2").unwrap(),
            None
        );
    }

    #[test]
    fn an_empty_proxy_means_none() {
        assert_eq!(choose("", "https://agents.robofy.ai").unwrap(), None);
    }

    #[test]
    fn proxies_that_cannot_work_are_refused_without_their_password() {
        for proxy in ["proxy", "socks5://u:secret@p:1", "http://", "://secret@"] {
            let error = choose(proxy, "https://agents.robofy.ai").unwrap_err();
            assert!(error.message().starts_with("proxy "), "{proxy}: {error}");
            assert!(!error.message().contains("secret"));
        }
    }
}
