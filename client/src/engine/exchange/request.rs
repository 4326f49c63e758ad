//! What an attempt sends, and for whom.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, USER_AGENT,
};
use http::{Method, Request as Head, Uri, Version};

use super::commit::{Commit, OutgoingBody};
use crate::engine::admission::pacing::Reservation;
use crate::engine::metrics::Metrics;
use crate::engine::streaming::Producer;
use crate::options::Settings;
use crate::path::Target;
use crate::secret::ApiKey;

/// Who is chatting, and how.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) key: ApiKey,
    pub(crate) settings: Settings,
}

/// One message, as each attempt sends it.
pub(crate) struct Request<'a> {
    pub(crate) account: &'a Arc<Account>,
    pub(crate) metrics: &'a Metrics,
    pub(crate) body: &'a Bytes,
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
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri(&settings.target, |target| &target.relative);
        let headers = request.headers_mut();
        *headers = HeaderMap::with_capacity(8);
        self.set_headers(headers);
        headers.insert(HOST, settings.host.clone());
        request
    }

    /// The head alone: HTTP/2 sends the body once the stream is open.
    pub(crate) fn over_http2(&self) -> Head<()> {
        let mut request = Head::new(());
        *request.method_mut() = Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = self.uri(&self.account.settings.uri, |target| &target.absolute);
        let headers = request.headers_mut();
        *headers = HeaderMap::with_capacity(8);
        self.set_headers(headers);
        headers.insert(CONTENT_LENGTH, self.body.len().into());
        request
    }

    pub(crate) fn body(&self, commit: &Commit) -> OutgoingBody {
        OutgoingBody::new(self.body.clone(), commit.clone())
    }

    fn uri(&self, chat: &Uri, of: impl FnOnce(&Target) -> &Uri) -> Uri {
        let target = self.streaming.map(|streaming| &streaming.target);
        target.map_or(chat, of).clone()
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.account.settings.user_agent.clone());
    }
}

#[cfg(test)]
pub(crate) mod fixture;
