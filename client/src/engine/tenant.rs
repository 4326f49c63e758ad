//! A client's chats in one process: their order, their pace, their number and their completions.

use std::sync::Arc;

use super::admission::limit::{Limit, Permit};
use super::admission::pacing::Pacer;
use super::admission::sessions::Sessions;
use super::completion::queue::Completions;
use super::exchange::Account;
use super::metrics::Metrics;
use crate::error::Error;

pub(crate) struct Tenant {
    pub(crate) account: Arc<Account>,
    pub(crate) sessions: Option<Arc<Sessions>>,
    pub(crate) pacer: Option<Arc<Pacer>>,
    limit: Arc<Limit>,
    pub(crate) completions: Arc<Completions>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Tenant {
    pub(crate) fn new(account: Arc<Account>) -> Self {
        let settings = &account.settings;
        let metrics = Arc::new(Metrics::default());
        Self {
            sessions: settings.ordered_sessions.then(Arc::default),
            pacer: settings.pace.map(|pace| Arc::new(Pacer::new(pace))),
            limit: Arc::new(Limit::new(settings.max_in_flight)),
            completions: Arc::new(Completions::new(metrics.clone())),
            metrics,
            account,
        }
    }

    /// A submitted or awaited chat's permit.
    pub(crate) fn admit(&self) -> Result<Permit, Error> {
        let permit = self.limit.acquire();
        permit.inspect_err(|_| self.metrics.refused())
    }
}
