//! From a response to an answer, or to the error that it stands for.

mod stream;

use std::error::Error as StdError;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use http::response::Parts;
use http::{Response, StatusCode};
use tokio::sync::oneshot;

use super::attempt::Attempt;
use super::request::{Request, What};
use crate::engine::errors::request::redirected;
use crate::engine::errors::statuses::Sent;
use crate::engine::errors::{response, transport as errors};
use crate::engine::process::threads;
use crate::engine::retry::parse_retry_after;
use crate::engine::streaming::{Chunks, poll_collect};
use crate::error::Error;
use crate::wire;

/// For the body of an error, whose status says enough should the rest never come.
const ERROR_BODY: Duration = Duration::from_secs(2);
/// Of a response's head, as HTTP/2 counts them: names, values and 32 bytes a line (RFC 9113, section 6.5.2).
pub(crate) const MAX_HEADER_BYTES: u32 = 256 << 10;
/// Of a body that takes a millisecond or so to be read as JSON.
const LARGE: usize = 128 << 10;

/// What came of a request.
pub(crate) enum Received {
    Answer(Answered),
    /// Boxed: chats do not need the room for it.
    Response(Box<Raw>),
    /// Queued as they came.
    Events,
}

/// A message's success body, read and as it was received.
pub(crate) struct Answered {
    pub(crate) answer: wire::Answer,
    pub(crate) json: String,
}

/// Any other call's success.
pub(crate) struct Raw {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) async fn receive<B>(
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
    response: Response<B>,
) -> Result<Received, Error>
where
    B: Chunks<Error: StdError + 'static>,
{
    // A response to what was not written to its end is one all the same.
    attempt.commit.commit();
    let limit = request.limit();
    let (head, mut incoming) = response.into_parts();
    if header_bytes(&head.headers) > MAX_HEADER_BYTES as usize {
        return Err(errors::head_too_large());
    }
    let mut body = Vec::new();
    let is_success = match request.what {
        What::Message(_) => head.status == StatusCode::OK,
        What::Any(_) => head.status.is_success(),
    };
    if !is_success {
        let limit = limit.min(response::MOST_ERROR_BYTES);
        let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
        attempt.hurry(ERROR_BODY);
        _ = attempt.in_time(reading).await;
        request.metrics.received(body.len());
        return Err(refused(request, &head, &body));
    }
    if let Some(coding) = response::coding(&head.headers) {
        return Err(response::coded(coding, head.status, &request.account.key));
    }
    if let Some(streaming) = request.streaming {
        let streamed = Box::pin(stream::stream(request, attempt, streaming, incoming)).await;
        return streamed.map(|()| Received::Events);
    }
    let reading = poll_fn(|cx| poll_collect(&mut incoming, cx, limit, &mut body));
    let read = attempt.in_time(reading).await;
    request.metrics.received(body.len());
    match read? {
        Ok(true) => {}
        Ok(false) => return Err(response::too_large(limit, head.status)),
        Err(error) => return Err(errors::of_body(&error).with_http_status(head.status.as_u16())),
    }
    if let What::Any(_) = request.what {
        return Ok(Received::Response(Box::new(Raw {
            status: head.status,
            headers: head.headers,
            body,
        })));
    }
    let body = Arc::new(body);
    let answer = decode(request, attempt, &body).await?;
    let body = Arc::try_unwrap(body).unwrap_or_else(|body| body.to_vec());
    let json = String::from_utf8(body).map_err(Error::internal)?;
    Ok(Received::Answer(Answered { answer, json }))
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
    let key = &request.account.key;
    let sent = match request.what {
        What::Message(_) if request.streaming.is_some() => Sent::Stream,
        What::Message(_) => Sent::Message,
        What::Any(asked) if head.status.is_redirection() => {
            let location = head.headers.get(LOCATION).map(HeaderValue::as_bytes);
            return redirected(head.status, &asked.url, location, key);
        }
        What::Any(_) => Sent::Request,
    };
    response::error(sent, head.status, body, retry_after, key)
}
