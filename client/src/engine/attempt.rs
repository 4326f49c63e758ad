//! One attempt: one request on one connection, and its response, inside the chat's deadline.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
    USER_AGENT,
};
use http::{Method, Request, Response, StatusCode, Version};
use http_body::Body;

use super::alarm::Alarm;
use super::body::OutgoingBody;
use super::chat::Chat;
use super::clock::Clock;
use super::lanes::Lanes;
use super::lingering::Lingering;
use super::retry::parse_retry_after;
use super::seat::Seat;
use super::stream::Exchange;
use crate::engine::errors::{response, transport as failure};
use crate::engine::legacy;
use crate::error::{Error, Status};
use crate::wire;

/// For the body of an error, whose status says enough should the rest never come.
const ERROR_BODY: Duration = Duration::from_secs(2);

/// A success body, read and as it was received.
pub(crate) struct Received {
    pub(crate) answer: wire::Answer,
    pub(crate) json: String,
}

/// Where an attempt finds its connection: on a lane of the process-wide runtime, or on the caller's own.
pub(crate) trait Way: Send {
    /// Sends the request and reads the response.
    fn exchange(
        &mut self,
        chat: &Chat,
        clock: &mut Clock<'_>,
    ) -> impl Future<Output = Result<Received, Error>> + Send;
}

pub(crate) async fn attempt(
    chat: &Chat,
    way: &mut impl Way,
    alarm: &mut dyn Alarm,
) -> Result<Received, Error> {
    let mut clock = Clock::start(chat, alarm);
    way.exchange(chat, &mut clock).await
}

impl Way for Arc<Lanes> {
    async fn exchange(&mut self, chat: &Chat, clock: &mut Clock<'_>) -> Result<Received, Error> {
        loop {
            let queued = chat.traffic.metrics.queue();
            let _connection = clock.apart(Box::pin(self.connection())).await??;
            let mut seat = self.sit()?;
            clock.in_time(Box::pin(seat.wait_for_leader())).await??;
            if !seat.is_good() {
                continue;
            }
            if !seat.leads() {
                chat.keep_pace(clock).await?;
            }
            drop(queued);
            match converse(chat, clock, &seat).await {
                Ok(Some(received)) => return Ok(received),
                Ok(None) => {}
                Err(error) => {
                    if clock.has_run_out() {
                        seat.ran_out_of_time(clock.departure.has_left());
                    } else if !clock.departure.has_left() {
                        seat.connect_failed(&error);
                    } else if error.status() == Status::Interrupted && seat.http2().is_none() {
                        seat.break_lane();
                    }
                    return Err(error);
                }
            }
        }
    }
}

/// `None` if the lane has no room for the message any more, which the agent has not seen.
async fn converse(
    chat: &Chat,
    clock: &mut Clock<'_>,
    seat: &Seat,
) -> Result<Option<Received>, Error> {
    if seat.http2().is_none() {
        let sending = Box::pin(seat.client().execute(request(chat, clock)));
        let response = clock.in_time(sending).await?;
        if seat.http2().is_none() || clock.departure.has_left() {
            let response = response.map_err(|error| unanswered(&error, clock))?;
            return receive_boxed(chat, clock, response.into()).await;
        }
    }
    // Whoever has just made the connection finds out what became of it, and does not make one after the other.
    let may_go = seat.leads() || seat.is_good();
    let Some(requests) = seat.http2().filter(|_| may_go) else {
        return Ok(None);
    };
    chat.keep_pace(clock).await?;
    let body = OutgoingBody::new(chat, clock.departure.clone());
    let exchange = match Exchange::begin(requests, head(chat), body) {
        Ok(exchange) => exchange,
        Err(error) if seat.leads() => return Err(unanswered(&error, clock)),
        Err(_) => {
            seat.break_lane();
            return Ok(None);
        }
    };
    let exchange = pin!(Lingering::new(exchange, clock.departure.clone(), seat));
    match clock.in_time(exchange).await? {
        Ok(response) => {
            seat.answered();
            receive_boxed(chat, clock, response).await
        }
        // A pace counts each time that the message is sent.
        Err(error) if seat.may_change_lanes(&error) && !chat.is_paced() => {
            seat.break_lane();
            chat.moves();
            clock.start_over(chat);
            Ok(None)
        }
        Err(error) => Err(unanswered(&error, clock)),
    }
}

