//! What time it is for a store.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 by a clock that may jump. Waits are measured by another one, that does not.
///
/// Set back, it loses nothing, and no burst waits longer for its answer. A part that is to be sent again, and a pause, end by the clock's time: later by what it was set
/// back, a part by an hour at most. Set forward, by a day and not by a correction of seconds, it ends what waits as time would: messages older than
/// `window_ms` expire, pauses end, and messages are forgotten as duplicates once `dedup_ms` seem to have passed.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self::of(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| {
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            })
        })
    }

    /// One's own. It is asked from any thread, also of the engine's, and must not block.
    pub fn of(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(super) fn now(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
