//! One request from its acceptance to its response: its attempts, and the waits between them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use bytes::Bytes;
use http::Method;

use super::form::{Handed, prepare};
use crate::engine::errors::request::{in_words_of_requests, unprepared};
use crate::engine::exchange::{
    Account, Asked, Attempt, Content, Dispatch, Operation, Raw, Received, Request, Timer, What,
};
use crate::engine::metrics::Metrics;
use crate::engine::retry::is_unseen;
use crate::error::Error;
use crate::response::Response;

/// A request on its way to the service.
pub(crate) struct Call {
    account: Arc<Account>,
    metrics: Arc<Metrics>,
    asked: Asked,
    /// Requests made.
    attempts: u32,
}

impl Call {
    pub(crate) fn accept(account: &Arc<Account>, metrics: &Arc<Metrics>, asked: Asked) -> Self {
        Self {
            account: account.clone(),
            metrics: metrics.clone(),
            asked,
            attempts: 0,
        }
    }

    /// A read changes nothing (RFC 9110, section 9.2.1); what changes something is not done twice, whatever the options say.
    fn may_repeat(&self, error: &Error) -> bool {
        matches!(self.asked.method, Method::GET | Method::HEAD) || is_unseen(error)
    }

    async fn attempt(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<Box<Raw>, Error> {
        let asked = &self.asked;
        let handed = Arc::new(Handed::default());
        let _counted = Counted(&self.metrics, &handed);
        let form = match &asked.content {
            Content::Form(upload) => {
                let mut preparing = pin!(prepare(upload, handed.clone()));
                let prepared = poll_fn(|cx| match preparing.as_mut().poll(cx) {
                    Poll::Pending => timer
                        .poll_at(cx, asked.deadline)
                        .map(|()| Err(unprepared())),
                    ready => ready,
                });
                Some(prepared.await?)
            }
            Content::Nothing | Content::Json(_) => None,
        };
        let nothing = Bytes::new();
        let request = Request {
            account: &self.account,
            metrics: &self.metrics,
            what: What::Any(asked),
            body: match &asked.content {
                Content::Json(json) => json,
                Content::Nothing | Content::Form(_) => &nothing,
            },
            form: form.as_ref(),
            reservation: None,
            streaming: None,
        };
        let mut attempt = Attempt::start(&request, asked.deadline, timer);
        let received = dispatcher.dispatch(&request, &mut attempt).await;
        self.attempts += attempt.requests();
        match received {
            Ok(Received::Response(raw)) => Ok(raw),
            Ok(Received::Answer(_) | Received::Events) => {
                Err(Error::internal("a request has no answer"))
            }
            Err(error) => match handed.failure() {
                Some(failure) => Err(failure.clone()),
                None => Err(in_words_of_requests(error)),
            },
        }
    }

    fn response(&self, raw: Raw) -> Response {
        Response {
            status: raw.status.as_u16(),
            headers: raw.headers,
            body: raw.body,
            attempts: self.attempts,
            elapsed: self.asked.started.elapsed(),
            data: Default::default(),
        }
    }
}

/// Counts what was sent of a form, also where the call is given up.
struct Counted<'a>(&'a Metrics, &'a Handed);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.sent(self.1.bytes());
    }
}

impl Operation for Call {
    type Output = Response;

    fn deadline(&self) -> Instant {
        self.asked.deadline
    }

    /// One with files waits for the disk and for its turn at it, which the runtime hears of.
    fn may_go(&self) -> bool {
        !matches!(self.asked.content, Content::Form(_))
    }

    async fn run(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<Response, Error> {
        let retry = self.account.settings.retry;
        let mut tries = 0;
        loop {
            tries += 1;
            if tries > 1 {
                self.metrics.retried();
            }
            let error = match self.attempt(dispatcher, timer).await {
                Ok(raw) => return Ok(self.response(*raw)),
                Err(error) => error,
            };
            if !self.may_repeat(&error) {
                return Err(error);
            }
            let now = Instant::now();
            match retry.next_wait(tries, &error, now, self.asked.deadline) {
                Some(wait) => poll_fn(|cx| timer.poll_at(cx, now + wait)).await,
                None => return Err(error),
            }
        }
    }
}
