//! A connection, kept from chat to chat.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request as Head, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, Builder, SendRequest};
use hyper::rt::{Read, Write};

use super::arriving::{Arriving, Drive};
use crate::engine::connect::meter::Meter;
use crate::engine::errors::transport as errors;
use crate::engine::exchange::{
    Attempt, MAX_HEADER_BYTES, OutgoingBody, Received, Request, receive,
};
use crate::error::Error;

/// What the parser makes room for at each response: 8 192 would cost more than the rest of a call.
const MAX_HEADER_LINES: usize = 2048;

pub(crate) struct Http1<T: Read + Write + Unpin> {
    sender: SendRequest<OutgoingBody>,
    driver: Driver<T>,
    meter: Meter,
    /// A response has come on it.
    used: bool,
}

/// The other half of the connection, which does the work whenever it is polled.
struct Driver<T: Read + Write + Unpin>(Option<http1::Connection<T, OutgoingBody>>);

impl<T: Read + Write + Unpin + Send> Http1<T> {
    pub(crate) fn new(io: T, meter: Meter) -> Result<Box<Self>, Error> {
        let mut builder = Builder::new();
        builder
            .max_buf_size(MAX_HEADER_BYTES as usize)
            .max_headers(MAX_HEADER_LINES);
        // There is nothing to wait for.
        match pin!(builder.handshake(io)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok((sender, http))) => Ok(Box::new(Self {
                sender,
                driver: Driver(Some(http)),
                meter,
                used: false,
            })),
            Poll::Ready(Err(error)) => Err(Error::internal(error)),
            Poll::Pending => Err(Error::internal("a connection is not ready at once")),
        }
    }

    /// The last chat came to its end, and both sides mean to go on.
    pub(crate) fn is_reusable(&self) -> bool {
        self.driver.0.is_some() && self.sender.is_ready()
    }

    /// Sends a message and reads the response. `None` if the service has closed the connection since the last chat, and
    /// nothing was written to it.
    pub(crate) async fn exchange(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Received>, Error> {
        let head = request.over_http1(&attempt.commit);
        let was_used = std::mem::replace(&mut self.used, true);
        let sent = attempt.in_time(pin!(self.send(head))).await?;
        match sent {
            Ok(response) => {
                let received = Box::pin(receive(request, attempt, response));
                received.await.map(Some)
            }
            Err(mut failed) => match failed.take_message() {
                Some(_) if was_used => Ok(None),
                _ => {
                    let committed = !attempt.commit.withdraw();
                    Err(errors::of_request(&failed.into_error(), committed))
                }
            },
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
        self.meter.progress();
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
        if let Some(http) = &mut self.0
            && Pin::new(http).poll(cx).is_ready()
        {
            // Dropped at its end, it hands back what it has not sent. What went wrong, the request or the body tells.
            self.0 = None;
        }
    }
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
        if let Poll::Ready(Some(Ok(_))) = polled {
            self.meter.progress();
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
