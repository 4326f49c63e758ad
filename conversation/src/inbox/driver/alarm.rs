//! When the worker is woken next: one timer of the engine's, and none while nothing is due.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use robofy_client::Client;
use robofy_client::hooks::{self, Handle};

use super::worker::Worker;

#[derive(Default)]
pub(super) struct Alarm(Mutex<Option<(Instant, Handle)>>);

impl Alarm {
    /// The worker is woken at this time, or before.
    pub(super) fn set(&self, at: Instant, client: &Client, worker: &Arc<Worker>) {
        let mut armed = self.lock();
        // One whose time has come has woken the worker, or is about to.
        if armed.as_ref().is_some_and(|(before, _)| *before <= at) {
            return;
        }
        if at <= Instant::now() {
            // The worker's lock is taken outside of this one.
            drop(armed);
            return worker.wake();
        }
        let woken = worker.clone();
        let timer = hooks::at(client, at, move || woken.wake());
        if let Ok(timer) = timer
            && let Some((_, later)) = armed.replace((at, timer))
        {
            later.abort();
        }
    }

    /// Whoever calls this looks for itself when to be woken.
    pub(super) fn clear(&self) {
        if let Some((_, timer)) = self.lock().take() {
            timer.abort();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Handle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
