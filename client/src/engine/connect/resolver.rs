//! Names and their addresses: one resolver for all routes of the process.
//!
//! A lookup cannot be ended, and a name server may be silent for minutes. So each name has at most one lookup, on a thread
//! of its own; all who ask for the name meanwhile wait for that one, and other names do not.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

use url::Host;

use super::race::order;
use crate::engine::errors::Peer;
use crate::engine::errors::connecting::Failure;
use crate::engine::process::threads;
use crate::sys::names::{self, NameError};

/// Long enough for a burst, short enough for a failover.
const FRESH: Duration = Duration::from_secs(1);
/// How long a name that was known waits for news.
const PATIENCE: Duration = Duration::from_secs(1);
/// For so long addresses serve while the name servers do not (RFC 8767).
const STALE: Duration = Duration::from_secs(300);
/// For so long the address that won a race is tried first, and a name that nobody asks for is known.
const KEPT: Duration = Duration::from_secs(600);

type Outcome = Result<Vec<SocketAddr>, NameError>;
/// One that runs: its outcome, once there is one.
type Lookup = watch::Receiver<Option<Outcome>>;
type LookUp = dyn Fn(&str) -> Outcome + Send + Sync;

pub(crate) struct Resolver {
    names: Arc<Mutex<BTreeMap<String, Name>>>,
    look_up: Arc<LookUp>,
}

/// What a name leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolved {
    /// In the system's order, without a port.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The one that was connected to last.
    pub(crate) winner: Option<IpAddr>,
}

struct Name {
    known: Option<(Vec<SocketAddr>, Instant)>,
    winner: Option<(IpAddr, Instant)>,
    lookup: Option<Lookup>,
    asked: Instant,
}

/// What there is for whoever asks.
enum Asked {
    Known(Resolved),
    Running {
        lookup: Lookup,
        /// Addresses for when it does not end soon, or badly.
        stale: Option<Vec<SocketAddr>>,
    },
}

impl Name {
    fn new(now: Instant) -> Self {
        Self {
            known: None,
            winner: None,
            lookup: None,
            asked: now,
        }
    }

    fn known_for(&self, age: Duration, now: Instant) -> Option<Vec<SocketAddr>> {
        let known = self.known.as_ref();
        let (addresses, _) = known.filter(|(_, at)| now.duration_since(*at) < age)?;
        Some(addresses.clone())
    }

    fn resolved(&self, age: Duration, now: Instant) -> Option<Resolved> {
        let winner = self.winner(now);
        let addresses = self.known_for(age, now)?;
        Some(Resolved { addresses, winner })
    }

    fn winner(&self, now: Instant) -> Option<IpAddr> {
        let winner = self.winner;
        let (winner, _) = winner.filter(|(_, at)| now.duration_since(*at) < KEPT)?;
        Some(winner)
    }

    fn running(&self) -> Option<&Lookup> {
        // One that panicked has no sender any more.
        let lookup = self.lookup.as_ref();
        lookup.filter(|lookup| lookup.has_changed().is_ok())
    }

    fn is_wanted(&self, now: Instant) -> bool {
        self.running().is_some() || now.duration_since(self.asked) < KEPT
    }
}

impl Default for Resolver {
    fn default() -> Self {
        Self::with(Arc::new(names::look_up))
    }
}

impl Resolver {
    pub(super) fn with(look_up: Arc<LookUp>) -> Self {
        Self {
            names: Arc::default(),
            look_up,
        }
    }

    /// The name's addresses. If they were known, those serve while the name servers are silent or fail.
    pub(crate) async fn resolve(&self, name: &str) -> Result<Resolved, NameError> {
        let (lookup, stale) = match self.ask(name)? {
            Asked::Known(resolved) => return Ok(resolved),
            Asked::Running { lookup, stale } => (lookup, stale),
        };
        let Some(stale) = stale else {
            return Ok(self.with_winner(name, end_of(lookup).await?));
        };
        let outcome = timeout(PATIENCE, end_of(lookup)).await;
        match outcome.unwrap_or(Err(NameError::Late)) {
            Ok(addresses) => Ok(self.with_winner(name, addresses)),
            Err(NameError::Unknown) => Err(NameError::Unknown),
            Err(_) => Ok(self.with_winner(name, stale)),
        }
    }

