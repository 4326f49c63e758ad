//! The bounds of one attempt on one timer: first the time to reach the service, then the chat's deadline.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::commit::Commit;
use super::request::Request;
use super::timer::Timer;
use crate::engine::errors::transport::{connect_timeout, deadline_passed, over_pace};
use crate::engine::metrics::Metrics;
use crate::error::Error;

pub(crate) struct Attempt<'a> {
    timer: &'a mut dyn Timer,
    pub(crate) commit: Commit,
    /// The message has to be committed by then.
    connect_due: Instant,
    connect_timeout: Duration,
    deadline: Instant,
    metrics: &'a Metrics,
    body_bytes: usize,
    /// Of the body, what the metrics have not counted yet.
    uncounted: usize,
    requests: u32,
}

impl<'a> Attempt<'a> {
    pub(crate) fn start(
        request: &Request<'a>,
        deadline: Instant,
        timer: &'a mut dyn Timer,
    ) -> Self {
        let connect_timeout = request.account.settings.connect_timeout;
        Self {
            timer,
            commit: Commit::default(),
            connect_due: due(connect_timeout, deadline),
            connect_timeout,
            deadline,
            metrics: request.metrics,
            body_bytes: request.body.len(),
            uncounted: request.body.len(),
            requests: 1,
        }
    }

    /// The service has not processed the message, which is sent once more in the same attempt.
    pub(crate) fn start_over(&mut self) {
        if self.commit.is_committed() {
            self.count_sent();
            self.uncounted = self.body_bytes;
            self.metrics.retried();
            self.requests += 1;
        }
        self.commit = Commit::default();
        self.connect_due = due(self.connect_timeout, self.deadline);
    }

    /// Nothing of the message was written, which goes to another connection. Only a request without a body may have been
    /// taken for sent.
    pub(crate) fn renew(&mut self) {
        if self.commit.is_committed() {
            self.commit = Commit::default();
            self.connect_due = due(self.connect_timeout, self.deadline);
        }
    }

    /// A step of the attempt, or the error that names the time that ran out.
    pub(crate) async fn in_time<F: Future + Unpin>(&mut self, step: F) -> Result<F::Output, Error> {
        self.in_time_unless(step, || false).await
    }

    /// The same; while `held_up` the wait is no part of reaching the service, and only the deadline ends it.
    pub(crate) async fn in_time_unless<F: Future + Unpin>(
        &mut self,
        mut step: F,
        held_up: impl Fn() -> bool,
    ) -> Result<F::Output, Error> {
        poll_fn(|cx| {
            if let Poll::Ready(output) = Pin::new(&mut step).poll(cx) {
                return Poll::Ready(Ok(output));
            }
            self.poll_timeout(cx, &held_up).map(Err)
        })
        .await
    }

    fn poll_timeout(&mut self, cx: &mut Context<'_>, held_up: impl Fn() -> bool) -> Poll<Error> {
        loop {
            let due = match self.commit.is_committed() {
                false => self.connect_due,
                true => self.deadline,
            };
            if self.timer.poll_at(cx, due).is_pending() {
                self.count_sent();
                return Poll::Pending;
            }
            if due == self.deadline || !held_up() {
                return Poll::Ready(self.timed_out());
            }
            self.connect_due = self::due(self.connect_timeout, self.deadline);
        }
    }

    /// What it means that the time for the current step is over.
    fn timed_out(&mut self) -> Error {
        let committed = !self.commit.withdraw();
        if committed || Instant::now() >= self.deadline {
            deadline_passed(committed)
        } else {
            connect_timeout()
        }
    }

    /// Waits for the moment of a paced message, whose connection stands.
    pub(crate) async fn await_pace(&mut self, request: &Request<'_>) -> Result<(), Error> {
        let Some(reservation) = request.reservation else {
            return Ok(());
        };
        loop {
            let now = Instant::now();
            let at = reservation.claim(now, self.deadline).map_err(over_pace)?;
            if at <= now {
                return Ok(());
            }
            poll_fn(|cx| self.timer.poll_at(cx, at)).await;
            self.connect_due = due(self.connect_timeout, self.deadline);
        }
    }

    /// How many it came to.
    pub(crate) fn requests(&self) -> u32 {
        self.requests
    }

    /// Whether other chats wait for the thread that this one runs on.
    pub(crate) fn shares_thread(&self) -> bool {
        self.timer.shares_thread()
    }

    /// What is left to do may take so long, and not until the deadline.
    pub(crate) fn hurry(&mut self, within: Duration) {
        self.deadline = due(within, self.deadline);
    }

    /// What is left to do may go on for so long, and beyond the deadline.
    pub(crate) fn extend(&mut self, by: Duration) {
        let deadline = Instant::now().checked_add(by);
        self.deadline = deadline.unwrap_or(self.deadline);
    }

    /// The message counts as sent once it is committed.
    fn count_sent(&mut self) {
        if self.commit.is_committed() {
            self.metrics.sent(std::mem::take(&mut self.uncounted));
        }
    }
}

fn due(timeout: Duration, deadline: Instant) -> Instant {
    let due = Instant::now().checked_add(timeout);
    due.map_or(deadline, |due| due.min(deadline))
}

/// Nothing is written any more once the attempt is over.
impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.commit.withdraw();
        self.count_sent();
    }
}

#[cfg(test)]
mod tests;
