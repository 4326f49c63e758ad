//! Through which proxy, if any, a client reaches the service: decided once, when the client is made.

pub(crate) mod tunnel;

use base64::encoded_len;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::options::is_loopback;
use crate::secret::Secret;

const BASIC: &[u8] = b"Basic ";
/// What hyper-util has room for in a SOCKS handshake: user name, password and the service's name together.
const MOST_FOR_SOCKS: usize = 249;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
    /// The service's name is looked up here.
    Socks5,
    /// The service's name is looked up by the proxy.
    Socks5h,
}

/// A proxy that a client's connections are tunnelled through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proxy {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) credentials: Option<Credentials>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Credentials {
    /// The value of the `Proxy-Authorization` header (RFC 7617).
    Basic(HeaderValue),
    /// For SOCKS (RFC 1929).
    Password { user: Secret, password: Secret },
}

impl Proxy {
    /// The caller's proxy, or the environment's, or none.
    ///
    /// Plain http, which is for loopback only, never goes through a proxy: the API key would be readable there.
    pub(crate) fn choose(chosen: Option<&Secret>, endpoint: &Url) -> Result<Option<Self>, Error> {
        Self::choose_among(chosen, endpoint, Environment::read)
    }

    fn choose_among(
        chosen: Option<&Secret>,
        endpoint: &Url,
        environment: impl FnOnce() -> Environment,
    ) -> Result<Option<Self>, Error> {
        let proxy = match chosen.map(Secret::reveal) {
            Some("") => None,
            Some(url) if !url.contains("://") => return Err(no_url("proxy")),
            Some(url) => Some(Self::parse("proxy", url, endpoint)?),
            None if endpoint.scheme() != "https" || is_loopback(endpoint) => None,
            None => environment().proxy(endpoint)?,
        };
        Ok(proxy.filter(|_| endpoint.scheme() == "https"))
    }

    /// Reads `[scheme://][user[:password]@]host[:port]`. Errors call it by its `name`, and quote nothing of it.
    fn parse(name: &str, url: &str, endpoint: &Url) -> Result<Self, Error> {
        let refuse = |problem: &str| Err(Error::invalid_argument(name, problem));
        if url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'')) {
            return refuse("has a space, a line break or a quotation mark in it");
        }
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("has a character outside ASCII, which is to be percent-encoded");
        }
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme, rest),
            None => ("http", url),
        };
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (Scheme::Http, 80),
            "https" => (Scheme::Https, 443),
            "socks5" => (Scheme::Socks5, 1080),
            "socks5h" => (Scheme::Socks5h, 1080),
            _ => {
                return refuse(
                    "is of another kind than http://, https://, socks5:// or socks5h://, which are supported",
                );
            }
        };
        // The last @ counts, so that a password may have one.
        let (user_info, rest) = match rest.rsplit_once('@') {
            Some((user_info, rest)) => (Some(user_info), rest),
            None => (None, rest),
        };
        if user_info.is_some_and(|text| text.contains(['/', '?', '#', '\\']))
            || rest.contains(['?', '#', '\\'])
        {
            return refuse(
                "has a /, ? or # in its user name or password, which is to be percent-encoded: %2F, %3F, %23",
            );
        }
        let authority = rest
            .split_once('/')
            .map_or(rest, |(authority, _)| authority);
        let Some((host, port)) = host_and_port(authority, default_port) else {
            return Err(no_url(name));
        };
        let credentials = user_info
            .map(|text| Credentials::parse(name, scheme, text, endpoint))
            .transpose()?;
        Ok(Self {
            scheme,
            host,
            port,
            credentials,
        })
    }
}

fn no_url(name: &str) -> Error {
    Error::invalid_argument(
        name,
        "is not an absolute URL such as http://proxy.example:3128",
    )
}

fn host_and_port(authority: &str, default_port: u16) -> Option<(Host, u16)> {
    let (host, port) = match authority.rsplit_once(':') {
        // The colon of an IPv6 address is none of a port.
        Some((_, rest)) if rest.ends_with(']') => (authority, ""),
        Some((host, port)) => (host, port),
        None => (authority, ""),
    };
    let port = match port {
        "" => default_port,
        port => port.parse().ok().filter(|port| *port != 0)?,
    };
    Some((Host::parse(host).ok()?, port))
}

