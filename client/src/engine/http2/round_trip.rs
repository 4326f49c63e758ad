//! One message and its response on an HTTP/2 stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};

use crate::engine::connect::meter::Meter;
use crate::engine::exchange::{OutgoingBody, Streamed};
use crate::engine::streaming::Chunks;

/// Of the window, before anything was sent.
const MOST_WANTED: usize = 1 << 20;

/// A request up to the head of its response. Dropped before that, its stream is reset.
pub(crate) struct RoundTrip {
    sending: Sending,
    response: ResponseFuture,
    meter: Meter,
}

enum Sending {
    /// Where the service may not allow the stream yet, the first tells when it does. It is not asked again after that: a
    /// connection that the service closes gracefully goes on with the streams that are open (RFC 9113, section 6.8).
    Waiting(Option<SendRequest<Bytes>>, SendStream<Bytes>, OutgoingBody),
    Writing(SendStream<Bytes>, Bytes),
    Streaming(SendStream<Bytes>, Streamed, Bytes),
    /// The body could not be made to its end.
    BrokenOff,
    Sent,
}

impl RoundTrip {
    /// Fails where the connection takes no more requests. The head leaves first: only then is it known whether the service gives
    /// the body a window, before which the message is not committed.
    pub(crate) fn begin(
        mut requests: SendRequest<Bytes>,
        meter: &Meter,
        head: Request<()>,
        body: OutgoingBody,
    ) -> Result<Self, h2::Error> {
        let is_bare = body.is_empty();
        let (response, stream) = requests.send_request(head, is_bare)?;
        Ok(Self {
            sending: match is_bare {
                true => Sending::Sent,
                false => Sending::Waiting(Some(requests), stream, body),
            },
            response,
            meter: meter.clone(),
        })
    }

    /// Whether the service may know of it.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.sending, Sending::Waiting(Some(_), ..))
    }

    /// The service waits for the rest of a body that will never come.
    pub(super) fn is_broken_off(&self) -> bool {
        matches!(self.sending, Sending::BrokenOff)
    }
}

impl Future for RoundTrip {
    type Output = Result<Response<Incoming>, h2::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(sent) = self.sending.poll(cx) {
            sent?;
            self.sending = Sending::Sent;
        }
        let response = ready!(Pin::new(&mut self.response).poll(cx));
        // One that is refused, for headers that are too large, has come all the same.
        self.meter.progress();
        let rest = match std::mem::replace(&mut self.sending, Sending::Sent) {
            Sending::Sent => None,
            rest => Some(Box::new(rest)),
        };
        Poll::Ready(Ok(Incoming::of(response?, rest, self.meter.clone())))
    }
}

impl Sending {
    /// Ready once there is nothing more to send: all has been, or the response tells why it was not.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        loop {
            match self {
                Self::Waiting(requests, stream, body) => {
                    if let Some(opening) = requests {
                        ready!(opening.poll_ready(cx))?;
                        *requests = None;
                    }
                    let wanted = body.len().min(MOST_WANTED);
                    if ready!(poll_capacity(stream, wanted, cx)) == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    let body = match body.take_streamed() {
                        None => body.take().map(Err),
                        Some(streamed) => streamed.map(Ok),
                    };
                    let Ok(body) = body else {
                        return Poll::Ready(Ok(()));
                    };
                    let Self::Waiting(_, stream, _) = std::mem::replace(self, Self::Sent) else {
                        return Poll::Ready(Ok(()));
                    };
                    *self = match body {
                        Ok(streamed) => Self::Streaming(stream, streamed, Bytes::new()),
                        Err(bytes) => Self::Writing(stream, bytes),
                    };
                }
                Self::Streaming(stream, streamed, rest) => {
                    while rest.is_empty() {
                        match ready!(streamed.poll_frame(cx)) {
                            Some(Ok(frame)) => *rest = frame.into_data().unwrap_or_default(),
                            Some(Err(_)) => {
                                *self = Self::BrokenOff;
                                return Poll::Ready(Err(Reason::CANCEL.into()));
                            }
                            None => {
                                _ = stream.send_data(Bytes::new(), true);
                                return Poll::Ready(Ok(()));
                            }
                        }
                    }
                    let room = ready!(poll_capacity(stream, rest.len(), cx));
                    let part = rest.split_to(room.min(rest.len()));
                    if room == 0 || stream.send_data(part, false).is_err() {
                        return Poll::Ready(Ok(()));
                    }
                }
                Self::Writing(stream, rest) => {
                    let room = ready!(poll_capacity(stream, rest.len(), cx));
                    let part = rest.split_to(room.min(rest.len()));
                    let is_last = rest.is_empty();
                    if room == 0 || stream.send_data(part, is_last).is_err() || is_last {
                        return Poll::Ready(Ok(()));
                    }
                }
                Self::BrokenOff => return Poll::Ready(Err(Reason::CANCEL.into())),
                Self::Sent => return Poll::Ready(Ok(())),
            }
        }
    }
}

/// How much may be sent; 0 where nothing will be any more.
fn poll_capacity(
    stream: &mut SendStream<Bytes>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<usize> {
    stream.reserve_capacity(wanted);
    loop {
        let room = stream.capacity();
        if room > 0 {
            return Poll::Ready(room);
        }
        match ready!(stream.poll_capacity(cx)) {
            Some(Ok(_)) => {}
            _ => return Poll::Ready(0),
        }
    }
}

/// A response body.
pub(crate) struct Incoming {
    stream: RecvStream,
    /// Of the request, where the response began before its end.
    rest: Option<Box<Sending>>,
    meter: Meter,
    announced: u64,
    /// Of what was read, what the service does not know of yet.
    held: usize,
}

impl Incoming {
    fn of(
        response: Response<RecvStream>,
        rest: Option<Box<Sending>>,
        meter: Meter,
    ) -> Response<Self> {
        let length = response.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        let announced = length.unwrap_or_default();
        response.map(|stream| Self {
            stream,
            rest,
            meter,
            announced,
            held: 0,
        })
    }

    /// The service may send as much again.
    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        if held > 0 {
            _ = self.stream.flow_control().release_capacity(held);
        }
    }
}

/// Without room what comes is read all the same, and the stream's window holds the service up.
impl Chunks for Incoming {
    fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        has_room: bool,
    ) -> Poll<Option<Result<Bytes, h2::Error>>> {
        if let Some(rest) = &mut self.rest
            && let Poll::Ready(sent) = rest.poll(cx)
        {
            self.rest = None;
            if let Err(error) = sent {
                return Poll::Ready(Some(Err(error)));
            }
        }
        if has_room {
            self.release();
        }
        match ready!(self.stream.poll_data(cx)) {
            Some(Ok(data)) => {
                self.meter.progress_by(data.len());
                self.held += data.len();
                if has_room {
                    self.release();
                }
                Poll::Ready(Some(Ok(data)))
            }
            // A service may say so after a whole response (RFC 9113, section 8.1).
            Some(Err(error)) if error.is_reset() && error.reason() == Some(Reason::NO_ERROR) => {
                self.meter.progress();
                Poll::Ready(None)
            }
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => {
                self.meter.progress();
                Poll::Ready(None)
            }
        }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let chunk = ready!(self.poll_chunk(cx, true));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
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
