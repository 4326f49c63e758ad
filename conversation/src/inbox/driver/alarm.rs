//! When the worker is woken next: one timer of the engine's, and none while nothing is due.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use robofy_client::Client;
use robofy_client::hooks::{self, Handle};

use super::worker::Worker;

#[derive(Default)]
pub(super) struct Alarm {
    armed: Mutex<Option<(Instant, Handle)>>,
    /// The engine could not be started for a timer.
    is_refused: AtomicBool,
}

impl Alarm {
    /// The worker is woken at this time, or before.
    pub(super) fn set(&self, at: Instant, client: &Client, worker: &Arc<Worker>) {
        let now = Instant::now();
        let mut armed = self.lock();
        // One whose time has come wakes the worker once; for that there may have been no thread.
        let is_armed = |before: Instant| before > now && before <= at;
        if armed.as_ref().is_some_and(|(time, _)| is_armed(*time)) {
            return;
        }
        if at <= now {
            // The worker's lock is taken outside of this one.
            drop(armed);
            return worker.wake();
        }
        let woken = worker.clone();
        let timer = hooks::at(client, at, move || woken.wake());
        match timer.map(|timer| armed.replace((at, timer))) {
            Ok(Some((time, later))) if time > now => later.abort(),
            Ok(_) => {}
            Err(_) => self.is_refused.store(true, Ordering::Relaxed),
        }
    }

    /// Whoever calls this looks for itself when to be woken.
    pub(super) fn clear(&self) {
        if let Some((_, timer)) = self.lock().take() {
            timer.abort();
        }
    }

    /// Whether nothing was armed since this was last asked, where something should be. Whoever asks looks again.
    pub(super) fn was_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed) && self.is_refused.swap(false, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Handle)>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
