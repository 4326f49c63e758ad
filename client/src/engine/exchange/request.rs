//! What an attempt sends, and for whom.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, USER_AGENT,
};
use http::{Method, Request as Head, Version};

use super::commit::{Commit, OutgoingBody};
use crate::engine::admission::pacing::Reservation;
use crate::engine::metrics::Metrics;
use crate::options::Settings;
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
}

impl Request<'_> {
    pub(crate) fn over_http1(&self, commit: &Commit) -> Head<OutgoingBody> {
        let settings = &self.account.settings;
        let mut request = Head::new(self.body(commit));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = settings.target.clone();
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
        *request.uri_mut() = self.account.settings.uri.clone();
        let headers = request.headers_mut();
        *headers = HeaderMap::with_capacity(8);
        self.set_headers(headers);
        headers.insert(CONTENT_LENGTH, self.body.len().into());
        request
    }

    pub(crate) fn body(&self, commit: &Commit) -> OutgoingBody {
        OutgoingBody::new(self.body.clone(), commit.clone())
    }

    /// `Accept-Encoding` is sent because its absence allows any coding (RFC 9110, section 12.5.3).
    fn set_headers(&self, headers: &mut HeaderMap) {
        headers.insert(AUTHORIZATION, self.account.key.header());
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.account.settings.user_agent.clone());
    }
}

#[cfg(test)]
pub(crate) mod fixture;
