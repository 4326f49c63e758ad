//! The way to a service, up to a connection that is ready for a request.
//!
//! [`resolver`] finds the addresses of a name and [`race`] the one that answers; a [`proxy`] makes a [`tunnel`]; [`trust`]
//! says whose certificates are accepted; a [`stream`] comes of it. [`Connector`] makes the steps, in their order.

pub(crate) mod meter;
pub(crate) mod proxy;
mod race;
pub(crate) mod resolver;
mod roots;
pub(crate) mod stream;
pub(crate) mod trust;
mod tunnel;

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use self::proxy::{Proxy, Scheme};
use self::resolver::Resolver;
use self::stream::Stream;
use self::trust::Trust;
use crate::engine::errors::connecting::{Failure, Peer, Refusal};
use crate::engine::process::budget::{Permit, Share};
use crate::error::Error;

const ALPN_HTTP2: &[u8] = b"h2";
const ALPN_HTTP1: &[u8] = b"http/1.1";

/// What is offered to the service over TLS (ALPN, RFC 7301). Without TLS it is HTTP/1.1 in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    Both,
    Http2,
    Http1,
}

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

/// A step of connecting, as it begins or is done.
pub(crate) enum Step<'a> {
    LookUp(Peer),
    Resolved(Peer, &'a [SocketAddr]),
    Connect(Peer),
    Connected(Peer, SocketAddr),
    Tunnel,
    Tunnelled,
    Handshake(Peer),
    Secured(Peer, &'a ClientConnection),
}

/// Is told of each step.
pub(crate) trait Observer: Send {
    fn step(&mut self, _: Step<'_>) {}
}

impl Observer for () {}

/// Makes the connections of one route.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Route>);

struct Route {
    service: Place,
    tls: Option<Tls>,
    /// With the TLS that is spoken to it.
    proxy: Option<(Proxy, Place, Option<Session>)>,
    resolver: Arc<Resolver>,
    share: Share,
}

struct Place {
    peer: Peer,
    host: Host,
    port: u16,
    loopback_only: bool,
}

struct Session {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

/// One session cache, three offers.
struct Tls {
    both: Session,
    http2: Session,
    http1: Session,
}

impl Tls {
    fn new(config: &ClientConfig, name: &ServerName<'static>) -> Self {
        let offering = |protocols: &[&[u8]]| {
            let mut config = config.clone();
            config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
            Session {
                config: Arc::new(config),
                name: name.clone(),
            }
        };
        Self {
            both: offering(&[ALPN_HTTP2, ALPN_HTTP1]),
            http2: offering(&[ALPN_HTTP2]),
            http1: offering(&[ALPN_HTTP1]),
        }
    }

    fn session(&self, offer: Offer) -> &Session {
        match offer {
            Offer::Both => &self.both,
            Offer::Http2 => &self.http2,
            Offer::Http1 => &self.http1,
        }
    }
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
        let tls = match is_tls {
            true => Some(Tls::new(&trust.client_config()?, &service.name()?)),
            false => None,
        };
        let proxy = match proxy {
            Some(proxy) => Some(Self::via(proxy, trust)?),
            None => None,
        };
        Ok(Self(Arc::new(Route {
            service,
            tls,
            proxy,
            resolver,
            share,
        })))
    }

    fn via(proxy: Proxy, trust: &Trust) -> Result<(Proxy, Place, Option<Session>), Error> {
        let place = Place {
            peer: Peer::Proxy,
            host: proxy.host.clone(),
            port: proxy.port,
            loopback_only: false,
        };
        let session = match proxy.scheme {
            // Nothing is negotiated: CONNECT follows, in HTTP/1.1.
            Scheme::Https => Some(Session {
                config: Arc::new(trust.client_config()?),
                name: place.name()?,
            }),
            Scheme::Http | Scheme::Socks5 | Scheme::Socks5h => None,
        };
        Ok((proxy, place, session))
    }

    /// A connection, once there is a permit for it. Dropped before that, the future closes what it has opened. It has no
    /// time limit of its own.
    ///
    /// A service that refuses what is offered, because it changed its protocol, is offered both at once.
    pub(crate) async fn connect(&self, offer: Offer) -> Result<Connected, Error> {
        Ok(self.connect_observed(offer, &mut ()).await?)
    }

    /// As [`connect`](Self::connect), with an observer, and with the step that failed.
    pub(crate) async fn connect_observed(
        &self,
        offer: Offer,
        observer: &mut impl Observer,
    ) -> Result<Connected, Failure> {
        match self.try_connect(offer, observer).await {
            Err(failure) if offer != Offer::Both && failure.is_of_negotiation() => {
                self.try_connect(Offer::Both, observer).await
            }
            result => result,
        }
    }

    async fn try_connect(
        &self,
        offer: Offer,
        observer: &mut impl Observer,
    ) -> Result<Connected, Failure> {
        let route = &*self.0;
        let (stream, permit) = match &route.proxy {
            Some((proxy, place, session)) => {
                let way = (proxy, place, session.as_ref());
                route.through(way, observer).await?
            }
            None => {
                let addresses = route.resolve(&route.service, observer).await?;
                route.reach(&route.service, addresses, observer).await?
            }
        };
        let Some(tls) = &route.tls else {
            return Ok(Connected {
                stream,
                protocol: Protocol::Http1,
                permit,
            });
        };
        let stream = secure(Peer::Service, stream, tls.session(offer), observer).await?;
        let protocol = match stream.alpn() {
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

impl Route {
    async fn resolve(
        &self,
        place: &Place,
        observer: &mut impl Observer,
    ) -> Result<Vec<SocketAddr>, Failure> {
        let Host::Domain(name) = &place.host else {
            return Ok(place.address().into_iter().collect());
        };
        observer.step(Step::LookUp(place.peer));
        let resolved = self.resolver.resolve(name).await;
        let mut resolved = resolved.map_err(|error| Failure::Name {
            peer: place.peer,
            name: name.clone(),
            error,
        })?;
        let addresses = &mut resolved.addresses;
        if place.loopback_only {
            addresses.retain(|address| address.ip().to_canonical().is_loopback());
            if addresses.is_empty() {
                return Err(Failure::NotLoopback);
            }
        }
        for address in addresses.iter_mut() {
            address.set_port(place.port);
        }
        observer.step(Step::Resolved(place.peer, addresses));
        Ok(race::order(addresses, resolved.winner))
    }

    /// Over TCP. The permit is waited for after the lookup, which may be stuck.
    async fn reach(
        &self,
        place: &Place,
        addresses: Vec<SocketAddr>,
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let permit = self.share.acquire().await;
        observer.step(Step::Connect(place.peer));
        let connected = race::connect(addresses, &self.share).await;
        let (tcp, address) = connected.map_err(|error| Failure::Unreached {
            peer: place.peer,
            error,
        })?;
        if let Host::Domain(name) = &place.host {
            self.resolver.remember(name, address.ip());
        }
        observer.step(Step::Connected(place.peer, address));
        Ok((Stream::Tcp(tcp), permit))
    }

    async fn through(
        &self,
        way: (&Proxy, &Place, Option<&Session>),
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let service = &self.service;
        let targets = match (way.0.scheme, &service.host) {
            (Scheme::Socks5, Host::Domain(_)) => {
                let addresses = self.resolve(service, observer).await?;
                addresses.iter().map(SocketAddr::to_string).collect()
            }
            (_, host) => vec![format!("{host}:{}", service.port)],
        };
        let mut refused = None;
        for target in targets {
            match self.tunnel(way, &target, observer).await {
                Err(failure @ Failure::Refused(Refusal::Unreachable { .. })) => {
                    refused = Some(failure)
                }
                result => return result,
            }
        }
        Err(refused.unwrap_or(Failure::Refused(Refusal::Closed)))
    }

    async fn tunnel(
        &self,
        (proxy, place, session): (&Proxy, &Place, Option<&Session>),
        target: &str,
        observer: &mut impl Observer,
    ) -> Result<(Stream, Permit), Failure> {
        let addresses = self.resolve(place, observer).await?;
        let (mut stream, permit) = self.reach(place, addresses, observer).await?;
        if let Some(session) = session {
            stream = secure(Peer::Proxy, stream, session, observer).await?;
        }
        observer.step(Step::Tunnel);
        let stream = tunnel::open(proxy, stream, target)
            .await
            .map_err(Failure::Refused)?;
        observer.step(Step::Tunnelled);
        Ok((stream, permit))
    }
}

impl Place {
    fn address(&self) -> Option<SocketAddr> {
        match self.host {
            Host::Ipv4(address) => Some((address, self.port).into()),
            Host::Ipv6(address) => Some((address, self.port).into()),
            Host::Domain(_) => None,
        }
    }

    fn name(&self) -> Result<ServerName<'static>, Error> {
        let setting = match self.peer {
            Peer::Service => "base_url",
            Peer::Proxy => "proxy",
        };
        match &self.host {
            Host::Ipv4(address) => Ok(ServerName::IpAddress((*address).into())),
            Host::Ipv6(address) => Ok(ServerName::IpAddress((*address).into())),
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| {
                Error::invalid_argument(setting, "has a host that no certificate can name")
            }),
        }
    }
}

async fn secure(
    peer: Peer,
    stream: Stream,
    session: &Session,
    observer: &mut impl Observer,
) -> Result<Stream, Failure> {
    observer.step(Step::Handshake(peer));
    let connector = TlsConnector::from(session.config.clone());
    let connected = connector.connect(session.name.clone(), stream).await;
    let stream = connected.map_err(|error| Failure::Handshake { peer, error })?;
    observer.step(Step::Secured(peer, stream.get_ref().1));
    Ok(Stream::Tls(Box::new(stream)))
}

#[cfg(test)]
mod tests;
