//! How a stand-in is told what to be, and started.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::background::Background;
use crate::certificates::{self, Tls};
use crate::serve::{HttpVersions, Server};
use crate::service::Service;
use crate::standin::Standin;

/// nginx allows as many on a connection.
const MAX_CONCURRENT_STREAMS: u32 = 128;

/// How a stand-in shall behave when no directive says otherwise.
#[derive(Debug, Clone)]
pub struct Builder {
    address: SocketAddr,
    api_key: Option<String>,
    delay: Duration,
    stream_path: Option<String>,
    http: HttpVersions,
    max_concurrent_streams: u32,
    tls: Option<Tls>,
    verbose: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_key: None,
            delay: Duration::ZERO,
            stream_path: None,
            http: HttpVersions::Auto,
            max_concurrent_streams: MAX_CONCURRENT_STREAMS,
            tls: None,
            verbose: false,
        }
    }
}

impl Builder {
    /// The address to listen on instead of 127.0.0.1.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.address.set_ip(host);
        self
    }

    /// The port to listen on instead of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The one API key to accept instead of any that is not empty.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// How long the agent thinks before it answers.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Where messages are answered in events; nowhere unless told.
    pub fn stream_path(mut self, path: impl Into<String>) -> Self {
        self.stream_path = Some(path.into());
        self
    }

    /// The HTTP versions to speak.
    pub fn http(mut self, http: HttpVersions) -> Self {
        self.http = http;
        self
    }

    /// How many streams an HTTP/2 connection may have open at once; 128 unless told.
    pub fn max_concurrent_streams(mut self, streams: u32) -> Self {
        self.max_concurrent_streams = streams;
        self
    }

    /// Serves TLS with this kind of certificate.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Writes one line a request to standard error.
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    /// Starts to listen and serve.
    ///
    /// # Panics
    ///
    /// When it cannot; [`Builder::try_start`] returns the error instead.
    pub fn start(self) -> Standin {
        self.try_start().expect("the stand-in service starts")
    }

    /// Starts to listen and serve, or says why it cannot.
    pub fn try_start(self) -> io::Result<Standin> {
        let identity = self
            .tls
            .map(|tls| certificates::issue(tls, self.http))
            .transpose()?;
        let (tls, ca_file) = identity
            .map(|identity| (identity.acceptor, identity.ca_file))
            .unzip();
        let service = Arc::new(Service::new(
            self.api_key,
            self.delay,
            self.stream_path,
            self.verbose,
        ));
        let server = Server {
            service: service.clone(),
            tls,
            http: self.http,
            max_concurrent_streams: self.max_concurrent_streams,
        };
        let background = Background::start(server, self.address)?;
        Ok(Standin {
            base_url: match (self.tls, background.address) {
                (Some(_), SocketAddr::V4(address)) => {
                    format!("https://localhost:{}", address.port())
                }
                (Some(_), SocketAddr::V6(address)) => format!("https://{address}"),
                (None, address) => format!("http://{address}"),
            },
            ca_file,
            service,
            _background: background,
        })
    }
}
