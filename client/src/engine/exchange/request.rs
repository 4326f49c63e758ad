//! What an attempt sends, and for whom.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, USER_AGENT,
};
use http::{Method, Request as Head, Version};

use super::asked::{Asked, Content};
use super::commit::{Commit, OutgoingBody, Streamed};
use crate::engine::admission::pacing::Reservation;
use crate::engine::metrics::Metrics;
use crate::engine::streaming::Producer;
use crate::options::{Settings, Target};
use crate::secret::ApiKey;
use crate::wire::Endpoint;

/// Who is chatting, and how.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) key: ApiKey,
    pub(crate) settings: Settings,
}

/// What is sent.
#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    Message(Endpoint),
    Any(&'a Asked),
}

/// A form, made for one attempt.
pub(crate) struct Form {
    pub(crate) content_type: HeaderValue,
    pub(crate) body: Streamed,
}

/// One message, or another call, as each attempt sends it.
pub(crate) struct Request<'a> {
    pub(crate) account: &'a Arc<Account>,
    pub(crate) metrics: &'a Metrics,
    pub(crate) what: What<'a>,
    /// Empty where there is a form, and where nothing is sent.
    pub(crate) body: &'a Bytes,
    pub(crate) form: Option<&'a Form>,
    /// Of an account with a pace.
    pub(crate) reservation: Option<&'a Reservation>,
    /// Of a message whose answer comes in events.
    pub(crate) streaming: Option<&'a Streaming>,
}

/// Where an answer's events come from and where they go.
pub(crate) struct Streaming {
    pub(crate) target: Target,
    pub(crate) producer: Producer,
    /// What may pass from one event to the next.
    pub(crate) idle: Duration,
}

impl Request<'_> {
    pub(crate) fn over_http1(&self, commit: &Commit) -> Head<OutgoingBody> {
        let settings = &self.account.settings;
        let mut request = Head::new(self.body(commit));
        *request.method_mut() = self.method();
        *request.uri_mut() = match self.what {
            What::Message(endpoint) => self.target(endpoint).path.clone(),
            What::Any(asked) => asked.path.clone(),
        };
        let headers = request.headers_mut();
        *headers = HeaderMap::with_capacity(8);
        self.set_headers(headers);
        headers.insert(HOST, settings.host.clone());
        request
    }

    /// The head alone: HTTP/2 sends the body once the stream is open.
    pub(crate) fn over_http2(&self) -> Head<()> {
        let mut request = Head::new(());
        *request.method_mut() = self.method();
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = match self.what {
            What::Message(endpoint) => self.target(endpoint).uri.clone(),
            What::Any(asked) => asked.uri.clone(),
        };
        let headers = request.headers_mut();
        *headers = HeaderMap::with_capacity(8);
        self.set_headers(headers);
        match self.form {
            Some(form) => _ = headers.insert(CONTENT_LENGTH, form.body.length().into()),
            None if self.body.is_empty() => {}
            None => _ = headers.insert(CONTENT_LENGTH, self.body.len().into()),
        }
        request
    }

    pub(crate) fn body(&self, commit: &Commit) -> OutgoingBody {
        match self.form {
            Some(form) => OutgoingBody::streamed(form.body.clone(), commit.clone()),
            None => OutgoingBody::new(self.body.clone(), commit.clone()),
        }
    }

    fn method(&self) -> Method {
        match self.what {
            What::Message(_) => Method::POST,
            What::Any(asked) => asked.method.clone(),
        }
    }

    /// It has no body, by which a connection would tell that it writes it.
    pub(crate) fn is_bare(&self) -> bool {
        self.form.is_none() && self.body.is_empty()
    }

    /// Its body can be read from the beginning once more.
    pub(crate) fn is_replayable(&self) -> bool {
        self.form.is_none()
    }

    /// The largest response body that is read.
    pub(crate) fn limit(&self) -> usize {
        match self.what {
            What::Message(_) => self.account.settings.max_response_bytes,
            What::Any(asked) => asked.limit,
        }
    }

    /// Where a message goes.
    fn target(&self, endpoint: Endpoint) -> &Target {
        match self.streaming {
            Some(streaming) => &streaming.target,
            None => self.account.settings.target(endpoint),
        }
    }

    /// `Accept-Encoding` is sent because its absence allows any coding (RFC 9110, section 12.5.3).
    fn set_headers(&self, headers: &mut HeaderMap) {
        headers.insert(AUTHORIZATION, self.account.key.header());
        let accept = match self.streaming {
            Some(_) => "text/event-stream, */*",
            None => "*/*",
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let json = HeaderValue::from_static("application/json");
        match self.what {
            What::Message(_) => _ = headers.insert(CONTENT_TYPE, json),
            What::Any(asked) => match (&asked.content, self.form) {
                (Content::Json(_), _) => _ = headers.insert(CONTENT_TYPE, json),
                (_, Some(form)) => {
                    headers.insert(CONTENT_TYPE, form.content_type.clone());
                }
                // What they are for is in the body (RFC 9110, section 8.6).
                _ if matches!(asked.method, Method::POST | Method::PUT | Method::PATCH) => {
                    headers.insert(CONTENT_LENGTH, 0.into());
                }
                _ => {}
            },
        }
        headers.insert(USER_AGENT, self.account.settings.user_agent.clone());
    }
}

#[cfg(test)]
pub(crate) mod fixture;
