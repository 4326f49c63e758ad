//! The counts behind [`Stats`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::error::{Error, Status};
use crate::message::Reply;
use crate::response::Response;
use crate::stats::{Latency, Stats};

/// Two significant digits: quantiles to one percent.
const DIGITS: u8 = 2;

#[derive(Default)]
pub(crate) struct Metrics {
    started: AtomicU64,
    queued: AtomicU64,
    retried: AtomicU64,
    refused: AtomicU64,
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
    finished: Mutex<Finished>,
}

#[derive(Default)]
struct Finished {
    answered: u64,
    cancelled: u64,
    failed: [u64; Status::ALL.len()],
    /// In microseconds. Made with the first answer, since most clients of a large gateway are idle.
    latency: Option<Histogram<u32>>,
}

impl Metrics {
    /// Counts a chat as in flight for as long as the guard lives.
    pub(crate) fn started(self: &Arc<Self>) -> InFlight {
        self.started.fetch_add(1, Ordering::Relaxed);
        InFlight(Some(self.clone()))
    }

    /// Refused before it started.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retried.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes_sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.bytes_received
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts a chat as waiting to be sent for as long as the guard lives.
    pub(crate) fn queue(&self) -> Queued<'_> {
        self.queued.fetch_add(1, Ordering::Relaxed);
        Queued(self)
    }

    pub(crate) fn snapshot(&self) -> Stats {
        let finished = self.lock();
        // `collect` sorts first: 6 KB of code.
        let mut failed = BTreeMap::new();
        failed.extend(Status::ALL.into_iter().zip(finished.failed));
        let over = finished.answered + finished.cancelled + finished.failed.iter().sum::<u64>();
        // Read after the others, so that it is not less than they are.
        let in_flight = self.started.load(Ordering::Relaxed).saturating_sub(over);
        Stats {
            in_flight,
            // A cancelled chat is taken out of its queue a moment later.
            queued: self.queued.load(Ordering::Relaxed).min(in_flight),
            answered: finished.answered,
            failed,
            cancelled: finished.cancelled,
            refused: self.refused.load(Ordering::Relaxed),
            retried: self.retried.load(Ordering::Relaxed),
            bytes_sent: self.bytes_sent.load(Ordering::Relaxed),
            bytes_received: self.bytes_received.load(Ordering::Relaxed),
            latency: finished.latency.as_ref().map(latency).unwrap_or_default(),
            ..Stats::default()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Finished> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call brings.
pub(crate) trait Finish {
    /// How long an agent took. Other calls are no measure of that.
    fn latency(&self) -> Option<Duration>;
}

impl Finish for Reply {
    fn latency(&self) -> Option<Duration> {
        Some(self.elapsed)
    }
}

impl Finish for Response {
    fn latency(&self) -> Option<Duration> {
        None
    }
}

/// A chat or another call that has started. Dropped without a result, as by a panic, it has failed as [`Status::Internal`].
pub(crate) struct InFlight(Option<Arc<Metrics>>);

impl InFlight {
    pub(crate) fn finished<T: Finish>(mut self, result: &Result<T, Error>) {
        if let Some(metrics) = self.0.take() {
            let mut finished = metrics.lock();
            match result {
                Ok(value) => finished.answered(value.latency()),
                Err(error) => finished.failed(error.status()),
            }
        }
    }

    /// A stream's. Its time is not that of an answer, and does not count among them.
    pub(crate) fn streamed(mut self, failed: Option<Status>) {
        if let Some(metrics) = self.0.take() {
            let mut finished = metrics.lock();
            match failed {
                None => finished.answered += 1,
                Some(status) => finished.failed(status),
            }
        }
    }

    pub(crate) fn cancelled(mut self) {
        if let Some(metrics) = self.0.take() {
            metrics.lock().cancelled += 1;
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(metrics) = self.0.take() {
            metrics.lock().failed(Status::Internal);
        }
    }
}

/// A chat that waits to be sent.
pub(crate) struct Queued<'a>(&'a Metrics);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Finished {
    fn failed(&mut self, status: Status) {
        self.failed[status.index()] += 1;
    }

    fn answered(&mut self, elapsed: Option<Duration>) {
        self.answered += 1;
        let Some(elapsed) = elapsed else { return };
        if self.latency.is_none() {
            self.latency = Histogram::new(DIGITS).ok();
        }
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        if let Some(latency) = &mut self.latency {
            // Only ever grows, up to what 64 bits hold.
            _ = latency.record(micros);
        }
    }
}

fn latency(histogram: &Histogram<u32>) -> Latency {
    Latency {
        count: histogram.len(),
        min_us: histogram.min(),
        mean_us: histogram.mean() as u64,
        p50_us: histogram.value_at_quantile(0.5),
        p90_us: histogram.value_at_quantile(0.9),
        p99_us: histogram.value_at_quantile(0.99),
        p999_us: histogram.value_at_quantile(0.999),
        max_us: histogram.max(),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_chat_is_in_flight_until_it_has_finished() {
        let metrics = Arc::new(Metrics::default());
        let chat = metrics.started();
        assert_eq!(metrics.snapshot().in_flight, 1);
        chat.finished::<Reply>(&Err(Error::new(Status::Timeout, "test")));
        let stats = metrics.snapshot();
        assert_eq!((stats.in_flight, stats.failed[&Status::Timeout]), (0, 1));
        assert_eq!(stats.failed[&Status::Internal], 0);
    }

    #[test]
    fn a_cancelled_chat_has_not_failed() {
        let metrics = Arc::new(Metrics::default());
        metrics.started().cancelled();
        let stats = metrics.snapshot();
        assert_eq!((stats.in_flight, stats.cancelled), (0, 1));
        assert_eq!(stats.failed.values().sum::<u64>(), 0);
    }

    #[test]
    fn a_chat_that_panics_has_failed() {
        let metrics = Arc::new(Metrics::default());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _chat = metrics.started();
            panic!("amid a chat");
        }));
        assert!(panicked.is_err());
        let stats = metrics.snapshot();
        assert_eq!((stats.in_flight, stats.failed[&Status::Internal]), (0, 1));
    }
}
