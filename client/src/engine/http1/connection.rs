//! A connection, kept from chat to chat.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use http::{Request as Head, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, Builder, SendRequest};
use hyper::rt::{Read, Write};

use super::arriving::{Arriving, Drive};
use super::rewind::{Recording, Rewind};
use crate::engine::connect::meter::Meter;
use crate::engine::errors::transport as errors;
use crate::engine::exchange::{
    Attempt, MAX_HEADER_BYTES, OutgoingBody, Received, Request, receive,
};
use crate::error::Error;

/// No head of so many bytes has more, each counting 32 bytes beside its own.
const MAX_HEADER_LINES: usize = MAX_HEADER_BYTES as usize / 32;

pub(crate) struct Http1<T: Read + Write + Unpin> {
    sender: SendRequest<OutgoingBody>,
    driver: Driver<T>,
    recording: Recording,
    meter: Meter,
    /// A response has come on it.
    used: bool,
    /// Another reader may have seen the end of a response elsewhere.
    is_ambiguous: bool,
}

/// The other half of the connection, which does the work whenever it is polled.
struct Driver<T: Read + Write + Unpin> {
    http: Option<http1::Connection<Rewind<T>, OutgoingBody>>,
    /// What is left at its end.
    io: Option<Rewind<T>>,
}

impl<T: Read + Write + Unpin + Send> Http1<T> {
    pub(crate) fn new(io: T, meter: Meter) -> Result<Box<Self>, Error> {
        let recording = Recording::new(MAX_HEADER_BYTES as usize);
        Self::over(Rewind::new(io, recording.clone()), recording, meter, None)
    }

    /// Without `max_lines`, hyper's own bound holds.
    fn over(
        io: Rewind<T>,
        recording: Recording,
        meter: Meter,
        max_lines: Option<usize>,
    ) -> Result<Box<Self>, Error> {
        let mut builder = Builder::new();
        builder.max_buf_size(MAX_HEADER_BYTES as usize);
        if let Some(max_lines) = max_lines {
            builder.max_headers(max_lines);
        }
        // There is nothing to wait for.
        match pin!(builder.handshake(io)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok((sender, http))) => Ok(Box::new(Self {
                sender,
                driver: Driver {
                    http: Some(http),
                    io: None,
                },
                recording,
                meter,
                used: false,
                is_ambiguous: false,
            })),
            Poll::Ready(Err(error)) => Err(Error::internal(error)),
            Poll::Pending => Err(Error::internal("a connection is not ready at once")),
        }
    }

    /// The last chat came to its end, and both sides mean to go on.
    pub(crate) fn is_reusable(&self) -> bool {
        !self.is_ambiguous && self.driver.http.is_some() && self.sender.is_ready()
    }

    /// Sends a message and reads the response. `None` if the service has closed the connection since the last chat, and
    /// nothing was written to it.
    pub(crate) async fn exchange(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Received>, Error> {
        let was_used = std::mem::replace(&mut self.used, true);
        if was_used {
            self.settle().await;
        }
        self.recording.start();
        let head = request.over_http1(&attempt.commit);
        if request.is_bare() {
            attempt.commit.commit();
        }
        let sent = attempt.in_time(pin!(self.send(head))).await?;
        let (failed, is_unsent) = match sent {
            Ok(response) => {
                let received = Box::pin(receive(request, attempt, response));
                return received.await.map(Some);
            }
            Err(mut failed) => match failed.take_message() {
                Some(_) if was_used => {
                    attempt.renew();
                    return Ok(None);
                }
                unsent => (failed.into_error(), unsent.is_some()),
            },
        };
        if errors::is_head_too_large(&failed)
            && request.is_replayable()
            && let Some(mut again) = self.rewind()?
        {
            return Box::pin(again.read_again(request, attempt)).await.map(Some);
        }
        let committed = !attempt.commit.withdraw() && !is_unsent;
        Err(errors::of_request(&failed, committed))
    }

    /// Reads what the service has said since the last chat, TLS records that come in parts included. What is a response to
    /// nothing closes the connection (RFC 9112, section 9.2), and so does more than a word.
    async fn settle(&mut self) {
        poll_fn(|cx| {
            loop {
                let before = self.meter.without_progress();
                self.driver.drive(cx);
                if self.meter.without_progress() == before || self.meter.is_flooded() {
                    return Poll::Ready(());
                }
            }
        })
        .await;
        if self.meter.is_flooded() {
            self.driver.http = None;
        }
    }

    /// The connection with its last response still to come, if that was kept. It serves no further chat.
    fn rewind(&mut self) -> Result<Option<Box<Self>>, Error> {
        let (Some(received), Some(io)) = (self.recording.take(), self.driver.io.take()) else {
            return Ok(None);
        };
        let (recording, meter) = (self.recording.clone(), self.meter.clone());
        Self::over(io.again(received), recording, meter, Some(MAX_HEADER_LINES)).map(Some)
    }

    async fn read_again(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Received, Error> {
        let head = request.over_http1(&attempt.commit);
        match attempt.in_time(pin!(self.send(head))).await? {
            Ok(response) => receive(request, attempt, response).await,
            Err(failed) => Err(errors::of_request(&failed.into_error(), true)),
        }
    }

    /// Hands the request back if nothing of it was written.
    async fn send(
        &mut self,
        head: Head<OutgoingBody>,
    ) -> Result<Response<Arriving<'_, Metered, Driver<T>>>, TrySendError<Head<OutgoingBody>>> {
        let mut response = pin!(self.sender.try_send_request(head));
        let driver = &mut self.driver;
        let response = poll_fn(|cx| {
            driver.drive(cx);
            response.as_mut().poll(cx)
        })
        .await?;
        self.recording.stop();
        self.meter.progress();
        self.is_ambiguous |= has_two_lengths(response.headers());
        let meter = &self.meter;
        Ok(response.map(|body| Arriving {
            body: Metered {
                body,
                meter: meter.clone(),
            },
            driver,
        }))
    }
}

impl<T: Read + Write + Unpin + Send> Drive for Driver<T> {
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(http) = &mut self.http
            && Pin::new(http).poll(cx).is_ready()
        {
            // At its end it hands back what it has not sent. What went wrong, the request or the body tells.
            let http = self.http.take();
            self.io = http.map(|http| http.into_parts().io);
        }
    }
}

/// The chunks count, and the connection ends with them (RFC 9112, section 6.1).
fn has_two_lengths(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH)
}

/// A response body whose arrival is progress.
struct Metered {
    body: Incoming,
    meter: Meter,
}

impl Body for Metered {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.meter.progress_by(bytes);
            }
            Poll::Ready(None) => self.meter.progress(),
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
