//! A connection that its caller drives himself, over either protocol.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::SendRequest;
use hyper_util::rt::TokioIo;

use super::executor::Executor;
use super::stream::LocalStream;
use crate::engine::connect::meter::Meter;
use crate::engine::connect::{Connected, Protocol};
use crate::engine::errors::transport as errors;
use crate::engine::exchange::{Attempt, Received, Request, receive};
use crate::engine::http1::{Arriving, Drive, Http1};
use crate::engine::http2::{RoundTrip, handshake};
use crate::engine::process::budget::Permit;
use crate::error::Error;

pub(super) struct LocalConnection {
    // Dropped in this order: the descriptor is closed before its permit is given back.
    http: Http,
    _permit: Permit,
}

enum Http {
    Http1(Box<Http1<LocalStream>>),
    Http2(Box<Http2>),
}

/// One chat at a time here too: who is not alone shares a connection of the runtime.
struct Http2 {
    requests: SendRequest<Bytes>,
    driver: Driver,
    meter: Meter,
    /// A response has come on it.
    used: bool,
}

struct Driver(Option<h2::client::Connection<TokioIo<LocalStream>, Bytes>>);

impl LocalConnection {
    /// Takes over what was connected on the process-wide runtime.
    pub(super) async fn new(connected: Connected, executor: &Arc<Executor>) -> Result<Self, Error> {
        let meter = connected.stream.meter().clone();
        let stream = LocalStream::new(connected.stream, executor.clone(), meter.clone())
            .map_err(|error| errors::of_request(&error, false))?;
        let http = match connected.protocol {
            Protocol::Http1 => Http::Http1(Http1::new(stream, meter)?),
            Protocol::Http2 => Http::Http2(Http2::new(stream, meter).await?),
        };
        Ok(Self {
            http,
            _permit: connected.permit,
        })
    }

    pub(super) fn is_reusable(&self) -> bool {
        match &self.http {
            Http::Http1(http1) => http1.is_reusable(),
            Http::Http2(http2) => http2.driver.0.is_some(),
        }
    }

    /// Sends a message and reads the response. `None` if the service has closed the connection since the last chat, and
    /// has not processed the message.
    pub(super) async fn exchange(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Received>, Error> {
        match &mut self.http {
            Http::Http1(http1) => http1.exchange(request, attempt).await,
            Http::Http2(http2) => http2.exchange(request, attempt).await,
        }
    }
}

impl Http2 {
    async fn new(stream: LocalStream, meter: Meter) -> Result<Box<Self>, Error> {
        let handshake = handshake(TokioIo::new(stream)).await;
        let (requests, http2) = handshake.map_err(|error| errors::of_request(&error, false))?;
        Ok(Box::new(Self {
            requests,
            driver: Driver(Some(http2)),
            meter,
            used: false,
        }))
    }

    async fn exchange(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Received>, Error> {
        let received = self.round_trip(request, attempt).await;
        let has_responded = match &received {
            Ok(received) => received.is_some(),
            Err(error) => error.http_status().is_some(),
        };
        if !has_responded {
            // It may be dead, and no ping would find out.
            self.driver.0 = None;
        }
        received
    }

    async fn round_trip(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Option<Received>, Error> {
        let was_used = std::mem::replace(&mut self.used, true);
        if was_used {
            // Reads what the service has said since the last chat.
            poll_fn(|cx| {
                self.driver.drive(cx);
                Poll::Ready(())
            })
            .await;
            if self.meter.is_flooded() {
                // A message that is sent on it would be lost in what comes.
                return Ok(None);
            }
        }
        let begun = RoundTrip::begin(
            self.requests.clone(),
            &self.meter,
            request.over_http2(),
            request.body(&attempt.commit),
        );
        let mut round_trip = match begun {
            Ok(round_trip) => {
                if request.is_bare() {
                    attempt.commit.commit();
                }
                Box::pin(round_trip)
            }
            Err(_) if was_used => return Ok(None),
            Err(error) => return Err(errors::of_request(&error, false)),
        };
        let driver = &mut self.driver;
        let response = poll_fn(|cx| {
            if let Poll::Ready(response) = round_trip.as_mut().poll(cx) {
                return Poll::Ready(response);
            }
            driver.drive(cx);
            round_trip.as_mut().poll(cx)
        });
        match attempt.in_time(pin!(response)).await? {
            Ok(response) => {
                let response = response.map(|body| Arriving { body, driver });
                let received = Box::pin(receive(request, attempt, response));
                received.await.map(Some)
            }
            Err(error) if was_used && errors::is_of_drain(&error) && request.is_replayable() => {
                attempt.start_over();
                Ok(None)
            }
            Err(error) => {
                let committed = !attempt.commit.withdraw();
                Err(errors::of_request(&error, committed))
            }
        }
    }
}

impl Drive for Driver {
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(http2) = &mut self.0
            && Pin::new(http2).poll(cx).is_ready()
        {
            // What went wrong, the stream tells.
            self.0 = None;
        }
    }
}

#[cfg(test)]
mod tests;
