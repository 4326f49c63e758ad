//! A client's chats in one process: their order, their pace, their number and their completions.

use std::sync::Arc;

use crate::engine::admission::pacing::Pacer;
use crate::engine::admission::sessions::Sessions;
use crate::engine::completion::queue::Completions;
use crate::engine::metrics::Tally;
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
    pub(crate) completions: Completions,
    pub(crate) tally: Tally,
}

impl Traffic {
    pub(crate) fn new(account: Arc<Account>) -> Self {
        let settings = &account.settings;
        Self {
            sessions: settings.ordered_sessions.then(Arc::default),
            pacer: settings.pace.map(|quota| Arc::new(Pacer::new(quota))),
            completions: Completions::default(),
            tally: Tally::default(),
            account,
        }
    }
}
