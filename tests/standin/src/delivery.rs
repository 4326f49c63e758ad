//! Delivers a reply over time, wholly or broken off, as its directive would have it.

use std::ops::Div;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use h2::Reason;
use tokio::time::sleep;

use crate::connection::{Connection, Ending};
use crate::directive::{Breakage, Cut, Directive, Moment};
use crate::payload::Payload;
use crate::reply::Reply;
use crate::stats::InFlight;

const GARBAGE: &[u8] = b"\x00\x01\x02 these bytes are no HTTP \xfe\xff\r\n\r\n";

/// Lets what was written reach the client before the connection ends: a reset overtakes what the client has not read.
pub(crate) const HEAD_START: Duration = Duration::from_millis(50);

/// In a response's extensions: reset the stream instead of answering. Over HTTP/1.1 the connection is closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamReset(pub Reason);

pub(crate) struct Delivery<'a> {
    pub directive: &'a Directive,
    pub connection: Connection,
    pub version: Version,
    /// Kept until the last byte is on its way.
    pub in_flight: Arc<InFlight>,
}

/// What becomes of the exchange when enough of the body has been sent.
pub(crate) enum Finish {
    Complete,
    End(Ending),
    ResetStream,
}

impl Delivery<'_> {
    /// Breaks off before there is an answer, where that is directed.
    pub async fn before_answer(&self) -> Option<Response> {
        match self.directive.breakage? {
            Breakage::Garbage => {
                self.connection
                    .end(Ending::Close {
                        last_words: Bytes::from_static(GARBAGE),
                    })
                    .await
            }
            Breakage::Cut(Cut::Reset, Moment::Before) => self.connection.end(Ending::Reset).await,
            Breakage::Cut(Cut::Close, Moment::Before) => self.connection.end(Ending::close()).await,
            Breakage::Cut(Cut::ResetStream, Moment::Before) => {
                Some(stream_reset(Reason::INTERNAL_ERROR))
            }
            Breakage::RefuseStream => Some(stream_reset(Reason::REFUSED_STREAM)),
            Breakage::Cut(..) | Breakage::Truncate => None,
        }
    }

    pub async fn deliver(self, mut reply: Reply) -> Response {
        if self.directive.go_away {
            self.connection.go_away().await;
        }
        let length = reply.payload.len();
        let mut announced = length;
        if !self.directive.chunked && reply.status != StatusCode::NO_CONTENT {
            announced = length.saturating_add_signed(self.directive.content_length_error);
            reply
                .headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
        }
        if announced < length && self.is_http1() {
            // The library would hold the surplus back.
            let last_words = written_by_hand(reply);
            self.connection.end(Ending::Close { last_words }).await;
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        *response.body_mut() = self.body(reply.payload, announced);
        response
    }

    fn body(self, payload: Payload, announced: u64) -> Body {
        let length = payload.len();
        let portion = self.portion(length);
        let finish = match self.directive.breakage {
            None if announced > length => self.ends_short(),
            _ => self.finish(),
        };
        let chunk_size = if self.directive.drip.is_some() {
            1
        } else {
            u64::MAX
        };
        let drip = self.directive.drip.unwrap_or_default();
        let body_delay = self.directive.body_delay;
        Body::from_stream(stream! {
            let _in_flight = self.in_flight;
            pause(body_delay).await;
            for (index, chunk) in payload.into_chunks(portion, chunk_size).enumerate() {
                if index > 0 {
                    pause(drip).await;
                }
                yield Ok(chunk);
            }
            if let Some(failure) = finish.carry_out(&self.connection, HEAD_START).await {
                yield Err(failure);
            }
        })
    }

    /// How much of so much is sent.
    pub fn portion<N: Div<Output = N> + From<u8>>(&self, whole: N) -> N {
        match self.directive.breakage {
            Some(Breakage::Truncate | Breakage::Cut(_, Moment::Midway)) => whole / N::from(2),
            Some(Breakage::Cut(..)) => N::from(0),
            _ => whole,
        }
    }

    /// What comes behind that.
    pub fn finish(&self) -> Finish {
        match self.directive.breakage {
            Some(Breakage::Truncate) => self.ends_short(),
            Some(Breakage::Cut(cut, _)) => cut.into(),
            _ => Finish::Complete,
        }
    }

    /// Over HTTP/2 the stream ends too early and the connection lives on; over HTTP/1.1 only its end can say so.
    fn ends_short(&self) -> Finish {
        if self.is_http1() {
            Finish::End(Ending::close())
        } else {
            Finish::Complete
        }
    }

    fn is_http1(&self) -> bool {
        self.version < Version::HTTP_2
    }
}

impl Finish {
    /// What is to be yielded in the body's place, if anything is.
    pub async fn carry_out(self, connection: &Connection, after: Duration) -> Option<h2::Error> {
        match self {
            Self::Complete => None,
            Self::End(ending) => {
                pause(after).await;
                connection.end(ending).await
            }
            Self::ResetStream => {
                pause(after).await;
                Some(Reason::INTERNAL_ERROR.into())
            }
        }
    }
}

impl From<Cut> for Finish {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Reset => Self::End(Ending::Reset),
            Cut::Close => Self::End(Ending::close()),
            Cut::ResetStream => Self::ResetStream,
        }
    }
}

pub(crate) async fn pause(length: Duration) {
    if !length.is_zero() {
        sleep(length).await;
    }
}

fn stream_reset(reason: Reason) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(StreamReset(reason));
    response
}

fn written_by_hand(reply: Reply) -> Bytes {
    let mut bytes = format!("HTTP/1.1 {}\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    let length = reply.payload.len();
    for chunk in reply.payload.into_chunks(length, u64::MAX) {
        bytes.extend_from_slice(&chunk);
    }
    bytes.into()
}
