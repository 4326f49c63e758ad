//! One message and its response on an HTTP/2 stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};

use super::body::OutgoingBody;

/// An exchange up to the head of the response. Dropped before that, its stream is reset.
pub(crate) struct Exchange {
    sending: Option<Sending>,
    response: ResponseFuture,
}

/// A message that has not left wholly.
struct Sending {
    /// Tells when the service allows the stream.
    requests: SendRequest<Bytes>,
    stream: SendStream<Bytes>,
    rest: Rest,
}

enum Rest {
    Whole(OutgoingBody),
    Part(Bytes),
}

impl Exchange {
    /// Fails where the connection takes no more requests.
    pub(crate) fn begin(
        requests: &SendRequest<Bytes>,
        head: Request<()>,
        body: OutgoingBody,
    ) -> Result<Self, h2::Error> {
        let mut requests = requests.clone();
        let (response, stream) = requests.send_request(head, false)?;
        let sending = Sending {
            requests,
            stream,
            rest: Rest::Whole(body),
        };
        Ok(Self {
            sending: Some(sending),
            response,
        })
    }
}

impl Future for Exchange {
    type Output = Result<Response<Incoming>, h2::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(sending) = &mut self.sending
            && sending.poll_send(cx)?.is_ready()
        {
            self.sending = None;
        }
        let response = ready!(Pin::new(&mut self.response).poll(cx))?;
        Poll::Ready(Ok(Incoming::of(response)))
    }
}

impl Sending {
    /// Ready once there is nothing more to send: all has been, or the response tells why it was not.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        ready!(self.requests.poll_ready(cx))?;
        loop {
            self.stream.reserve_capacity(self.rest.len());
            let room = self.stream.capacity();
            if room == 0 {
                match ready!(self.stream.poll_capacity(cx)) {
                    Some(Ok(_)) => continue,
                    _ => return Poll::Ready(Ok(())),
                }
            }
            let Some(part) = self.rest.take(room) else {
                return Poll::Ready(Ok(()));
            };
            let is_last = self.rest.len() == 0;
            if self.stream.send_data(part, is_last).is_err() || is_last {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl Rest {
    fn len(&self) -> usize {
        match self {
            Self::Whole(body) => body.len(),
            Self::Part(bytes) => bytes.len(),
        }
    }

    /// The next part of what leaves; `None` if the message was given up before.
    fn take(&mut self, most: usize) -> Option<Bytes> {
        let mut bytes = match self {
            Self::Whole(body) => body.depart().ok()?,
            Self::Part(bytes) => std::mem::take(bytes),
        };
        let part = bytes.split_to(most.min(bytes.len()));
        *self = Self::Part(bytes);
        Some(part)
    }
}

/// A response body.
pub(crate) struct Incoming {
    stream: RecvStream,
    announced: u64,
}

impl Incoming {
    fn of(response: Response<RecvStream>) -> Response<Self> {
        let length = response.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        let announced = length.unwrap_or_default();
        response.map(|stream| Self { stream, announced })
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        match ready!(self.stream.poll_data(cx)) {
            Some(Ok(data)) => {
                // Read as it comes, so that the service may send as much again.
                _ = self.stream.flow_control().release_capacity(data.len());
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            // A service may say so after a whole response (RFC 9113, section 8.1).
            Some(Err(error)) if error.is_reset() && error.reason() == Some(Reason::NO_ERROR) => {
                Poll::Ready(None)
            }
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.announced);
        hint
    }
}
