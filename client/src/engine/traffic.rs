//! A client's chats in one process: their order, their pace, their number and their completions.

use std::sync::Arc;

use crate::engine::admission::limit::Limit;
use crate::engine::admission::pacing::Pacer;
use crate::engine::admission::sessions::Sessions;
use crate::engine::completion::queue::Completions;
use crate::engine::metrics::Metrics;
use crate::options::Settings;
use crate::secret::ApiKey;

/// Who is chatting, and how.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) key: ApiKey,
    pub(crate) settings: Settings,
}

pub(crate) struct Traffic {
    pub(crate) account: Arc<Account>,
    pub(crate) sessions: Option<Arc<Sessions>>,
    pub(crate) pacer: Option<Arc<Pacer>>,
    pub(crate) limit: Arc<Limit>,
    pub(crate) completions: Arc<Completions>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Traffic {
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
}
