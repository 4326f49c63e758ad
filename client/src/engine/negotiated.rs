//! Learns from each new connection which protocol the service speaks.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::Connection;
use tower_layer::Layer;
use tower_service::Service;

use super::transport::{Protocol, Spoken};

/// A connector layer that notes what was negotiated (ALPN, RFC 7301).
#[derive(Clone)]
pub(crate) struct LearnProtocol(pub(crate) Spoken);

impl<S> Layer<S> for LearnProtocol {
    type Service = Learning<S>;
    fn layer(&self, connector: S) -> Self::Service {
        Learning {
            connector,
            spoken: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Learning<S> {
    connector: S,
    spoken: Spoken,
}

impl<S, R> Service<R> for Learning<S>
where
    S: Service<R>,
    S::Response: Connection,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.connector.call(target);
        let spoken = self.spoken.clone();
        Box::pin(async move {
            let connection = connecting.await?;
            spoken.set(match connection.connected().is_negotiated_h2() {
                true => Protocol::Http2,
                false => Protocol::Http1,
            });
            Ok(connection)
        })
    }
}
