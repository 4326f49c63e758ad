//! Makes the connections of blocked callers: on the process-wide runtime, while the caller waits.

use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};

use crate::engine::connect::{Connected, Connector};
use crate::engine::exchange::Attempt;
use crate::engine::process::budget::Share;
use crate::error::Error;

pub(super) struct Dialer {
    pub(super) connector: Connector,
    pub(super) share: Share,
    pub(super) handle: Handle,
}

impl Dialer {
    pub(super) async fn connect(&self, attempt: &mut Attempt<'_>) -> Result<Connected, Error> {
        let connector = self.connector.clone();
        let connecting = async move { connector.connect().await };
        let mut connecting = self.handle.spawn(connecting);
        let _given_up = AbortOnDrop::new(&connecting);
        // For the process's other connections it waits as long as it takes.
        let held_up = || self.share.is_waiting();
        let connected = attempt.in_time_unless(&mut connecting, held_up).await?;
        connected.unwrap_or_else(|_| Err(Error::internal("the runtime is gone")))
    }
}

struct AbortOnDrop(AbortHandle);

impl AbortOnDrop {
    fn new<T>(task: &JoinHandle<T>) -> Self {
        Self(task.abort_handle())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