fn unanswered(error: &(dyn StdError + 'static), clock: &Clock<'_>) -> Error {
    legacy::of_request(error, !clock.departure.keep())
}

/// Boxed, so that the thousands who still wait for a response do not hold the room to read one.
async fn receive_boxed<B>(
    chat: &Chat,
    clock: &mut Clock<'_>,
    response: Response<B>,
) -> Result<Option<Received>, Error>
where
    B: Body<Data = Bytes, Error: StdError + 'static> + Unpin,
{
    Box::pin(receive(chat, clock, response)).await.map(Some)
}

/// For the connection's HTTP client.
fn request(chat: &Chat, clock: &Clock) -> reqwest::Request {
    let url = chat.traffic.account.settings.endpoint.clone();
    let mut request = reqwest::Request::new(Method::POST, url);
    set_headers(request.headers_mut(), chat);
    let body = OutgoingBody::new(chat, clock.departure.clone());
    *request.body_mut() = Some(reqwest::Body::wrap(body));
    request
}

/// For an HTTP/2 connection.
fn head(chat: &Chat) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = chat.traffic.account.settings.uri.clone();
    let headers = request.headers_mut();
    *headers = HeaderMap::with_capacity(6);
    set_headers(headers, chat);
    headers.insert(CONTENT_LENGTH, chat.body.len().into());
    request
}

/// The headers that do not depend on the connection.
pub(crate) fn set_headers(headers: &mut HeaderMap, chat: &Chat) {
    let account = &chat.traffic.account;
    headers.insert(AUTHORIZATION, account.key.header());
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, account.settings.user_agent.clone());
}

/// The answer, or the error that the response stands for.
pub(crate) async fn receive<B>(
    chat: &Chat,
    clock: &mut Clock<'_>,
    response: Response<B>,
) -> Result<Received, Error>
where
    B: Body<Data = Bytes, Error: StdError + 'static> + Unpin,
{
    // A response to what was not written to its end is one all the same.
    clock.departure.leave();
    let account = &chat.traffic.account;
    let limit = account.settings.max_response_bytes;
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    if head.status != StatusCode::OK {
        let retry_after = head.headers.get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after(value, SystemTime::now()));
        let limit = limit.min(response::MOST_ERROR_BYTES);
        let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
        clock.hurry(ERROR_BODY);
        _ = clock.in_time(reading).await;
        chat.traffic.metrics.received(body.len());
        return Err(response::error(
            head.status,
            &body,
            retry_after,
            &account.key,
        ));
    }
    if let Some(coding) = response::coding(&head.headers) {
        return Err(response::coded(&coding, &account.key));
    }
    let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
    let read = clock.in_time(reading).await;
    chat.traffic.metrics.received(body.len());
    match read? {
        Ok(true) => {}
        Ok(false) => return Err(response::too_large(limit)),
        Err(error) => return Err(failure::of_body(&error).with_http_status(head.status.as_u16())),
    }
    let answer = response::answer(&body, &account.key)?;
    let json = String::from_utf8(body).map_err(Error::internal)?;
    Ok(Received { answer, json })
}

/// Reads a body up to `limit` bytes; false if there is more of it.
fn poll_collect<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    cx: &mut Context<'_>,
    limit: usize,
    into: &mut Vec<u8>,
) -> Poll<Result<bool, B::Error>> {
    const MOST_AT_ONCE: u64 = 64 * 1024;
    if into.is_empty() {
        let announced = body.size_hint().lower().min(MOST_AT_ONCE);
        into.reserve_exact(usize::try_from(announced).unwrap_or(limit).min(limit));
    }
    while let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(cx)?) {
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        let room = limit - into.len();
        into.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Poll::Ready(Ok(false));
        }
    }
    Poll::Ready(Ok(true))
}
