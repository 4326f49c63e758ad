//! From a service's name to a connection that is ready for a request.
//!
//! [`resolver`] finds the addresses of a name and [`race`] the one that answers; a [`proxy`] makes a [`tunnel`](proxy::tunnel); [`trust`]
//! says whose certificates are accepted; a [`stream`] comes of it. [`Connector`] makes the steps, in their order.

pub(crate) mod meter;
pub(crate) mod proxy;
mod race;
pub(crate) mod resolver;
mod roots;
pub(crate) mod stream;
pub(crate) mod trust;

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ClientConnection;
use url::Url;

use self::proxy::{Proxy, Scheme};
use self::resolver::{Place, Resolver};
use self::stream::{Session, Stream};
use self::trust::Trust;
use crate::engine::errors::Peer;
use crate::engine::errors::connecting::{Failure, Refusal};
use crate::engine::process::budget::{Permit, Share};
use crate::error::Error;

/// Offered to the service over TLS (ALPN, RFC 7301), at each connection: a service may change its protocol.
const ALPN_HTTP2: &[u8] = b"h2";
const ALPN_HTTP1: &[u8] = b"http/1.1";

/// What the service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// A connection that nothing was sent on.
pub(crate) struct Connected {
    pub(crate) stream: Stream,
    pub(crate) protocol: Protocol,
    pub(crate) permit: Permit,
}

/// Is told of each step of connecting that is done.
pub(crate) trait Observer: Send {
    fn resolved(&mut self, _: Peer, _: &[SocketAddr]) {}
    fn connected(&mut self, _: Peer, _: SocketAddr) {}
    fn tunnelled(&mut self) {}
    fn secured(&mut self, _: Peer, _: &ClientConnection) {}
}

impl Observer for () {}

/// Makes the connections of one route.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Route>);

struct Route {
    service: Place,
    tls: Option<Session>,
    proxy: Option<Hop>,
    resolver: Arc<Resolver>,
    share: Share,
}

/// A proxy, and the TLS that is spoken to it.
struct Hop {
    proxy: Proxy,
    place: Place,
    tls: Option<Session>,
}

impl Connector {
    pub(crate) fn new(
        endpoint: &Url,
        proxy: Option<Proxy>,
        trust: &Trust,
        resolver: Arc<Resolver>,
        share: Share,
    ) -> Result<Self, Error> {
        let is_tls = endpoint.scheme() == "https";
        let service = Place {
            peer: Peer::Service,
            host: match endpoint.host() {
                Some(host) => host.to_owned(),
                None => return Err(Error::invalid_argument("base_url", "has no host")),
            },
            port: endpoint.port_or_known_default().unwrap_or(443),
            loopback_only: !is_tls,
        };
        let tls = is_tls.then(|| session(&service, trust)).transpose()?;
        let tls = tls.map(|tls| tls.offering(&[ALPN_HTTP2, ALPN_HTTP1]));
        let proxy = proxy.map(|proxy| Hop::new(proxy, trust)).transpose()?;
        Ok(Self(Arc::new(Route {
            service,
            tls,
            proxy,
            resolver,
            share,
        })))
    }

    /// A connection, once there is a permit for it. Dropped before that, the future closes what it has opened. It has no
    /// time limit of its own.
    pub(crate) async fn connect(&self) -> Result<Connected, Error> {
        Ok(self.connect_observed(&mut ()).await?)
    }

    /// As [`connect`](Self::connect), with an observer, and with the step that failed.
    pub(crate) async fn connect_observed(
        &self,
        observer: &mut impl Observer,
    ) -> Result<Connected, Failure> {
        let route = &*self.0;
        let (stream, permit) = match &route.proxy {
            Some(hop) => route.through(hop, observer).await?,
            None => {
                let addresses = route.resolve(&route.service, observer).await?;
                route.reach(&route.service, addresses, observer).await?
            }
        };
        let stream = match &route.tls {
            Some(tls) => secure(Peer::Service, stream, tls, observer).await?,
            None => stream,
        };
        let protocol = match stream.session().and_then(|tls| tls.alpn_protocol()) {
            Some(ALPN_HTTP2) => Protocol::Http2,
            _ => Protocol::Http1,
        };
        Ok(Connected {
            stream,
            protocol,
            permit,
        })
    }
}

