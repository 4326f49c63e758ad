//! Makes the connections that blocked callers drive themselves.
//!
//! A new connection is rare, and so its name is looked up and its addresses are tried on the process-wide runtime, while
//! the caller waits. Then the connection is the caller's, who makes the TLS handshake too.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::runtime::Handle;
use tower_service::Service;

use super::link::Link;
use super::park::Park;
use crate::engine::legacy::{self as failure, Resolver};
use crate::error::Error;
use crate::sys::socket::Socket;

/// A peer that is gone without a word is found out within a minute, as on the lanes of the runtime.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_RETRIES: u32 = 3;
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const USER_TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct Dialer {
    origin: Uri,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    connector: HttpConnector<Resolver>,
    handle: Handle,
}

impl Dialer {
    /// To an origin such as `https://agents.robofy.ai`, whose protocol over TLS `tls` offers.
    pub(crate) fn new(
        origin: &str,
        tls: ClientConfig,
        resolver: Resolver,
        handle: Handle,
    ) -> Result<Self, Error> {
        let origin: Uri = origin.parse().map_err(Error::internal)?;
        let tls = match origin.scheme_str() {
            Some("https") => Some((Arc::new(tls), server_name(&origin)?)),
            _ => None,
        };
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_keepalive(Some(KEEP_ALIVE));
        connector.set_keepalive_interval(Some(KEEP_ALIVE));
        connector.set_keepalive_retries(Some(KEEP_ALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        connector.set_tcp_user_timeout(Some(USER_TIMEOUT));
        Ok(Self {
            origin,
            tls,
            connector,
            handle,
        })
    }

    /// A connection ready for a request, or `None` if there is none until `due`.
    pub(crate) fn dial(&self, park: &Arc<Park>, due: Instant) -> Result<Option<Link>, Error> {
        let Some(stream) = self.connect(due)? else {
            return Ok(None);
        };
        let socket = Socket::new(stream, park.clone());
        let socket = socket.map_err(|error| failure::of_connecting(&error))?;
        let Some((config, name)) = &self.tls else {
            return Ok(Some(Link::Plain(socket)));
        };
        match Link::tls(config.clone(), name.clone(), socket, due) {
            Ok(link) => Ok(Some(link)),
            Err(error) if error.kind() == ErrorKind::TimedOut => Ok(None),
            Err(error) => Err(failure::of_handshake(&error)),
        }
    }

    fn connect(&self, due: Instant) -> Result<Option<TcpStream>, Error> {
        let connecting = self.connector.clone().call(self.origin.clone());
        let (done, result) = sync_channel(1);
        let task = self.handle.spawn(async move {
            let stream = match connecting.await {
                Ok(stream) => stream
                    .into_inner()
                    .into_std()
                    .map_err(|error| failure::of_connecting(&error)),
                Err(error) => Err(failure::of_connecting(&error)),
            };
            _ = done.send(stream);
        });
        match result.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(stream) => stream.map(Some),
            Err(RecvTimeoutError::Timeout) => {
                task.abort();
                Ok(None)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Error::internal("the runtime is gone")),
        }
    }
}

fn server_name(origin: &Uri) -> Result<ServerName<'static>, Error> {
    let host = origin.host().unwrap_or_default();
    // An IPv6 address stands in brackets in a URL.
    let name = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(name.to_owned())
        .map_err(|_| Error::invalid_argument("base_url", "has a host that no certificate can name"))
}
