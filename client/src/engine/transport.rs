//! The way to one service: the lanes and the TLS configuration that all clients of the same route share.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use rustls::ClientConfig;
use tokio::runtime::Handle;

use super::callers::Callers;
use super::connection::Connection;
use super::dial;
use super::lanes::Lanes;
use super::negotiated::Negotiated;
use super::service::{Protocol, Service};
use crate::engine::connect::proxy::Proxy;
use crate::engine::connect::trust::Trust;
use crate::engine::legacy::{self, Resolver};
use crate::error::Error;

const ALPN_H2: &[u8] = b"h2";
const ALPN_H1: &[u8] = b"http/1.1";
/// Each chat bounds its own wait. This is for a connection that nobody waits for any more, to a peer that never says a word.
const MOST_FOR_CONNECTING: Duration = Duration::from_secs(600);

/// What clients must agree on to share a transport.
#[derive(Debug, PartialEq)]
pub(crate) struct Route {
    origin: String,
    is_tls: bool,
    proxy: Option<Proxy>,
    trust: Arc<Trust>,
}

impl Route {
    pub(crate) fn new(endpoint: &Url, proxy: Option<Proxy>, trust: Arc<Trust>) -> Self {
        Self {
            origin: endpoint.origin().ascii_serialization(),
            is_tls: endpoint.scheme() == "https",
            proxy,
            trust,
        }
    }
}

/// The connections of a route in this process.
pub(crate) struct Transport {
    pub(crate) lanes: Arc<Lanes>,
    /// `None` behind a proxy, to which only the lanes know the way.
    pub(crate) callers: Option<Arc<Callers>>,
    dialer: Arc<Dialer>,
}

impl Transport {
    pub(crate) fn new(route: Arc<Route>, handle: Handle) -> Result<Self, Error> {
        let dialer = Arc::new(Dialer {
            tls: route.trust.client_config()?,
            resolver: Resolver::new(handle.clone(), !route.is_tls),
            service: Arc::new(Service::new(match route.is_tls {
                true => Protocol::Unknown,
                false => Protocol::Http1,
            })),
            handle: handle.clone(),
            route,
        });
        Ok(Self {
            lanes: Arc::new(Lanes::new(dialer.clone(), handle.clone())),
            callers: match dialer.route.proxy {
                Some(_) => None,
                None => Some(Arc::new(Callers::new(dialer.direct(&handle)?, handle))),
            },
            dialer,
        })
    }

    pub(crate) fn serves(&self, route: &Arc<Route>) -> bool {
        Arc::ptr_eq(&self.dialer.route, route)
    }

    /// How many there are, idle ones included.
    pub(crate) fn connections(&self) -> usize {
        self.lanes.count() + self.callers.as_ref().map_or(0, |callers| callers.count())
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.dialer.service.protocol()
    }
}

/// Makes the HTTP clients that the connections of a route live in.
pub(crate) struct Dialer {
    route: Arc<Route>,
    tls: ClientConfig,
    resolver: Resolver,
    pub(crate) service: Arc<Service>,
    handle: Handle,
}

impl Dialer {
    /// Makes a lane's connection. It offers both protocols until the service has chosen one.
    pub(crate) fn lane(&self, connection: &Arc<Connection>) -> Result<reqwest::Client, Error> {
        let only_http2 = self.service.protocol() == Protocol::Http2;
        let alpn: &[&[u8]] = match only_http2 {
            true => &[ALPN_H2],
            false => &[ALPN_H2, ALPN_H1],
        };
        let negotiated = Negotiated::new(
            self.service.clone(),
            connection.clone(),
            self.handle.clone(),
            only_http2,
        );
        self.finish(self.builder(alpn).connector_layer(negotiated))
    }

    /// For the HTTP/1.1 connections that blocked callers drive.
    fn direct(&self, handle: &Handle) -> Result<dial::Dialer, Error> {
        dial::Dialer::new(
            &self.route.origin,
            self.tls(&[ALPN_H1]),
            self.resolver.clone(),
            handle.clone(),
        )
    }

    fn tls(&self, alpn: &[&[u8]]) -> ClientConfig {
        let mut tls = self.tls.clone();
        tls.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        tls
    }

    fn builder(&self, alpn: &[&[u8]]) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // Idle lanes are let go whole, by one timer of ours.
            .pool_idle_timeout(None)
            .pool_max_idle_per_host(1)
            .connect_timeout(MOST_FOR_CONNECTING)
            .tls_backend_preconfigured(self.tls(alpn))
            .dns_resolver(self.resolver.clone())
    }

    fn finish(&self, mut builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
        if let Some(proxy) = &self.route.proxy {
            builder = builder.proxy(legacy::proxy(proxy).map_err(Error::internal)?);
        }
        builder.build().map_err(Error::internal)
    }
}
