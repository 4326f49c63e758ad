//! The limit on submitted and awaited chats in flight (`max_in_flight`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Status};

pub(crate) struct Limit {
    /// 0 for none.
    max: usize,
    in_flight: AtomicUsize,
}

impl Limit {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max,
            in_flight: AtomicUsize::new(0),
        }
    }

    /// A submitted chat holds its permit until its completion is polled, an awaited one until its result is taken.
    pub(crate) fn acquire(self: &Arc<Self>) -> Result<Permit, Error> {
        let may_enter = |count: usize| (self.max == 0 || count < self.max).then_some(count + 1);
        self.in_flight
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, may_enter)
            .map(|_| Permit(self.clone()))
            .map_err(|_| overloaded(self.max))
    }
}

/// Released on drop.
pub(crate) struct Permit(Arc<Limit>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

fn overloaded(max: usize) -> Error {
    Error::new(
        Status::Overloaded,
        format!(
            "{max} chats are in flight already; collect what has completed first, or raise max_in_flight"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_the_limit_is_refused_until_one_has_left() {
        let limit = Arc::new(Limit::new(2));
        let first = limit.acquire().ok().unwrap();
        let _second = limit.acquire().ok().unwrap();
        let refused = limit.acquire().err().unwrap();
        assert_eq!(refused.status(), Status::Overloaded);
        drop(first);
        assert!(limit.acquire().is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = Arc::new(Limit::new(0));
        let permits: Vec<_> = (0..1000).map(|_| limit.acquire()).collect();
        assert!(permits.iter().all(Result::is_ok));
    }
}
