//! One chat from its acceptance to its reply: its turn, its pace, its attempts, and the waits between them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::admission::pacing::Reservation;
use super::admission::sessions::Turn;
use super::errors::transport as errors;
use super::exchange::{
    Answered, Attempt, Dispatch, Operation, Received, Request, Streaming, Timer, What,
};
use super::streaming::Producer;
use super::tenant::Tenant;
use crate::error::Error;
use crate::message::Reply;
use crate::options::Target;
use crate::wire::{Encoded, Endpoint};

/// A message that is not accepted yet.
pub(crate) struct Outgoing {
    pub(crate) encoded: Encoded,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
}

/// A message on its way to the service.
pub(crate) struct Chat {
    tenant: Arc<Tenant>,
    endpoint: Endpoint,
    body: Bytes,
    started: Instant,
    deadline: Instant,
    /// Boxed: most chats have none.
    turn: Option<Box<Turn>>,
    /// Made when the chat is accepted, so that those who came first leave first.
    reservation: Option<Box<Result<Reservation, Duration>>>,
    /// Of a message whose answer comes in events. Boxed, as above.
    streaming: Option<Box<Streaming>>,
    /// Requests made.
    attempts: u32,
}

impl Chat {
    /// Takes the message's place in its session and in the account's pace.
    pub(crate) fn accept(tenant: &Arc<Tenant>, outgoing: Outgoing) -> Self {
        let turn = match (&tenant.sessions, &outgoing.encoded.session_id) {
            (Some(sessions), Some(session_id)) => Some(Box::new(sessions.enqueue(session_id))),
            _ => None,
        };
        let mut chat = Self {
            tenant: tenant.clone(),
            endpoint: outgoing.encoded.endpoint,
            body: outgoing.encoded.body,
            started: outgoing.started,
            deadline: outgoing.deadline,
            turn,
            reservation: None,
            streaming: None,
            attempts: 0,
        };
        if chat.turn_has_come() {
            chat.reservation = chat.reserve();
        }
        chat
    }

    async fn attempt(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<Received, Error> {
        let tenant = &*self.tenant;
        let reservation = self.reservation.as_deref();
        let request = Request {
            account: &tenant.account,
            metrics: &tenant.metrics,
            what: What::Message(self.endpoint),
            body: &self.body,
            form: None,
            reservation: reservation.and_then(|reserved| reserved.as_ref().ok()),
            streaming: self.streaming.as_deref(),
        };
        let mut attempt = Attempt::start(&request, self.deadline, timer);
        let received = dispatcher.dispatch(&request, &mut attempt).await;
        self.attempts += attempt.requests();
        received
    }

    /// What came of the message, or the last attempt's error, before the deadline.
    async fn deliver(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<Received, Error> {
        self.wait_for_turn(timer).await?;
        let retry = self.tenant.account.settings.retry;
        let mut tries = 0;
        let mut last_error: Option<Error> = None;
        loop {
            if let Err(error) = self.wait_for_reservation(timer).await {
                return Err(last_error.unwrap_or(error));
            }
            tries += 1;
            if tries > 1 {
                self.tenant.metrics.retried();
            }
            let error = match self.attempt(dispatcher, timer).await {
                Ok(received) => return Ok(received),
                Err(error) => match &last_error {
                    Some(earlier) => error.after(earlier),
                    None => error,
                },
            };
            let now = Instant::now();
            match retry.next_wait(tries, &error, now, self.deadline) {
                Some(wait) => sleep_until(timer, now + wait).await,
                None => return Err(error),
            }
            last_error = Some(error);
            self.reservation = None;
        }
    }

    fn reply(&self, received: Answered) -> Reply {
        Reply {
            answer: received.answer.answer,
            session_id: received.answer.session_id,
            message: received.answer.message,
            json: received.json,
            attempts: self.attempts,
            elapsed: self.started.elapsed(),
        }
    }

    fn turn_has_come(&self) -> bool {
        self.turn.as_ref().is_none_or(|turn| turn.has_come())
    }

    async fn wait_for_turn(&mut self, timer: &mut dyn Timer) -> Result<(), Error> {
        let Some(turn) = self.turn.as_mut().filter(|turn| !turn.has_come()) else {
            return Ok(());
        };
        let _queued = self.tenant.metrics.queue();
        let mut coming = pin!(turn.wait());
        poll_fn(|cx| match coming.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => timer
                .poll_at(cx, self.deadline)
                .map(|()| Err(errors::deadline_passed(false))),
        })
        .await
    }

    fn reserve(&self) -> Option<Box<Result<Reservation, Duration>>> {
        let pacer = self.tenant.pacer.as_ref()?;
        Some(Box::new(pacer.reserve(Instant::now(), self.deadline)))
    }

    async fn wait_for_reservation(&mut self, timer: &mut dyn Timer) -> Result<(), Error> {
        self.reservation = self.reservation.take().or_else(|| self.reserve());
        let Some(reservation) = self.reservation.as_deref() else {
            return Ok(());
        };
        let reservation = reservation
            .as_ref()
            .map_err(|wait| errors::over_pace(*wait))?;
        if reservation.at() > Instant::now() {
            let _queued = self.tenant.metrics.queue();
            sleep_until(timer, reservation.at()).await;
        }
        Ok(())
    }
}

impl Operation for Chat {
    type Output = Reply;

    fn deadline(&self) -> Instant {
        self.deadline
    }

    fn may_go(&self) -> bool {
        self.turn_has_come() && self.tenant.pacer.is_none()
    }

    async fn run(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<Reply, Error> {
        match self.deliver(dispatcher, timer).await? {
            Received::Answer(answered) => Ok(self.reply(answered)),
            _ => Err(Error::internal("a chat has no answer")),
        }
    }
}

/// A message whose answer comes in events.
pub(crate) struct StreamedChat(Chat);

impl StreamedChat {
    pub(crate) fn accept(
        tenant: &Arc<Tenant>,
        outgoing: Outgoing,
        target: Target,
        producer: Producer,
    ) -> Self {
        let idle = outgoing.deadline - outgoing.started;
        let mut chat = Chat::accept(tenant, outgoing);
        chat.streaming = Some(Box::new(Streaming {
            target,
            producer,
            idle,
        }));
        Self(chat)
    }
}

impl Operation for StreamedChat {
    type Output = ();

    fn deadline(&self) -> Instant {
        self.0.deadline
    }

    fn may_go(&self) -> bool {
        self.0.may_go()
    }

    /// Queues the events, and then how they ended.
    async fn run(
        &mut self,
        dispatcher: &mut impl Dispatch,
        timer: &mut dyn Timer,
    ) -> Result<(), Error> {
        let delivered = self.0.deliver(dispatcher, timer).await.map(drop);
        if let Some(streaming) = &self.0.streaming {
            streaming.producer.end(delivered);
        }
        Ok(())
    }
}

async fn sleep_until(timer: &mut dyn Timer, at: Instant) {
    poll_fn(|cx| timer.poll_at(cx, at)).await;
}