    /// The name's address that won a race.
    pub(crate) fn remember(&self, name: &str, winner: IpAddr) {
        if let Some(known) = lock(&self.names).get_mut(name) {
            known.winner = Some((winner, Instant::now()));
        }
    }

    fn ask(&self, name: &str) -> Result<Asked, NameError> {
        let now = Instant::now();
        let mut names = lock(&self.names);
        if !names.contains_key(name) {
            names.retain(|_, known| known.is_wanted(now));
        }
        let known = names
            .entry(name.to_owned())
            .or_insert_with(|| Name::new(now));
        known.asked = now;
        if let Some(resolved) = known.resolved(FRESH, now) {
            return Ok(Asked::Known(resolved));
        }
        let lookup = match known.running() {
            Some(running) => running.clone(),
            None => match self.start(name) {
                Ok(lookup) => known.lookup.insert(lookup).clone(),
                Err(error) => return known.resolved(STALE, now).map(Asked::Known).ok_or(error),
            },
        };
        let stale = known.known_for(STALE, now);
        Ok(Asked::Running { lookup, stale })
    }

    fn start(&self, name: &str) -> Result<Lookup, NameError> {
        let (names, look_up, name) = (self.names.clone(), self.look_up.clone(), name.to_owned());
        let (result, lookup) = watch::channel(None);
        threads::spawn(move || {
            let outcome = look_up(&name);
            if let Some(known) = lock(&names).get_mut(&name) {
                known.lookup = None;
                if let Ok(addresses) = &outcome {
                    known.known = Some((addresses.clone(), Instant::now()));
                }
            }
            _ = result.send(Some(outcome));
        })
        .map_err(|_| NameError::NoResources)?;
        Ok(lookup)
    }

    fn with_winner(&self, name: &str, addresses: Vec<SocketAddr>) -> Resolved {
        let names = lock(&self.names);
        let winner = names
            .get(name)
            .and_then(|known| known.winner(Instant::now()));
        Resolved { addresses, winner }
    }
}

/// Where to connect to.
pub(super) struct Place {
    pub(super) peer: Peer,
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) loopback_only: bool,
}

impl Place {
    /// What is to be looked up, if it is no address.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// Its addresses, in the order in which they are to be tried.
    pub(super) async fn addresses(&self, resolver: &Resolver) -> Result<Vec<SocketAddr>, Failure> {
        let name = match &self.host {
            Host::Ipv4(address) => return Ok(vec![(*address, self.port).into()]),
            Host::Ipv6(address) => return Ok(vec![(*address, self.port).into()]),
            Host::Domain(name) => name,
        };
        let resolved = resolver.resolve(name).await;
        let resolved = resolved.map_err(|error| Failure::Name {
            peer: self.peer,
            name: name.clone(),
            error,
        })?;
        let mut addresses = order(&resolved.addresses, resolved.winner);
        if self.loopback_only {
            addresses.retain(|address| address.ip().to_canonical().is_loopback());
            if addresses.is_empty() {
                return Err(Failure::NotLoopback);
            }
        }
        for address in &mut addresses {
            address.set_port(self.port);
        }
        Ok(addresses)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn end_of(mut lookup: Lookup) -> Outcome {
    let ended = lookup.wait_for(Option::is_some).await;
    // Without an outcome: it panicked.
    ended
        .ok()
        .and_then(|outcome| outcome.clone())
        .unwrap_or(Err(NameError::Temporary))
}

#[cfg(test)]
#[path = "tests/resolver.rs"]
mod tests;
