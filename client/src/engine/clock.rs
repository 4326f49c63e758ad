//! The two bounds of an attempt on one timer: first the time to reach the service, then the chat's deadline.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use super::alarm::Alarm;
use super::body::Departure;
use super::chat::Chat;
use crate::engine::errors::transport as failure;
use crate::error::Error;

pub(crate) struct Clock<'a> {
    alarm: &'a mut dyn Alarm,
    /// Whether the message has left, which is to happen before the first of the two times.
    pub(crate) departure: Departure,
    pub(crate) departure_due: Instant,
    deadline: Instant,
    has_run_out: bool,
}

impl<'a> Clock<'a> {
    pub(crate) fn start(chat: &Chat, alarm: &'a mut dyn Alarm) -> Self {
        Self {
            alarm,
            departure: Departure::default(),
            departure_due: departure_due(chat),
            deadline: chat.deadline,
            has_run_out: false,
        }
    }

    /// The message has left in vain, and is to leave again.
    pub(crate) fn start_over(&mut self, chat: &Chat) {
        self.departure = Departure::default();
        self.departure_due = departure_due(chat);
    }

    /// A step of the attempt, or the error that names the time that ran out.
    pub(crate) async fn in_time<F: Future + Unpin>(
        &mut self,
        mut step: F,
    ) -> Result<F::Output, Error> {
        poll_fn(|cx| {
            if let Poll::Ready(output) = Pin::new(&mut step).poll(cx) {
                return Poll::Ready(Ok(output));
            }
            let due = self.due();
            self.alarm.poll_at(cx, due).map(|()| Err(self.ran_out()))
        })
        .await
    }

    /// A step that is no part of reaching the service, which has its time after it.
    pub(crate) async fn apart<F: Future + Unpin>(&mut self, step: F) -> Result<F::Output, Error> {
        let began = Instant::now();
        let departure_due = std::mem::replace(&mut self.departure_due, self.deadline);
        let output = self.in_time(step).await?;
        self.departure_due = (departure_due + began.elapsed()).min(self.deadline);
        Ok(output)
    }

    /// The same for a wait.
    pub(crate) async fn sleep(&mut self, wait: Duration) {
        let until = Instant::now() + wait;
        poll_fn(|cx| self.alarm.poll_at(cx, until)).await;
        self.departure_due = (self.departure_due + wait).min(self.deadline);
    }

    /// What is left to do may take so long, and not until the deadline.
    pub(crate) fn hurry(&mut self, within: Duration) {
        self.deadline = self.deadline.min(Instant::now() + within);
    }

    fn due(&self) -> Instant {
        match self.departure.has_left() {
            false => self.departure_due,
            true => self.deadline,
        }
    }

    /// What failed, if anything, is this chat's own time, and not the connection.
    pub(crate) fn has_run_out(&self) -> bool {
        self.has_run_out
    }

    /// What it means that the time for the current step is over.
    pub(crate) fn ran_out(&mut self) -> Error {
        self.has_run_out = true;
        let has_left = !self.departure.keep();
        if has_left || Instant::now() >= self.deadline {
            failure::deadline_passed(has_left)
        } else {
            failure::connect_timeout()
        }
    }
}

fn departure_due(chat: &Chat) -> Instant {
    let connect_timeout = chat.traffic.account.settings.connect_timeout;
    let due = Instant::now().checked_add(connect_timeout);
    due.map_or(chat.deadline, |due| due.min(chat.deadline))
}

/// Nothing leaves any more once the attempt is over.
impl Drop for Clock<'_> {
    fn drop(&mut self) {
        self.departure.keep();
    }
}
