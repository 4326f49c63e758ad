//! What the clients of a process share, found by those who come later.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use url::Url;

use super::connect::proxy::Proxy;
use super::connect::resolver::Resolver;
use super::connect::trust::Trusts;
use super::process::budget::Budget;
use super::process::runtime::Runtime;
use super::route::{Connections, Route};
use crate::error::{Error, Status};
use crate::secret::Secret;
use crate::sys::fork::{self, PerProcess};

static REGISTRY: PerProcess<Registry> = PerProcess::new();

/// Only weak references: the clients own what they share, and the last of them takes it along.
pub(crate) struct Registry {
    trusts: Trusts,
    /// Held for no I/O but the start of the runtime.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    runtime: Weak<Runtime>,
    budget: Weak<Budget>,
    resolver: Weak<Resolver>,
    routes: Vec<Weak<Route>>,
    connections: Vec<Weak<Connections>>,
}

impl Registry {
    /// This process's.
    pub(crate) fn get() -> Result<&'static Self, Error> {
        fork::watch().map_err(|error| out_of_memory(&error))?;
        REGISTRY.get_or_try_init(|| {
            Ok(Self {
                trusts: Trusts::default(),
                state: Mutex::default(),
            })
        })
    }

    /// Reads what a client's connections depend on: the proxy settings and the trust roots. Starts nothing.
    pub(crate) fn route(
        &self,
        endpoint: &Url,
        proxy: Option<&Secret>,
        ca_file: Option<&Path>,
    ) -> Result<Arc<Route>, Error> {
        let proxy = Proxy::choose(proxy, endpoint)?;
        let trust = self.trusts.load(ca_file)?;
        if endpoint.scheme() == "https" {
            trust.must_not_be_empty()?;
        }
        Ok(self.intern(Route::new(endpoint, proxy, trust)))
    }

    /// The one copy of a route that several clients take.
    fn intern(&self, route: Route) -> Arc<Route> {
        let mut state = self.lock();
        state.routes.retain(|known| known.strong_count() > 0);
        let mut known = state.routes.iter().filter_map(Weak::upgrade);
        if let Some(known) = known.find(|known| **known == route) {
            return known;
        }
        let route = Arc::new(route);
        state.routes.push(Arc::downgrade(&route));
        route
    }

    /// The runtime and the route's connections, started if need be.
    pub(crate) fn connections(
        &self,
        route: &Arc<Route>,
    ) -> Result<(Arc<Runtime>, Arc<Connections>), Error> {
        let mut state = self.lock();
        let runtime = match state.runtime.upgrade() {
            Some(runtime) => runtime,
            None => {
                let runtime = Arc::new(Runtime::start()?);
                state.runtime = Arc::downgrade(&runtime);
                // What is left of the last runtime's connections has no threads any more.
                state.connections.clear();
                runtime
            }
        };
        state.connections.retain(|known| known.strong_count() > 0);
        let mut known = state.connections.iter().filter_map(Weak::upgrade);
        let connections = match known.find(|known| known.serve(route)) {
            Some(connections) => connections,
            None => {
                let handle = runtime.handle()?.clone();
                let budget = upgrade(&mut state.budget, Budget::new);
                let resolver = upgrade(&mut state.resolver, Arc::default);
                let connections = Connections::new(route.clone(), resolver, &budget, handle)?;
                let connections = Arc::new(connections);
                state.connections.push(Arc::downgrade(&connections));
                connections
            }
        };
        Ok((runtime, connections))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the clients share already, or what they will.
fn upgrade<T>(shared: &mut Weak<T>, make: impl FnOnce() -> Arc<T>) -> Arc<T> {
    shared.upgrade().unwrap_or_else(|| {
        let made = make();
        *shared = Arc::downgrade(&made);
        made
    })
}

/// The fork guard could not be set up, without which a child would use its parent's connections.
fn out_of_memory(error: &io::Error) -> Error {
    Error::new(
        Status::Connect,
        format!("could not prepare for fork(): {error}; check the limit on memory of this process"),
    )
}
