//! Which way the library will take: the service's host and port, and the proxy in front, chosen as the library does.

use std::fmt;
use std::net::IpAddr;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

use super::report::Problem;
use crate::arguments::Connection;
use crate::failure::Failure;

/// A host and a port, over TLS or not.
pub struct Place {
    /// A name or an address, without brackets.
    pub host: String,
    /// The scheme's own where the URL has none.
    pub port: u16,
    /// `https`.
    pub tls: bool,
}

/// A proxy to tunnel through.
pub struct Proxy {
    /// Where it is.
    pub place: Place,
    /// The `Proxy-Authorization` header, where the URL has a user name.
    pub authorization: Option<HeaderValue>,
}

/// The way to the service.
pub struct Route {
    /// Its end.
    pub service: Place,
    /// What stands in front.
    pub proxy: Option<Proxy>,
}

impl Route {
    /// For settings that the library has accepted.
    pub fn choose(connection: &Connection) -> Result<Self, Problem> {
        let url: Uri = connection.base_url.trim().parse().map_err(|_| {
            Problem::new(
                Failure::usage("base_url cannot be read".to_owned()),
                "write --base-url as https://HOST or https://HOST:PORT",
            )
        })?;
        let service = Place::of(&url);
        let proxy = proxy(connection.proxy.as_deref(), &url, &service);
        Ok(Self { service, proxy })
    }
}

/// Plain http and, unless a proxy is chosen, loopback are reached directly.
fn proxy(chosen: Option<&str>, url: &Uri, service: &Place) -> Option<Proxy> {
    if !service.tls {
        return None;
    }
    let matcher = match chosen {
        Some("") => return None,
        Some(proxy) => Matcher::builder().all(proxy).build(),
        None if service.is_loopback() => return None,
        None => Matcher::from_system(),
    };
    let intercept = matcher.intercept(url)?;
    Some(Proxy {
        place: Place::of(intercept.uri()),
        authorization: intercept.basic_auth().cloned(),
    })
}

impl Place {
    fn of(url: &Uri) -> Self {
        let tls = url.scheme_str() == Some("https");
        let host = url.host().unwrap_or_default();
        Self {
            host: host.trim_matches(['[', ']']).to_ascii_lowercase(),
            port: url.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            tls,
        }
    }

    /// The address that stands in place of a name.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    fn is_loopback(&self) -> bool {
        let name = self.host.trim_end_matches('.');
        let named = name == "localhost" || name.ends_with(".localhost");
        named
            || self
                .address()
                .is_some_and(|address| address.to_canonical().is_loopback())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = if self.service.tls {
            "over TLS"
        } else {
            "without TLS"
        };
        write!(f, "{} {tls}", self.service)?;
        match &self.proxy {
            Some(proxy) => write!(f, ", through the proxy {}", proxy.place),
            None => Ok(()),
        }
    }
}
