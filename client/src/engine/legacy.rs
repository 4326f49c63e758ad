//! What the connector replaces, until nothing needs it any more.

use std::error::Error as StdError;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use std::vec;

use hyper_util::client::legacy::connect::dns;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tower_service::Service;

use super::connect::proxy::{Credentials, Proxy, Scheme};
use super::errors::causes::Causes;
use super::errors::connecting::{Failure, Peer};
use super::errors::{tls, transport};
use crate::error::{Error, Status};

/// Long enough for a burst, short enough for a failover.
const FRESH: Duration = Duration::from_secs(1);
const NOT_LOOPBACK: &str =
    "its name leads to another machine, where plain http would show the API key";
const NO_THREAD: &str =
    "no thread could be had to look up its name, see the limit on threads of this process";

/// The resolver of one transport, which asks for one name: the service's, or the proxy's.
#[derive(Clone)]
pub(crate) struct Resolver {
    handle: Handle,
    /// Plain http shows the key, so a name that only claims to be this machine's must not lead it elsewhere.
    loopback_only: bool,
    /// Held during a lookup: who comes second waits, and finds the first one's result.
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    last: Option<Resolved>,
    /// Cannot be ended. When nobody waits for it any more it is there for whoever asks next, so that a name server that
    /// is silent does not get one lookup more for each chat that gave up.
    running: Option<Lookup>,
}

struct Resolved {
    name: String,
    at: Instant,
    addresses: Vec<SocketAddr>,
}

struct Lookup {
    name: String,
    addresses: JoinHandle<io::Result<Vec<SocketAddr>>>,
}

impl Resolver {
    pub(crate) fn new(handle: Handle, loopback_only: bool) -> Self {
        Self {
            handle,
            loopback_only,
            state: Arc::default(),
        }
    }

    async fn lookup(self, name: String) -> io::Result<Vec<SocketAddr>> {
        let mut state = self.state.lock().await;
        if let Some(resolved) = &state.last
            && resolved.name == name
            && resolved.at.elapsed() < FRESH
        {
            return Ok(resolved.addresses.clone());
        }
        let lookup = match state.running.take() {
            Some(running) if running.name == name && !running.addresses.is_finished() => running,
            _ => self.look_up(name.clone())?,
        };
        let addresses = (&mut state.running.insert(lookup).addresses).await;
        state.running = None;
        let mut addresses = addresses.map_err(io::Error::other)??;
        if self.loopback_only {
            addresses.retain(|address| address.ip().to_canonical().is_loopback());
            if addresses.is_empty() {
                return Err(io::Error::other(NOT_LOOPBACK));
            }
        }
        state.last = Some(Resolved {
            name,
            at: Instant::now(),
            addresses: addresses.clone(),
        });
        Ok(addresses)
    }

    fn look_up(&self, name: String) -> io::Result<Lookup> {
        let asked = name.clone();
        // Where the system refuses a thread tokio panics.
        let addresses = catch_unwind(AssertUnwindSafe(|| {
            self.handle.spawn_blocking(move || {
                // The port is the connector's to fill in.
                (asked.as_str(), 0).to_socket_addrs().map(Vec::from_iter)
            })
        }));
        let addresses = addresses.map_err(|_| io::Error::other(NO_THREAD))?;
        Ok(Lookup { name, addresses })
    }
}

/// For the lanes of the runtime.
impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.clone().lookup(name.as_str().to_owned());
        Box::pin(async move {
            let addresses = lookup.await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// For the callers' own connections.
impl Service<dns::Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: dns::Name) -> Self::Future {
        let lookup = self.clone().lookup(name.as_str().to_owned());
        Box::pin(async move { Ok(lookup.await?.into_iter()) })
    }
}

pub(crate) fn proxy(proxy: &Proxy) -> reqwest::Result<reqwest::Proxy> {
    let scheme = match proxy.scheme {
        Scheme::Https => "https",
        _ => "http",
    };
    let all = reqwest::Proxy::all(format!("{scheme}://{}:{}", proxy.host, proxy.port))?;
    Ok(match &proxy.credentials {
        Some(Credentials::Basic(header)) => all.custom_http_auth(header.clone()),
        _ => all,
    })
}

pub(crate) fn of_connecting(error: &(dyn StdError + 'static)) -> Error {
    let why = Causes::of(error).root();
    Error::new(
        Status::Connect,
        format!("could not reach the service: {why}; check the network, base_url and proxy"),
    )
}

pub(crate) fn of_handshake(error: &(dyn StdError + 'static)) -> Error {
    let causes = Causes::of(error);
    if let Some(error) = causes.find::<rustls::Error>() {
        return Error::new(Status::Tls, tls::explain(error, Peer::Service));
    }
    match causes.io() {
        Some(error) if Failure::is_cut_off(error) && causes.find::<hyper::Error>().is_none() => {
            Error::new(
                Status::Tls,
                "the TLS handshake was cut off by the other side",
            )
        }
        _ => of_connecting(error),
    }
}

pub(crate) fn of_request(error: &(dyn StdError + 'static), has_left: bool) -> Error {
    let url = Causes::of(error)
        .find::<reqwest::Error>()
        .and_then(reqwest::Error::url);
    match url.is_some_and(|url| url.scheme() == "https") && !has_left {
        true => of_handshake(error),
        false => transport::of_request(error, has_left),
    }
}

pub(crate) fn is_of_negotiation(error: &(dyn StdError + 'static)) -> bool {
    use rustls::{AlertDescription, Error as Tls};
    matches!(
        Causes::of(error).find(),
        Some(Tls::AlertReceived(AlertDescription::NoApplicationProtocol))
    )
}
