//! From a response to an answer, or to the error that it stands for.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderMap, RETRY_AFTER};
use http::response::Parts;
use http::{Response, StatusCode};
use http_body::Body;
use tokio::sync::oneshot;

use super::attempt::Attempt;
use super::request::Request;
use crate::engine::errors::{response, transport as errors};
use crate::engine::process::threads;
use crate::engine::retry::parse_retry_after;
use crate::error::Error;
use crate::wire;

/// For the body of an error, whose status says enough should the rest never come.
const ERROR_BODY: Duration = Duration::from_secs(2);
/// Of a response's head, as HTTP/2 counts them: names, values and 32 bytes a line (RFC 9113, section 6.5.2).
pub(crate) const MAX_HEADER_BYTES: u32 = 256 << 10;
/// Of a body that takes a millisecond or so to be read as JSON.
const LARGE: usize = 128 << 10;
/// A body's announced length is the peer's word: no more is reserved on it.
const MAX_RESERVED: u64 = 64 * 1024;

/// A success body, read and as it was received.
pub(crate) struct Received {
    pub(crate) answer: wire::Answer,
    pub(crate) json: String,
}

pub(crate) async fn receive<B>(
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
    response: Response<B>,
) -> Result<Received, Error>
where
    B: Body<Data = Bytes, Error: StdError + 'static> + Unpin,
{
    // A response to what was not written to its end is one all the same.
    attempt.commit.commit();
    let limit = request.account.settings.max_response_bytes;
    let (head, mut incoming) = response.into_parts();
    if header_bytes(&head.headers) > MAX_HEADER_BYTES as usize {
        return Err(errors::head_too_large());
    }
    let mut body = Vec::new();
    if head.status != StatusCode::OK {
        let limit = limit.min(response::MOST_ERROR_BYTES);
        let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
        attempt.hurry(ERROR_BODY);
        _ = attempt.in_time(reading).await;
        request.metrics.received(body.len());
        return Err(refused(request, &head, &body));
    }
    if let Some(coding) = response::coding(&head.headers) {
        return Err(response::coded(coding, &request.account.key));
    }
    let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
    let read = attempt.in_time(reading).await;
    request.metrics.received(body.len());
    match read? {
        Ok(true) => {}
        Ok(false) => return Err(response::too_large(limit)),
        Err(error) => return Err(errors::of_body(&error).with_http_status(head.status.as_u16())),
    }
    let body = Arc::new(body);
    let answer = decode(request, attempt, &body).await?;
    let body = Arc::try_unwrap(body).unwrap_or_else(|body| body.to_vec());
    let json = String::from_utf8(body).map_err(Error::internal)?;
    Ok(Received { answer, json })
}

/// A large body is read on a thread of its own, where other chats would wait for this one.
async fn decode(
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
    body: &Arc<Vec<u8>>,
) -> Result<wire::Answer, Error> {
    let here = || response::answer(body, &request.account.key);
    if body.len() <= LARGE || !attempt.shares_thread() {
        return here();
    }
    let (account, body) = (request.account.clone(), body.clone());
    let (done, decoding) = oneshot::channel();
    let elsewhere = move || _ = done.send(response::answer(&body, &account.key));
    if threads::spawn(elsewhere).is_err() {
        return here();
    }
    let decoded = attempt.in_time(decoding).await?;
    decoded.unwrap_or_else(|_| here())
}

fn header_bytes(headers: &HeaderMap) -> usize {
    let lines = headers.iter();
    lines
        .map(|(name, value)| name.as_str().len() + value.len() + 32)
        .sum()
}

fn refused(request: &Request<'_>, head: &Parts, body: &[u8]) -> Error {
    let retry_after = head
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| parse_retry_after(value, SystemTime::now()));
    response::error(head.status, body, retry_after, &request.account.key)
}

/// Reads a body up to `limit` bytes; false if there is more of it.
fn poll_collect<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    cx: &mut Context<'_>,
    limit: usize,
    into: &mut Vec<u8>,
) -> Poll<Result<bool, B::Error>> {
    if into.is_empty() {
        let announced = body.size_hint().lower().min(MAX_RESERVED);
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
