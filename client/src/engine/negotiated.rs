//! Learns from each new connection which protocol the service speaks.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::Connection;
use tower_layer::Layer;
use tower_service::Service;

use super::failure;
use super::transport::{Protocol, Spoken};

type BoxError = Box<dyn StdError + Send + Sync>;

/// A connector layer that notes what was negotiated (ALPN, RFC 7301).
#[derive(Clone)]
pub(crate) struct LearnProtocol {
    spoken: Spoken,
    only_http2: bool,
}

impl LearnProtocol {
    /// For connections that offer both protocols.
    pub(crate) fn of_either(spoken: Spoken) -> Self {
        Self {
            spoken,
            only_http2: false,
        }
    }

    /// For connections that offer HTTP/2 and nothing else, because the service spoke it before. Where one fails the next
    /// one offers both.
    pub(crate) fn of_http2(spoken: Spoken) -> Self {
        Self {
            spoken,
            only_http2: true,
        }
    }

    fn learn<C: Connection>(&self, connected: Result<C, BoxError>) -> Result<C, BoxError> {
        let is_http2 = |connection: &C| connection.connected().is_negotiated_h2();
        match connected {
            Ok(connection) if is_http2(&connection) => {
                self.spoken.set(Protocol::Http2);
                Ok(connection)
            }
            Ok(connection) if !self.only_http2 => {
                self.spoken.set(Protocol::Http1);
                Ok(connection)
            }
            Err(error) if !self.only_http2 => Err(error),
            failed => {
                self.spoken.set(Protocol::Unknown);
                match failed {
                    Err(error) if !failure::is_of_negotiation(&*error) => Err(error),
                    _ => Err(ProtocolChanged.into()),
                }
            }
        }
    }
}

/// A service that spoke HTTP/2 does not any more.
#[derive(Debug)]
struct ProtocolChanged;

impl fmt::Display for ProtocolChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it does not speak HTTP/2 any more")
    }
}

impl StdError for ProtocolChanged {}

impl<S> Layer<S> for LearnProtocol {
    type Service = Learning<S>;
    fn layer(&self, connector: S) -> Self::Service {
        Learning {
            connector: Arc::new(connector),
            learn: self.clone(),
        }
    }
}

/// Cloned for each request, of which few connect: so the connector is cloned by those.
pub(crate) struct Learning<S> {
    connector: Arc<S>,
    learn: LearnProtocol,
}

impl<S> Clone for Learning<S> {
    fn clone(&self) -> Self {
        Self {
            connector: self.connector.clone(),
            learn: self.learn.clone(),
        }
    }
}

impl<S, R> Service<R> for Learning<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Response: Connection,
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
        let learn = self.learn.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx)).await?;
            learn.learn(connector.call(target).await)
        })
    }
}