impl Credentials {
    fn parse(name: &str, scheme: Scheme, text: &str, endpoint: &Url) -> Result<Self, Error> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        if matches!(scheme, Scheme::Http | Scheme::Https) {
            return basic(user, password)
                .map(Self::Basic)
                .ok_or_else(|| Error::invalid_argument(name, "cannot be sent in a header"));
        }
        let (Some(user), Some(password)) = (decoded(user), decoded(password)) else {
            return Err(Error::invalid_argument(
                name,
                "has a user name or a password that is not UTF-8",
            ));
        };
        let host = endpoint.host_str().unwrap_or_default();
        if user.len() + password.len() + host.len() > MOST_FOR_SOCKS {
            return Err(Error::invalid_argument(
                name,
                "has a user name and a password that are too long for SOCKS",
            ));
        }
        Ok(Self::Password {
            user: Secret::new(user),
            password: Secret::new(password),
        })
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    decoded.extend(percent_decode_str(text));
    String::from_utf8(std::mem::take(&mut *decoded))
        .map_err(|error| Zeroizing::new(error.into_bytes()))
        .ok()
}

fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    // With all their room from the start: growing would leave a copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(user.len() + password.len() + 1));
    plain.extend(percent_decode_str(user));
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    let mut header = Zeroizing::new(vec![0; BASIC.len() + encoded_len(plain.len(), true)?]);
    header[..BASIC.len()].copy_from_slice(BASIC);
    BASE64_STANDARD
        .encode_slice(&plain, &mut header[BASIC.len()..])
        .ok()?;
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(header)).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The variables that name a proxy, those that go first first. Upper-case ones come second, as in curl.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// What the environment says of proxies; a variable that is empty says nothing.
#[derive(Default)]
struct Environment {
    proxy: Option<(&'static str, Secret)>,
    exceptions: String,
}

/// The variable of the environment that goes first, of those that name a proxy.
#[cfg(feature = "diagnosis")]
pub(crate) fn variable() -> Option<&'static str> {
    Environment::read().proxy.map(|(name, _)| name)
}

#[cfg(feature = "diagnosis")]
impl std::fmt::Display for Proxy {
    /// Without its user name and password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Socks5 => "socks5",
            Scheme::Socks5h => "socks5h",
        };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl Environment {
    fn read() -> Self {
        Self::of(|name| {
            let value = std::env::var_os(name)?.into_string();
            Some(value.unwrap_or_else(|other| other.to_string_lossy().into_owned()))
        })
    }

    fn of(value: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| value(name).filter(|value| !value.is_empty());
        let proxy = PROXIES
            .into_iter()
            .find_map(|name| Some((name, Secret::new(set(name)?))));
        let exceptions = EXCEPTIONS.into_iter().find_map(set).unwrap_or_default();
        Self { proxy, exceptions }
    }

    fn proxy(&self, endpoint: &Url) -> Result<Option<Proxy>, Error> {
        match &self.proxy {
            Some((name, url)) if !self.excepts(endpoint) => {
                Proxy::parse(name, url.reveal(), endpoint).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// hyper-util's matcher knows names, addresses and networks. `*` for an address, `*.name`, `host:port` and spaces
    /// between entries are made into what it knows.
    fn excepts(&self, endpoint: &Url) -> bool {
        let host = endpoint.host_str().unwrap_or_default();
        let host = host.trim_end_matches('.');
        let port = endpoint.port_or_known_default();
        let mut known = String::new();
        for entry in self
            .exceptions
            .split(|c: char| c == ',' || c.is_ascii_whitespace())
            .filter(|entry| !entry.is_empty())
        {
            if entry == "*" {
                return true;
            }
            let entry = entry.strip_prefix('*').unwrap_or(entry);
            let (entry, only_port) = match entry.rsplit_once(':') {
                Some((entry, port)) if !entry.contains(':') || entry.ends_with(']') => {
                    (entry, port.parse().ok())
                }
                _ => (entry, port),
            };
            if only_port == port {
                known.push_str(entry.trim_matches(['[', ']']).trim_end_matches('.'));
                known.push(',');
            }
        }
        let matcher = Matcher::builder().all("http://proxy").no(known).build();
        format!("https://{host}/")
            .parse::<Uri>()
            .is_ok_and(|target| matcher.intercept(&target).is_none())
    }
}

#[cfg(test)]
#[path = "tests/proxy.rs"]
mod tests;
