//! Learns from each new connection which protocol the service speaks, and takes those that speak HTTP/2 out of the HTTP
//! client's hands: their lane tells how many streams there are, which the client does not.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection as Connected;
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tower_layer::Layer;
use tower_service::Service as Connector;

use super::connection::Connection;
use super::service::{Protocol, Service};
use crate::engine::legacy as failure;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A connector layer that heeds what was negotiated (ALPN, RFC 7301).
#[derive(Clone)]
pub(crate) struct Negotiated(Arc<LaneToBe>);

struct LaneToBe {
    service: Arc<Service>,
    connection: Arc<Connection>,
    handle: Handle,
    /// The connection offers HTTP/2 and nothing else, because the service spoke it before. Where one fails the next one
    /// offers both.
    only_http2: bool,
}

impl Negotiated {
    pub(crate) fn new(
        service: Arc<Service>,
        connection: Arc<Connection>,
        handle: Handle,
        only_http2: bool,
    ) -> Self {
        Self(Arc::new(LaneToBe {
            service,
            connection,
            handle,
            only_http2,
        }))
    }
}

impl LaneToBe {
    /// What is left for the HTTP client.
    async fn take<C>(&self, connected: Result<C, BoxError>) -> Result<C, BoxError>
    where
        C: Connected + Read + Write + Send + Unpin + 'static,
    {
        match connected {
            Ok(io) if io.connected().is_negotiated_h2() => {
                self.service.speaks(Protocol::Http2);
                let io = TokioIo::new(io);
                self.connection.speak_http2(io, &self.handle).await?;
                Err(Taken.into())
            }
            Ok(io) if !self.only_http2 => {
                self.service.speaks(Protocol::Http1);
                self.connection.is_http1();
                Ok(io)
            }
            Err(error) if !self.only_http2 => Err(error),
            failed => {
                self.service.speaks(Protocol::Unknown);
                match failed {
                    Err(error) if !failure::is_of_negotiation(&*error) => Err(error),
                    _ => Err(ProtocolChanged.into()),
                }
            }
        }
    }
}

/// The connection stands, and is its lane's.
#[derive(Debug)]
struct Taken;

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the service speaks HTTP/2")
    }
}

impl StdError for Taken {}

/// A service that spoke HTTP/2 does not any more.
#[derive(Debug)]
struct ProtocolChanged;

impl fmt::Display for ProtocolChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it does not speak HTTP/2 any more")
    }
}

impl StdError for ProtocolChanged {}

impl<S> Layer<S> for Negotiated {
    type Service = Negotiating<S>;
    fn layer(&self, connector: S) -> Self::Service {
        Negotiating {
            connector: Arc::new(connector),
            lane: self.0.clone(),
        }
    }
}

/// Cloned for each request, of which few connect: so the connector is cloned by those.
pub(crate) struct Negotiating<S> {
    connector: Arc<S>,
    lane: Arc<LaneToBe>,
}

impl<S> Clone for Negotiating<S> {
    fn clone(&self) -> Self {
        Self {
            connector: self.connector.clone(),
            lane: self.lane.clone(),
        }
    }
}

impl<S, R> Connector<R> for Negotiating<S>
where
    S: Connector<R, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Response: Connected + Read + Write + Send + Unpin + 'static,
    S::Future: Send + 'static,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: R) -> Self::Future {
        let mut connector = S::clone(&self.connector);
        let lane = self.lane.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx)).await?;
            lane.take(connector.call(target).await).await
        })
    }
}
