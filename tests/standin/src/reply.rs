//! Composes what a chat is answered with: status, headers and body, as its directive would have them.

use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::contract::{ChatRequest, Refusal};
use crate::conversation::Conversations;
use crate::directive::{Answer, BodyForm, Directive, RetryAfter};
use crate::payload::Payload;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub payload: Payload,
}

/// What an answer is made of.
pub(crate) struct Composer<'a> {
    pub directive: &'a Directive,
    pub conversations: &'a Conversations,
    pub chat: &'a ChatRequest,
    pub received: &'a Bytes,
}

impl Composer<'_> {
    pub fn compose(&self) -> Reply {
        let status = self.status();
        let (content_type, body) = self.body(status);
        let mut payload = Payload::default();
        if self.directive.byte_order_mark {
            payload.append(Payload::bytes(BYTE_ORDER_MARK));
        }
        payload.append(body);
        let mut headers = self.headers();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        Reply {
            status,
            headers,
            payload,
        }
    }

    fn status(&self) -> StatusCode {
        let usual = if self.directive.redirect.is_some() {
            StatusCode::FOUND
        } else {
            StatusCode::OK
        };
        self.directive.status.unwrap_or(usual)
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for number in 1..=self.directive.extra_headers {
            if let Ok(name) = format!("x-standin-{number}").parse::<HeaderName>() {
                headers.insert(name, HeaderValue::from(number));
            }
        }
        if let Some(location) = &self.directive.redirect {
            headers.insert(header::LOCATION, location.clone());
        }
        if let Some(retry_after) = self
            .directive
            .retry_after
            .as_ref()
            .and_then(RetryAfter::header)
        {
            headers.insert(header::RETRY_AFTER, retry_after);
        }
        headers
    }

    fn body(&self, status: StatusCode) -> (Option<HeaderValue>, Payload) {
        let may_have_body = status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
        let html = || format!("<html><body><h1>{status}</h1><hr>proxy</body></html>\n");
        match &self.directive.body {
            _ if !may_have_body => (None, Payload::default()),
            None if status.is_success() => (Some(JSON), self.success()),
            None if status.is_redirection() => (None, Payload::default()),
            None | Some(BodyForm::Envelope) => (Some(JSON), self.envelope(status)),
            Some(BodyForm::Empty) => (None, Payload::default()),
            Some(BodyForm::Html) => (
                Some(HeaderValue::from_static("text/html")),
                Payload::bytes(html().as_bytes()),
            ),
            Some(BodyForm::Text) => (
                Some(HeaderValue::from_static("text/plain")),
                Payload::bytes(b"upstream is not well\n"),
            ),
            Some(BodyForm::JsonArray) => (Some(JSON), Payload::bytes(b"[1,\"two\",null]")),
            Some(BodyForm::Raw(raw)) => (Some(JSON), Payload::bytes(raw.as_bytes())),
        }
    }

    fn success(&self) -> Payload {
        let session_id = self.conversations.session(self.chat);
        let mut data = Vec::new();
        if self.directive.duplicate_keys {
            data.push((
                "answer",
                Payload::json_string("This is the first of two answers."),
            ));
        }
        if let Some(answer) = self.answer(&session_id) {
            data.push(("answer", answer));
        }
        if !self.directive.no_session {
            data.push(("session_id", Payload::json_string(&session_id)));
        }
        self.add_extra_key(&mut data);
        self.whole("Success", "data", data)
    }

    fn answer(&self, session_id: &str) -> Option<Payload> {
        // Whatever is answered, the agent has heard the message.
        let answer = self.conversations.answer(self.chat, session_id);
        match &self.directive.answer {
            Answer::Conversation => Some(Payload::json_string(&answer)),
            Answer::Missing => None,
            Answer::Json(json) => Some(Payload::bytes(json)),
            Answer::Long(letters) => Some(Payload::json_long_string(*letters)),
            Answer::Echo => Some(Payload::json_string(&String::from_utf8_lossy(
                self.received,
            ))),
        }
    }

    fn envelope(&self, status: StatusCode) -> Payload {
        let usual = Refusal::of(status);
        let code = self.directive.code.as_ref().unwrap_or(&usual.code);
        let detail = self.directive.detail.as_ref().unwrap_or(&usual.detail);
        let mut error = vec![
            ("code", Payload::json_string(code)),
            ("detail", Payload::json_string(detail)),
        ];
        self.add_extra_key(&mut error);
        self.whole(&usual.message, "error", error)
    }

    fn whole(&self, message: &str, key: &str, inner: Vec<(&str, Payload)>) -> Payload {
        let message = self.directive.message.as_deref().unwrap_or(message);
        let mut fields = vec![
            ("message", Payload::json_string(message)),
            (key, Payload::json_object(inner)),
        ];
        self.add_extra_key(&mut fields);
        if self.directive.nesting > 0 {
            fields.push(("nested", Payload::json_nested(self.directive.nesting)));
        }
        Payload::json_object(fields)
    }

    fn add_extra_key(&self, fields: &mut Vec<(&str, Payload)>) {
        if self.directive.extra_keys {
            fields.push((
                "unheard_of",
                Payload::bytes(b"{\"list\":[1,2.5,null,true],\"text\":\"\"}"),
            ));
        }
    }
}

impl RetryAfter {
    fn header(&self) -> Option<HeaderValue> {
        match self {
            Self::AsWritten(value) => Some(value.clone()),
            Self::Date(seconds) => {
                let distance = Duration::from_secs(seconds.unsigned_abs());
                let now = SystemTime::now();
                let date = if *seconds < 0 {
                    now.checked_sub(distance)
                } else {
                    now.checked_add(distance)
                };
                date.and_then(|date| httpdate::fmt_http_date(date).parse().ok())
            }
        }
    }
}
