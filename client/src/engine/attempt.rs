//! One attempt: one request on one connection, and its response, inside the chat's deadline.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Instant, SystemTime};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode};
use tokio::time::Sleep;

use super::body::{Departure, OutgoingBody};
use super::chat::{Chat, Way};
use super::lanes::{Lane, Lanes};
use super::retry::parse_retry_after;
use super::{failure, response};
use crate::error::{Error, Status};
use crate::wire;

/// A success body, read and as it was received.
pub(crate) struct Received {
    pub(crate) answer: wire::Answer,
    pub(crate) json: String,
}

/// `alarm` is the chat's one timer, or its caller lane's.
pub(crate) async fn attempt(
    chat: &Chat,
    way: &Way,
    alarm: Pin<&mut Sleep>,
) -> Result<Received, Error> {
    let clock = Clock::start(chat, alarm);
    match way {
        Way::Caller(client) => exchange(chat, client, None, clock).await.0,
        Way::Lanes(lanes) => on_a_lane(chat, lanes, clock).await,
    }
}

async fn on_a_lane(
    chat: &Chat,
    lanes: &Arc<Lanes>,
    mut clock: Clock<'_>,
) -> Result<Received, Error> {
    let queued = chat.traffic.tally.queue();
    let mut seat = clock.before_departure(lanes.seat()).await??;
    drop(queued);
    let (result, departure) = exchange(chat, seat.client(), seat.led_lane(), clock).await;
    if let Err(error) = &result {
        match error.status() {
            _ if !departure.has_left() => seat.connect_failed(error),
            Status::Interrupted => seat.break_lane(),
            _ => {}
        }
    }
    result
}

/// Sends the request and reads the response; also tells whether the message has left.
async fn exchange(
    chat: &Chat,
    client: &reqwest::Client,
    leads: Option<Arc<Lane>>,
    mut clock: Clock<'_>,
) -> (Result<Received, Error>, Departure) {
    let departure = Departure::default();
    let sending = Box::pin(client.execute(request(chat, &departure, leads)));
    let result = match clock.sent(sending, &departure).await {
        Ok(response) => read(chat, response, clock).await,
        Err(error) => Err(error),
    };
    if departure.has_left() {
        chat.traffic.tally.sent(chat.body.len());
    }
    (result, departure)
}

fn request(chat: &Chat, departure: &Departure, leads: Option<Arc<Lane>>) -> Request {
    let account = &chat.traffic.account;
    let mut request = Request::new(Method::POST, account.settings.endpoint.clone());
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, account.key.header());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, account.settings.user_agent.clone());
    let body = OutgoingBody::new(chat.body.clone(), departure.clone(), leads);
    *request.body_mut() = Some(reqwest::Body::wrap(body));
    request
}

async fn read(chat: &Chat, response: Response, mut clock: Clock<'_>) -> Result<Received, Error> {
    let status = response.status();
    let account = &chat.traffic.account;
    if status != StatusCode::OK {
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after(value, SystemTime::now()));
        // The status says enough, should the rest of the body never come.
        let mut body = Vec::new();
        let limit = response::MOST_ERROR_BYTES.min(account.settings.max_response_bytes);
        let _ = clock.in_time(collect(response, limit, &mut body)).await;
        chat.traffic.tally.received(body.len());
        return Err(response::error(status, &body, retry_after, &account.key));
    }
    let limit = account.settings.max_response_bytes;
    let mut body = Vec::new();
    let whole = clock.in_time(collect(response, limit, &mut body)).await;
    chat.traffic.tally.received(body.len());
    match whole? {
        Ok(true) => {}
        Ok(false) => return Err(response::too_large(limit)),
        Err(error) => return Err(failure::of_body(&error).with_http_status(status.as_u16())),
    }
    let answer = response::answer(&body, &account.key)?;
    let json = String::from_utf8(body).map_err(Error::internal)?;
    Ok(Received { answer, json })
}

/// Reads a body up to `limit` bytes; false if there is more of it.
fn collect<'a>(
    mut response: Response,
    limit: usize,
    body: &'a mut Vec<u8>,
) -> Pin<Box<dyn Future<Output = reqwest::Result<bool>> + Send + 'a>> {
    Box::pin(async move {
        let announced = response.content_length().unwrap_or_default();
        body.reserve_exact(
            usize::try_from(announced)
                .unwrap_or(limit)
                .min(limit)
                .min(64 * 1024),
        );
        while let Some(chunk) = response.chunk().await? {
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

/// The two bounds of an attempt on one timer: first the time to reach the service, then the chat's deadline.
struct Clock<'a> {
    /// May be set for too early a time, by a chat before this one: setting it anew for each would wake the runtime.
    alarm: Pin<&'a mut Sleep>,
    departure_due: Instant,
    deadline: Instant,
}

impl<'a> Clock<'a> {
    fn start(chat: &Chat, mut alarm: Pin<&'a mut Sleep>) -> Self {
        let connect_timeout = chat.traffic.account.settings.connect_timeout;
        let due = Instant::now().checked_add(connect_timeout);
        let departure_due = due.map_or(chat.deadline, |due| due.min(chat.deadline));
        if alarm.is_elapsed() || alarm.deadline().into_std() > departure_due {
            alarm.as_mut().reset(departure_due.into());
        }
        Self {
            alarm,
            departure_due,
            deadline: chat.deadline,
        }
    }

    /// A step before the message leaves.
    async fn before_departure<F: Future>(&mut self, step: F) -> Result<F::Output, Error> {
        let mut step = pin!(step);
        poll_fn(|cx| match step.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => self.poll_expired(cx, false).map(Err),
        })
        .await
    }

    /// The request, which has to leave before the connect timeout and to be answered before the deadline.
    async fn sent<F>(
        &mut self,
        mut sending: Pin<Box<F>>,
        departure: &Departure,
    ) -> Result<Response, Error>
    where
        F: Future<Output = reqwest::Result<Response>>,
    {
        poll_fn(|cx| match sending.as_mut().poll(cx) {
            Poll::Ready(sent) => {
                Poll::Ready(sent.map_err(|error| failure::of_request(&error, departure.has_left())))
            }
            Poll::Pending => self.poll_expired(cx, departure.has_left()).map(Err),
        })
        .await
    }

    /// A step after the message has left.
    async fn in_time<F: Future + Unpin>(&mut self, mut step: F) -> Result<F::Output, Error> {
        poll_fn(|cx| match Pin::new(&mut step).poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => self.poll_expired(cx, true).map(Err),
        })
        .await
    }

    fn poll_expired(&mut self, cx: &mut Context<'_>, has_left: bool) -> Poll<Error> {
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            let now = Instant::now();
            if now >= self.deadline {
                return Poll::Ready(failure::deadline_passed(has_left));
            }
            let next = match has_left {
                false if now >= self.departure_due => {
                    return Poll::Ready(failure::connect_timeout());
                }
                false => self.departure_due,
                true => self.deadline,
            };
            self.alarm.as_mut().reset(next.into());
        }
    }
}
