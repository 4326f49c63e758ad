//! What all clients of a process share: the runtime, the platform's roots, and the transports.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::transport::{Route, Transport};
use crate::engine::connect::trust::Trusts;
use crate::engine::process::runtime::Runtime;
use crate::error::{Error, Status};
use crate::sys::fork::{self, PerProcess};

static SHARED: PerProcess<Shared> = PerProcess::new();

/// Only weak references: the clients own what they share, and the last of them takes it along.
#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) trusts: Trusts,
}

#[derive(Default)]
struct State {
    runtime: Weak<Runtime>,
    routes: Vec<Weak<Route>>,
    transports: Vec<Weak<Transport>>,
}

impl Shared {
    /// This process's.
    pub(crate) fn get() -> Result<&'static Self, Error> {
        fork::watch().map_err(|error| out_of_memory(&error))?;
        SHARED.get_or_try_init(|| Ok(Self::default()))
    }

    /// The one copy of a route that several clients take.
    pub(crate) fn intern(&self, route: Route) -> Arc<Route> {
        let mut state = self.lock();
        state.routes.retain(|known| known.strong_count() > 0);
        let known = state.routes.iter().filter_map(Weak::upgrade);
        if let Some(known) = known.into_iter().find(|known| **known == route) {
            return known;
        }
        let route = Arc::new(route);
        state.routes.push(Arc::downgrade(&route));
        route
    }

    /// The runtime and the route's transport, started if need be.
    pub(crate) fn transport(
        &self,
        route: &Arc<Route>,
    ) -> Result<(Arc<Runtime>, Arc<Transport>), Error> {
        let mut state = self.lock();
        let runtime = match state.runtime.upgrade() {
            Some(runtime) => runtime,
            None => {
                let runtime = Arc::new(Runtime::start()?);
                state.runtime = Arc::downgrade(&runtime);
                // What is left of the last runtime's transports has no threads any more.
                state.transports.clear();
                runtime
            }
        };
        state.transports.retain(|known| known.strong_count() > 0);
        let known = state.transports.iter().filter_map(Weak::upgrade);
        let transport = match known.into_iter().find(|known| known.serves(route)) {
            Some(transport) => transport,
            None => {
                let handle = runtime.handle()?.clone();
                let transport = Arc::new(Transport::new(route.clone(), handle)?);
                state.transports.push(Arc::downgrade(&transport));
                transport
            }
        };
        Ok((runtime, transport))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fork guard could not be set up, without which a child would use its parent's connections.
fn out_of_memory(error: &io::Error) -> Error {
    Error::new(
        Status::Connect,
        format!("could not prepare for fork(): {error}; check the limit on memory of this process"),
    )
}
