//! Through which proxy, if any, a client reaches the service: decided once, when the client is made.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::error::Error;
use crate::options::is_loopback;
use crate::secret::Secret;

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
        let matcher = match chosen.map(Secret::reveal) {
            Some("") => return Ok(None),
            Some(url) => {
                check(url)?;
                Matcher::builder().all(url.to_owned()).build()
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
            authorization: hit.basic_auth().cloned(),
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

fn check(url: &str) -> Result<(), Error> {
    let parsed = Url::parse(url).ok().filter(Url::has_host);
    match parsed.as_ref().map(Url::scheme) {
        Some("http" | "https") => Ok(()),
        Some(_) => Err(unsupported_scheme()),
        None => Err(Error::invalid_argument(
            "proxy",
            "is not an absolute URL such as http://proxy.example:3128",
        )),
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
