//! One chat from its acceptance to its reply: its turn, its pace, its attempts, and the waits between them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::alarm::Alarm;
use super::attempt::{Way, attempt};
use super::clock::Clock;
use super::traffic::Traffic;
use crate::engine::admission::pacing::Reservation;
use crate::engine::admission::sessions::Turn;
use crate::engine::errors::transport as failure;
use crate::error::Error;
use crate::message::Reply;
use crate::wire::Encoded;

/// A message that is not accepted yet.
pub(crate) struct Outgoing {
    pub(crate) encoded: Encoded,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
}

/// A message on its way to the service.
pub(crate) struct Chat {
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) body: Bytes,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
    /// Boxed: most chats have none.
    turn: Option<Box<Turn>>,
    /// Taken when the chat is accepted, so that those who came first leave first.
    reservation: Option<Result<Reservation, Duration>>,
    /// How often it changed lanes after it had left.
    moves: AtomicU32,
}

impl Chat {
    /// Takes the message's place in its session and in the account's pace.
    pub(crate) fn accept(traffic: &Arc<Traffic>, outgoing: Outgoing) -> Self {
        let turn = match (&traffic.sessions, &outgoing.encoded.session_id) {
            (Some(sessions), Some(session_id)) => Some(Box::new(sessions.line_up(session_id))),
            _ => None,
        };
        let mut chat = Self {
            traffic: traffic.clone(),
            body: outgoing.encoded.body,
            started: outgoing.started,
            deadline: outgoing.deadline,
            turn,
            reservation: None,
            moves: AtomicU32::new(0),
        };
        if chat.turn_has_come() {
            chat.reservation = chat.reserve();
        }
        chat
    }

    /// Nothing keeps it from being sent now.
    pub(crate) fn may_go(&self) -> bool {
        self.turn_has_come() && self.traffic.pacer.is_none()
    }

    /// The reply, or the last attempt's error, before the deadline.
    pub(crate) async fn run(
        &mut self,
        way: &mut impl Way,
        alarm: &mut dyn Alarm,
    ) -> Result<Reply, Error> {
        self.wait_for_turn(alarm).await?;
        let retry = self.traffic.account.settings.retry;
        let mut attempts = 0;
        let mut last_error: Option<Error> = None;
        loop {
            if let Err(error) = self.wait_for_pace(alarm).await {
                return Err(last_error.unwrap_or(error));
            }
            if attempts > 0 {
                self.traffic.metrics.retried();
            }
            attempts += 1;
            let error = match attempt(self, way, alarm).await {
                Ok(received) => {
                    return Ok(Reply {
                        answer: received.answer.answer,
                        session_id: received.answer.session_id,
                        message: received.answer.message,
                        json: received.json,
                        attempts: attempts + self.moves.load(Ordering::Relaxed),
                        elapsed: self.started.elapsed(),
                    });
                }
                Err(error) => match &last_error {
                    Some(earlier) => error.after(earlier),
                    None => error,
                },
            };
            match retry.next_wait(attempts, &error, self.deadline) {
                Some(wait) => sleep_until(alarm, Instant::now() + wait).await,
                None => return Err(error),
            }
            last_error = Some(error);
            self.reservation = None;
        }
    }

    /// It is sent once more, at once, and in the same attempt.
    pub(crate) fn moves(&self) {
        self.moves.fetch_add(1, Ordering::Relaxed);
        self.traffic.metrics.retried();
    }

    fn turn_has_come(&self) -> bool {
        self.turn.as_ref().is_none_or(|turn| turn.has_come())
    }

    async fn wait_for_turn(&mut self, alarm: &mut dyn Alarm) -> Result<(), Error> {
        let Some(turn) = self.turn.as_mut().filter(|turn| !turn.has_come()) else {
            return Ok(());
        };
        let _queued = self.traffic.metrics.queue();
        let mut coming = pin!(turn.wait());
        poll_fn(|cx| match coming.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => alarm
                .poll_at(cx, self.deadline)
                .map(|()| Err(failure::deadline_passed(false))),
        })
        .await
    }

    fn reserve(&self) -> Option<Result<Reservation, Duration>> {
        let pacer = self.traffic.pacer.as_ref()?;
        Some(pacer.reserve(Instant::now(), self.deadline))
    }

    async fn wait_for_pace(&mut self, alarm: &mut dyn Alarm) -> Result<(), Error> {
        self.reservation = self.reservation.take().or_else(|| self.reserve());
        let Some(reservation) = &self.reservation else {
            return Ok(());
        };
        let reservation = reservation
            .as_ref()
            .map_err(|wait| failure::over_pace(*wait))?;
        if reservation.at() > Instant::now() {
            let _queued = self.traffic.metrics.queue();
            sleep_until(alarm, reservation.at()).await;
        }
        Ok(())
    }

    /// Waits once more, now that there is a connection: those who waited for one must not leave all at once.
    pub(crate) async fn keep_pace(&self, clock: &mut Clock<'_>) -> Result<(), Error> {
        let Some(Ok(reservation)) = &self.reservation else {
            return Ok(());
        };
        loop {
            let now = Instant::now();
            let departs = reservation
                .depart(now, self.deadline)
                .map_err(failure::over_pace)?;
            if departs <= now {
                return Ok(());
            }
            clock.sleep(departs - now).await;
        }
    }

    pub(crate) fn is_paced(&self) -> bool {
        self.reservation.is_some()
    }
}

async fn sleep_until(alarm: &mut dyn Alarm, at: Instant) {
    poll_fn(|cx| alarm.poll_at(cx, at)).await;
}
