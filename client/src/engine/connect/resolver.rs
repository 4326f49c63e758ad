//! Names and their addresses: one resolver for all routes of the process.
//!
//! A lookup cannot be ended, and a name server may be silent for minutes. So each name has at most one lookup, on a thread
//! of the runtime's blocking pool; all who ask for the name meanwhile wait for that one, and other names do not.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

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

    fn winner(&self, now: Instant) -> Option<IpAddr> {
        let winner = self.winner;
        let (winner, _) = winner.filter(|(_, at)| now.duration_since(*at) < KEPT)?;
        Some(winner)
    }

    fn running(&self) -> Option<&Lookup> {
        // One that its runtime took along has no sender any more.
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
        if let Some(addresses) = known.known_for(FRESH, now) {
            let winner = known.winner(now);
            return Ok(Asked::Known(Resolved { addresses, winner }));
        }
        let lookup = match known.running() {
            Some(running) => running.clone(),
            None => known.lookup.insert(self.start(name)?).clone(),
        };
        let stale = known.known_for(STALE, now);
        Ok(Asked::Running { lookup, stale })
    }

    fn start(&self, name: &str) -> Result<Lookup, NameError> {
        let (names, look_up, name) = (self.names.clone(), self.look_up.clone(), name.to_owned());
        let (result, lookup) = watch::channel(None);
        // Where the system refuses a thread tokio panics.
        catch_unwind(AssertUnwindSafe(|| {
            spawn_blocking(move || {
                let outcome = look_up(&name);
                if let Some(known) = lock(&names).get_mut(&name) {
                    known.lookup = None;
                    if let Ok(addresses) = &outcome {
                        known.known = Some((addresses.clone(), Instant::now()));
                    }
                }
                _ = result.send(Some(outcome));
            })
        }))
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn end_of(mut lookup: Lookup) -> Outcome {
    let ended = lookup.wait_for(Option::is_some).await;
    // Without an outcome: the runtime is gone.
    ended
        .ok()
        .and_then(|outcome| outcome.clone())
        .unwrap_or(Err(NameError::Temporary))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::time::timeout;

    use super::*;

    const NAME: &str = "service.invalid";
    const OTHER: &str = "other.invalid";

    fn address(last: u8) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, last], 0))
    }

    /// A name server that answers when told to, and how often each name was looked up.
    fn name_server() -> (Resolver, mpsc::Sender<Outcome>, Arc<Mutex<Vec<String>>>) {
        let (server, answers) = mpsc::channel::<Outcome>();
        let (answers, asked) = (Mutex::new(answers), Arc::<Mutex<Vec<String>>>::default());
        let log = asked.clone();
        let resolver = Resolver::with(Arc::new(move |name| {
            lock(&log).push(name.to_owned());
            match name {
                NAME => lock(&answers).recv().unwrap_or(Err(NameError::Temporary)),
                _ => Ok(vec![address(9)]),
            }
        }));
        (resolver, server, asked)
    }

    /// As if so much time had passed.
    fn age(resolver: &Resolver, by: Duration) {
        let mut names = lock(&resolver.names);
        for known in names.values_mut() {
            known.asked -= by;
            if let Some((_, at)) = &mut known.known {
                *at -= by;
            }
            if let Some((_, at)) = &mut known.winner {
                *at -= by;
            }
        }
    }

    #[tokio::test]
    async fn a_stuck_name_has_one_lookup_and_delays_no_other() {
        let (resolver, server, asked) = name_server();
        for _ in 0..3 {
            let hurried = timeout(Duration::from_millis(20), resolver.resolve(NAME));
            assert!(hurried.await.is_err());
        }
        let other = resolver.resolve(OTHER).await.unwrap();
        assert_eq!(other.addresses, [address(9)]);
        server.send(Ok(vec![address(1)])).unwrap();
        let patient = resolver.resolve(NAME).await.unwrap();
        assert_eq!(patient.addresses, [address(1)]);
        assert_eq!(*lock(&asked), [NAME, OTHER]);
    }

    #[tokio::test]
    async fn addresses_are_fresh_for_a_moment() {
        let (resolver, _server, asked) = name_server();
        resolver.resolve(OTHER).await.unwrap();
        resolver.resolve(OTHER).await.unwrap();
        assert_eq!(lock(&asked).len(), 1);
        age(&resolver, FRESH);
        resolver.resolve(OTHER).await.unwrap();
        assert_eq!(lock(&asked).len(), 2);
    }

    #[tokio::test]
    async fn known_addresses_serve_while_the_name_servers_do_not() {
        let (resolver, server, _) = name_server();
        server.send(Ok(vec![address(1)])).unwrap();
        resolver.resolve(NAME).await.unwrap();
        age(&resolver, FRESH);
        server.send(Err(NameError::Temporary)).unwrap();
        let resolved = resolver.resolve(NAME).await.unwrap();
        assert_eq!(resolved.addresses, [address(1)]);
        // This one is stuck.
        let resolved = resolver.resolve(NAME).await.unwrap();
        assert_eq!(resolved.addresses, [address(1)]);
        server.send(Err(NameError::Unknown)).unwrap();
        while lock(&resolver.names)[NAME].lookup.is_some() {
            tokio::task::yield_now().await;
        }
        server.send(Err(NameError::Unknown)).unwrap();
        assert_eq!(resolver.resolve(NAME).await, Err(NameError::Unknown));
        age(&resolver, STALE);
        server.send(Err(NameError::Temporary)).unwrap();
        assert_eq!(resolver.resolve(NAME).await, Err(NameError::Temporary));
    }

    #[tokio::test]
    async fn the_winner_is_remembered_for_a_while() {
        let (resolver, _server, _) = name_server();
        resolver.resolve(OTHER).await.unwrap();
        resolver.remember(OTHER, address(9).ip());
        let winner = resolver.resolve(OTHER).await.unwrap().winner;
        assert_eq!(winner, Some(address(9).ip()));
        age(&resolver, KEPT);
        assert_eq!(resolver.resolve(OTHER).await.unwrap().winner, None);
    }

    #[tokio::test]
    async fn names_that_nobody_asks_for_are_forgotten() {
        let (resolver, _server, _) = name_server();
        resolver.resolve(OTHER).await.unwrap();
        age(&resolver, KEPT);
        resolver.resolve("third.invalid").await.unwrap();
        let names = lock(&resolver.names);
        assert_eq!(names.keys().collect::<Vec<_>>(), ["third.invalid"]);
    }
}
