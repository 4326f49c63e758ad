//! The connection of a blocked caller: HTTP/1.1 by hyper, driven by whoever waits for it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};

use super::attempt::{Received, Way, receive, set_headers};
use super::body::OutgoingBody;
use super::chat::Chat;
use super::clock::Clock;
use super::dial::Dialer;
use super::link::Link;
use super::park::Park;
use crate::engine::legacy as failure;
use crate::error::Error;

/// The way to the service from one caller's thread: a connection, kept from call to call, and made anew once it is gone.
pub(crate) struct Line {
    dialer: Arc<Dialer>,
    park: Arc<Park>,
    /// Nothing is under way on it.
    connection: Option<Box<Connection>>,
}

impl Line {
    pub(crate) fn new(dialer: Arc<Dialer>, park: Arc<Park>) -> Self {
        Self {
            dialer,
            park,
            connection: None,
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    fn dial(&self, due: Instant) -> Result<Option<Box<Connection>>, Error> {
        let link = self.dialer.dial(&self.park, due)?;
        link.map(Connection::new).transpose()
    }
}

impl Way for Line {
    async fn exchange(&mut self, chat: &Chat, clock: &mut Clock<'_>) -> Result<Received, Error> {
        let mut request = request(chat, clock);
        loop {
            let kept = self.connection.take();
            let is_kept = kept.is_some();
            let connection = match kept {
                Some(connection) => Some(connection),
                None => self.dial(clock.departure_due)?,
            };
            let Some(mut connection) = connection else {
                return Err(clock.ran_out());
            };
            let sent = clock.in_time(pin!(connection.send(request))).await?;
            match sent {
                Ok(response) => {
                    let result = receive(chat, clock, response).await;
                    self.connection = connection.is_ready().then_some(connection);
                    return result;
                }
                Err(mut failed) => match failed.take_message() {
                    // The service has closed the connection since the last chat, and nothing was written to it.
                    Some(unsent) if is_kept => request = unsent,
                    _ => {
                        let has_left = !clock.departure.keep();
                        return Err(failure::of_request(&failed.into_error(), has_left));
                    }
                },
            }
        }
    }
}

fn request(chat: &Chat, clock: &Clock) -> Request<OutgoingBody> {
    let settings = &chat.traffic.account.settings;
    let body = OutgoingBody::new(chat, clock.departure.clone());
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = settings.target.clone();
    let headers = request.headers_mut();
    *headers = HeaderMap::with_capacity(8);
    set_headers(headers, chat);
    headers.insert(HOST, settings.host.clone());
    request
}

struct Connection {
    sender: SendRequest<OutgoingBody>,
    driver: Driver,
}

/// The other half of the connection, which does the work whenever it is polled.
struct Driver(Option<http1::Connection<Link, OutgoingBody>>);

impl Connection {
    fn new(link: Link) -> Result<Box<Self>, Error> {
        let handshake = pin!(http1::handshake(link));
        // Over HTTP/1.1 there is nothing to wait for.
        match handshake.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok((sender, http))) => Ok(Box::new(Self {
                sender,
                driver: Driver(Some(http)),
            })),
            Poll::Ready(Err(error)) => Err(Error::internal(error)),
            Poll::Pending => Err(Error::internal("a connection is not ready at once")),
        }
    }

    /// Sends a request, and hands it back if nothing of it was written.
    async fn send(
        &mut self,
        request: Request<OutgoingBody>,
    ) -> Result<Response<Arriving<'_>>, TrySendError<Request<OutgoingBody>>> {
        let mut response = pin!(self.sender.try_send_request(request));
        let driver = &mut self.driver;
        let response = poll_fn(|cx| {
            driver.drive(cx);
            response.as_mut().poll(cx)
        })
        .await?;
        Ok(response.map(|body| Arriving { body, driver }))
    }

    /// The last exchange came to its end, and both sides mean to go on.
    fn is_ready(&self) -> bool {
        self.driver.0.is_some() && self.sender.is_ready()
    }
}

impl Driver {
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(http) = &mut self.0
            && Pin::new(http).poll(cx).is_ready()
        {
            // Dropped at its end, it hands back what it has not sent; what went wrong, the request or the body tells.
            self.0 = None;
        }
    }
}

/// A response body that drives its connection.
struct Arriving<'a> {
    body: Incoming,
    driver: &'a mut Driver,
}

impl Body for Arriving<'_> {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_ready() {
            return polled;
        }
        self.driver.drive(cx);
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
