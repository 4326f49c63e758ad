//! Idle connections are closed: in time, and at once where somebody needs a permit.

use std::sync::Weak;
use std::time::Instant;

use tokio::time::sleep_until;

/// Somebody with connections that can be spared.
pub(crate) trait Evict: Send + Sync {
    /// Closes what is idle and may not be kept: somebody begins to wait for a permit. Called without a lock held, on the
    /// thread of whoever waits.
    fn make_room(&self);

    /// Closes what has been idle for long. The time of the next look, if anything is idle.
    fn evict_old(&self) -> Option<Instant>;
}

/// Runs only while a connection is idle, so that an idle process has no wake-ups.
pub(crate) async fn evict_in_time<E: Evict>(pool: Weak<E>) {
    while let Some(next) = pool.upgrade().and_then(|pool| pool.evict_old()) {
        sleep_until(next.into()).await;
    }
}
