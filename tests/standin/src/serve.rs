//! Accepts connections and speaks HTTP on them, under the orders that requests give.

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::chat;
use crate::connection::{Connection, Ending, Order, SharedStream};
use crate::delivery::StreamReset;
use crate::service::Service;

/// The HTTP versions that a stand-in speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum HttpVersions {
    /// Both: by ALPN over TLS, by the client's first bytes (prior knowledge) without.
    Auto,
    /// HTTP/1.1 alone.
    #[value(name = "1")]
    Http1,
    /// HTTP/1.1 alone, and over TLS no answer to what the client offers (ALPN).
    #[value(name = "1-without-alpn")]
    Http1WithoutAlpn,
    /// HTTP/2 alone.
    #[value(name = "2")]
    Http2,
}

impl HttpVersions {
    pub(crate) fn alpn(self) -> Vec<Vec<u8>> {
        match self {
            Self::Auto => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            Self::Http1 => vec![b"http/1.1".to_vec()],
            Self::Http1WithoutAlpn => vec![],
            Self::Http2 => vec![b"h2".to_vec()],
        }
    }
}

pub(crate) struct Server {
    pub service: Arc<Service>,
    pub tls: Option<TlsAcceptor>,
    pub http: HttpVersions,
    pub max_concurrent_streams: u32,
}

impl Server {
    /// Serves until the other end of `stopped` is dropped.
    pub async fn run(self, listener: TcpListener, mut stopped: oneshot::Receiver<()>) {
        let server = Arc::new(self);
        let router = chat::router(server.service.clone());
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                accepted = listener.accept() => match accepted {
                    Ok((tcp, _)) => drop(tokio::spawn(server.clone().attend(tcp, router.clone()))),
                    Err(error) => {
                        // Out of descriptors, most likely: others must be given back first.
                        eprintln!("robofy-standin: cannot accept a connection: {error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        }
    }

    async fn attend(self: Arc<Self>, tcp: TcpStream, router: Router) {
        let open = self.service.counters.connection_opened();
        // A socket that is already dead fails at its first read as well.
        let _ = tcp.set_nodelay(true);
        let stream = match &self.tls {
            None => SharedStream::plain(tcp),
            Some(tls) => match tls.accept(tcp).await {
                Ok(stream) => SharedStream::tls(stream),
                Err(error) => {
                    return self
                        .service
                        .log(format_args!("TLS handshake failed: {error}"));
                }
            },
        };
        if let Some(ending) = self.converse(open.number, stream.clone(), router).await {
            ending.carry_out(stream).await;
        }
    }

    /// Speaks HTTP until the connection ends, or until a request orders how it shall.
    async fn converse(&self, number: u64, stream: SharedStream, router: Router) -> Option<Ending> {
        let (orders, mut ordered) = mpsc::unbounded_channel();
        let connection = Connection { number, orders };
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(connection.clone());
            answer(router.clone(), request)
        });
        let http = self.http();
        let mut http = pin!(http.serve_connection(TokioIo::new(stream), service));
        loop {
            tokio::select! {
                biased;
                Some(order) = ordered.recv() => match order {
                    Order::GoAway => http.as_mut().graceful_shutdown(),
                    Order::End(ending) => return Some(ending),
                },
                ended = http.as_mut() => {
                    if let Err(error) = ended {
                        let causes = with_causes(&*error);
                        self.service.log(format_args!("connection {number}: {causes}"));
                    }
                    return None;
                }
            }
        }
    }

    fn http(&self) -> auto::Builder<TokioExecutor> {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new());
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(self.max_concurrent_streams);
        match self.http {
            HttpVersions::Auto => http,
            HttpVersions::Http1 | HttpVersions::Http1WithoutAlpn => http.http1_only(),
            HttpVersions::Http2 => http.http2_only(),
        }
    }
}

/// The HTTP library's own words name no cause.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}

/// An `Err` is how the HTTP library is told to reset the stream.
async fn answer(
    router: Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, Box<dyn Error + Send + Sync>> {
    let response = router.oneshot(request.map(Body::new)).await?;
    match response.extensions().get() {
        Some(StreamReset(reason)) => Err(h2::Error::from(*reason).into()),
        None => Ok(response),
    }
}
