//! A chat whose result is handed to a function.

use std::thread;

use super::queue::cancelled;
use super::ticket::lost;
use crate::engine::admission::limit::Permit;
use crate::engine::metrics::InFlight;
use crate::error::Error;
use crate::message::Reply;

/// Calls its function once: with the result, or with an error when it is dropped without one.
pub(crate) struct Told<F: FnOnce(Result<Reply, Error>)>(Option<(F, InFlight, Permit)>);

impl<F: FnOnce(Result<Reply, Error>)> Told<F> {
    pub(crate) fn new(permit: Permit, in_flight: InFlight, done: F) -> Self {
        Self(Some((done, in_flight, permit)))
    }

    pub(crate) fn tell(mut self, result: Result<Reply, Error>) {
        if let Some((done, in_flight, permit)) = self.0.take() {
            in_flight.finished(&result);
            // Whoever is told may begin the next.
            drop(permit);
            done(result);
        }
    }
}

impl<F: FnOnce(Result<Reply, Error>)> Drop for Told<F> {
    fn drop(&mut self) {
        let Some((done, in_flight, permit)) = self.0.take() else {
            return;
        };
        let error = if thread::panicking() {
            drop(in_flight);
            lost()
        } else {
            in_flight.cancelled();
            cancelled()
        };
        drop(permit);
        done(Err(error));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::engine::admission::limit::Limit;
    use crate::engine::metrics::Metrics;
    use crate::error::Status;

    #[test]
    fn whatever_becomes_of_a_chat_is_told_once_and_its_place_is_free_by_then() {
        let (limit, metrics) = (Arc::new(Limit::new(1)), Arc::new(Metrics::default()));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = || {
            let permit = limit.acquire().ok().unwrap();
            let (limit, heard) = (limit.clone(), heard.clone());
            let done = move |result: Result<Reply, Error>| {
                assert!(limit.acquire().is_ok());
                heard.lock().unwrap().push(result.unwrap_err().status());
            };
            Told::new(permit, metrics.started(), done)
        };
        told().tell(Err(Error::new(Status::Connect, "test")));
        drop(told());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _told = told();
            panic!("in the chat");
        }));
        assert!(panicked.is_err());
        let expected = [Status::Connect, Status::Cancelled, Status::Internal];
        assert_eq!(*heard.lock().unwrap(), expected);
        assert_eq!(metrics.snapshot().in_flight, 0);
    }
}
