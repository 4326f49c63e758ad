//! Name resolution: on the process-wide runtime's own threads, once for a burst of connections.

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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::mpsc;

    use tokio::task::{spawn_blocking, yield_now};
    use tokio::time::timeout;

    use super::*;

    const NAME: &str = "service.invalid";

    #[tokio::test]
    async fn a_lookup_that_is_given_up_is_there_for_whoever_asks_next() {
        let resolver = Resolver::new(Handle::current(), false);
        let (server, name_server) = mpsc::channel();
        resolver.state.lock().await.running = Some(Lookup {
            name: NAME.to_owned(),
            addresses: spawn_blocking(move || Ok(name_server.recv().unwrap_or_default())),
        });
        for _ in 0..3 {
            let hurried = resolver.clone().lookup(NAME.to_owned());
            assert!(timeout(Duration::from_millis(1), hurried).await.is_err());
        }
        let patient = tokio::spawn(resolver.lookup(NAME.to_owned()));
        // What ends while nobody waits may be old, and is not taken.
        yield_now().await;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        server.send(vec![address]).unwrap();
        assert_eq!(patient.await.unwrap().unwrap(), [address]);
    }
}
