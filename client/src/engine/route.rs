//! What clients must agree on to share connections, and the connections that they share.

use std::sync::Arc;

use tokio::runtime::Handle;
use url::Url;

use super::connect::proxy::Proxy;
use super::connect::resolver::Resolver;
use super::connect::trust::Trust;
use super::connect::{Connector, Protocol};
use super::local::LocalPool;
use super::pool::Pool;
use super::process::budget::{Budget, Share};
use super::process::eviction::Evict;
use crate::error::Error;

#[derive(Debug, PartialEq)]
pub(crate) struct Route {
    /// Scheme, host and port are what counts.
    endpoint: Url,
    proxy: Option<Proxy>,
    trust: Arc<Trust>,
}

impl Route {
    pub(crate) fn new(endpoint: &Url, proxy: Option<Proxy>, trust: Arc<Trust>) -> Self {
        let mut endpoint = endpoint.clone();
        endpoint.set_path("");
        Self {
            endpoint,
            proxy,
            trust,
        }
    }

    pub(crate) fn connector(
        &self,
        resolver: Arc<Resolver>,
        share: Share,
    ) -> Result<Connector, Error> {
        let proxy = self.proxy.clone();
        Connector::new(&self.endpoint, proxy, &self.trust, resolver, share)
    }

    /// What makes connections for itself alone.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn lone_connector(&self) -> Result<Connector, Error> {
        self.connector(Arc::default(), Budget::new().join())
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }
}

/// The connections of a route in this process.
pub(crate) struct Connections {
    route: Arc<Route>,
    share: Share,
    pub(crate) pool: Arc<Pool>,
    pub(crate) local: Arc<LocalPool>,
}

impl Connections {
    pub(crate) fn new(
        route: Arc<Route>,
        resolver: Arc<Resolver>,
        budget: &Arc<Budget>,
        handle: Handle,
    ) -> Result<Self, Error> {
        let share = budget.join();
        let connector = route.connector(resolver, share.clone())?;
        let protocol = match route.endpoint.scheme() {
            "https" => None,
            _ => Some(Protocol::Http1),
        };
        let pool = Arc::new(Pool::new(
            connector.clone(),
            share.clone(),
            protocol,
            handle.clone(),
        ));
        let local = Arc::new(LocalPool::new(connector, share.clone(), handle));
        let evict: [Arc<dyn Evict>; 2] = [pool.clone(), local.clone()];
        for evict in evict {
            budget.watch(Arc::downgrade(&evict));
        }
        Ok(Self {
            route,
            share,
            pool,
            local,
        })
    }

    pub(crate) fn serve(&self, route: &Arc<Route>) -> bool {
        Arc::ptr_eq(&self.route, route)
    }

    /// How many there are, idle ones and those that are being made included.
    pub(crate) fn count(&self) -> usize {
        self.share.held()
    }
}
