//! A submitted chat's duty to complete.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::queue::{Completions, Submission};
use crate::completion::Outcome;
use crate::engine::admission::limit::Permit;
use crate::engine::metrics::Finish;
use crate::error::Error;
use crate::message::Reply;

/// Completes its tag once. Dropped without a result it completes as lost; dropped before it was spawned it frees the tag,
/// as nothing was submitted.
pub(crate) struct Ticket {
    completions: Arc<Completions>,
    submission: Submission,
    duty: Duty,
}

#[derive(Clone, Copy)]
enum Duty {
    FreeTag,
    Complete,
    Done,
}

impl Ticket {
    pub(crate) fn reserve(
        completions: &Arc<Completions>,
        tag: u64,
        permit: Permit,
    ) -> Result<Self, Error> {
        Ok(Self {
            submission: completions.reserve(tag, permit)?,
            completions: completions.clone(),
            duty: Duty::FreeTag,
        })
    }

    /// Starts the chat, which has to [`complete`](Self::complete) the ticket. No lock is held meanwhile.
    pub(crate) fn spawn(mut self, spawn: impl FnOnce(Self) -> AbortHandle) {
        self.duty = Duty::Complete;
        let (completions, submission) = (self.completions.clone(), self.submission);
        completions.attach(submission, spawn(self));
    }

    pub(crate) fn complete<T: Finish + Into<Outcome>>(mut self, result: Result<T, Error>) {
        self.duty = Duty::Done;
        self.completions.complete(self.submission, result);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        match self.duty {
            Duty::FreeTag => self.completions.withdraw(self.submission),
            Duty::Complete => {
                let lost: Result<Reply, _> = Err(lost());
                self.completions.complete(self.submission, lost);
            }
            Duty::Done => {}
        }
    }
}

/// The chat has panicked, or the runtime is gone.
pub(crate) fn lost() -> Error {
    Error::internal("a chat ended without a result")
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Instant;

    use tokio::runtime::{Builder, Runtime};

    use super::*;
    use crate::engine::admission::limit::Limit;
    use crate::engine::metrics::Metrics;
    use crate::error::Status;

    struct Client {
        limit: Arc<Limit>,
        metrics: Arc<Metrics>,
        completions: Arc<Completions>,
        runtime: Runtime,
    }

    impl Client {
        fn new() -> Self {
            let metrics = Arc::new(Metrics::default());
            Self {
                limit: Arc::new(Limit::new(1)),
                completions: Arc::new(Completions::new(metrics.clone())),
                metrics,
                runtime: Builder::new_current_thread().build().unwrap(),
            }
        }

        fn reserve(&self, tag: u64) -> Result<Ticket, Error> {
            Ticket::reserve(&self.completions, tag, self.limit.acquire()?)
        }

        /// A chat that never ends.
        fn chat(&self) -> AbortHandle {
            self.runtime.spawn(pending::<()>()).abort_handle()
        }

        /// The status of the next completion.
        fn poll(&self) -> Option<Status> {
            let completion = self.completions.poll(Some(Instant::now()))?;
            Some(completion.result.unwrap_err().status())
        }

        fn in_flight(&self) -> u64 {
            self.metrics.snapshot().in_flight
        }
    }

    fn failed() -> Result<Reply, Error> {
        Err(Error::new(Status::Connect, "test"))
    }

    #[test]
    fn a_tag_is_free_again_once_its_completion_was_polled() {
        let client = Client::new();
        let mut held = None;
        client.reserve(7).ok().unwrap().spawn(|ticket| {
            held = Some(ticket);
            client.chat()
        });
        assert_eq!(client.poll(), None);
        assert_eq!(client.in_flight(), 1);
        held.unwrap().complete(failed());
        assert_eq!(client.in_flight(), 0);
        assert_eq!(
            client.reserve(7).err().unwrap().status(),
            Status::Overloaded
        );
        assert_eq!(client.poll(), Some(Status::Connect));
        assert!(client.reserve(7).is_ok());
    }

    #[test]
    fn a_chat_may_complete_before_its_handle_is_attached() {
        let client = Client::new();
        client.reserve(7).ok().unwrap().spawn(|ticket| {
            ticket.complete(failed());
            client.chat()
        });
        assert_eq!(client.poll(), Some(Status::Connect));
        assert_eq!(client.poll(), None);
    }

    #[test]
    fn a_chat_that_is_cancelled_before_its_handle_is_attached_is_aborted() {
        let client = Client::new();
        let chat = client.runtime.spawn(pending::<()>());
        client.reserve(7).ok().unwrap().spawn(|ticket| {
            assert!(client.completions.cancel(7));
            assert!(!client.completions.cancel(7));
            drop(ticket);
            chat.abort_handle()
        });
        let ended = client.runtime.block_on(chat);
        assert!(ended.unwrap_err().is_cancelled());
        assert_eq!(client.poll(), Some(Status::Cancelled));
        assert_eq!(client.poll(), None);
        assert_eq!(client.metrics.snapshot().cancelled, 1);
    }

    #[test]
    fn a_tag_used_again_is_not_completed_by_its_last_chat() {
        let client = Client::new();
        let mut late = None;
        client.reserve(7).ok().unwrap().spawn(|ticket| {
            late = Some(ticket);
            client.chat()
        });
        assert!(client.completions.cancel(7));
        assert_eq!(client.poll(), Some(Status::Cancelled));
        let _again = client.reserve(7).ok().unwrap();
        late.unwrap().complete(failed());
        assert_eq!(client.poll(), None);
    }

    #[test]
    fn a_chat_that_ends_without_a_result_completes_as_lost() {
        let client = Client::new();
        client.reserve(7).ok().unwrap().spawn(|ticket| {
            drop(ticket);
            client.chat()
        });
        assert_eq!(client.poll(), Some(Status::Internal));
    }

    #[test]
    fn a_panic_before_the_chat_is_spawned_frees_the_tag() {
        let client = Client::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _ticket = client.reserve(7).ok().unwrap();
            panic!("as the chat is accepted");
        }));
        assert!(panicked.is_err());
        assert_eq!(client.poll(), None);
        assert_eq!(client.in_flight(), 0);
        assert!(client.reserve(7).is_ok());
    }

    #[test]
    fn a_panic_as_the_chat_is_spawned_completes_the_tag() {
        let client = Client::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let ticket = client.reserve(7).ok().unwrap();
            ticket.spawn(|_ticket| panic!("as the chat is spawned"));
        }));
        assert!(panicked.is_err());
        assert_eq!(client.poll(), Some(Status::Internal));
        assert!(client.reserve(7).is_ok());
    }
}