impl Hop {
    fn new(proxy: Proxy, trust: &Trust) -> Result<Self, Error> {
        let place = Place {
            peer: Peer::Proxy,
            host: proxy.host.clone(),
            port: proxy.port,
            loopback_only: false,
        };
        let tls = match proxy.scheme {
            // Nothing is negotiated: CONNECT follows, in HTTP/1.1.
            Scheme::Https => Some(session(&place, trust)?),
            Scheme::Http | Scheme::Socks5 | Scheme::Socks5h => None,
        };
        Ok(Self { proxy, place, tls })
    }
}

impl Route {
    async fn resolve(
        &self,
        place: &Place,
        observer: &mut impl Observer,
    ) -> Result<Vec<SocketAddr>, Failure> {
        if place.name().is_none() {
            return place.addresses(&self.resolver).await;
        }
        let addresses = place.addresses(&self.resolver).await?;
        observer.resolved(place.peer, &addresses);
        Ok(addresses)
    }

    /// Over TCP. The permit is waited for after the lookup, which may be stuck.
    async fn reach(
        &self,
        place: &Place,
        addresses: Vec<SocketAddr>,
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let permit = self.share.acquire().await;
        let connected = race::connect(addresses, &self.share).await;
        let (tcp, address) = connected.map_err(|error| Failure::Unreached {
            peer: place.peer,
            error,
        })?;
        if let Some(name) = place.name() {
            self.resolver.remember(name, address.ip());
        }
        observer.connected(place.peer, address);
        Ok((Stream::Tcp(tcp), permit))
    }

    async fn through(
        &self,
        hop: &Hop,
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let service = &self.service;
        let targets = match hop.proxy.scheme {
            Scheme::Socks5 => {
                let addresses = self.resolve(service, observer).await?;
                addresses.iter().map(SocketAddr::to_string).collect()
            }
            _ => vec![format!("{}:{}", service.host, service.port)],
        };
        let mut refused = None;
        for target in targets {
            match self.tunnel(hop, &target, observer).await {
                Err(error @ Failure::Refused(Refusal::Unreachable { .. })) => refused = Some(error),
                result => return result,
            }
        }
        Err(refused.unwrap_or(Failure::Refused(Refusal::Closed)))
    }

    async fn tunnel(
        &self,
        hop: &Hop,
        target: &str,
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let addresses = self.resolve(&hop.place, observer).await?;
        let (mut stream, permit) = self.reach(&hop.place, addresses, observer).await?;
        if let Some(session) = &hop.tls {
            stream = secure(Peer::Proxy, stream, session, observer).await?;
        }
        let stream = proxy::tunnel::open(&hop.proxy, stream, target)
            .await
            .map_err(Failure::Refused)?;
        observer.tunnelled();
        Ok((stream, permit))
    }
}

fn session(place: &Place, trust: &Trust) -> Result<Session, Error> {
    let setting = match place.peer {
        Peer::Service => "base_url",
        Peer::Proxy => "proxy",
    };
    let problem = "has a host that no certificate can name";
    Session::new(trust.client_config()?, &place.host)
        .ok_or_else(|| Error::invalid_argument(setting, problem))
}

async fn secure(
    peer: Peer,
    stream: Stream,
    session: &Session,
    observer: &mut impl Observer,
) -> Result<Stream, Failure> {
    let stream = stream.secure(session).await;
    let stream = stream.map_err(|error| Failure::Handshake { peer, error })?;
    if let Some(session) = stream.session() {
        observer.secured(peer, session);
    }
    Ok(stream)
}

#[cfg(test)]
mod tests;
