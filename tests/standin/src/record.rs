//! Keeps what was received, so that a test can assert the exact request.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A load test must not fill the memory.
const CAPACITY: usize = 10_000;

/// A request as it was received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// Such as `POST`.
    pub method: String,
    /// With its query string, if it had one.
    pub path: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// Names in lower case, in the order of their first arrival.
    pub headers: Vec<(String, String)>,
    /// Parsed where it is JSON, else a string; null where it broke off before its end.
    pub body: Value,
    /// The TCP connection it came on, counted from 1.
    pub connection: u64,
    /// When it began to arrive, in milliseconds since the stand-in started.
    pub received_ms: u64,
}

impl RecordedRequest {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Records {
    began: Instant,
    requests: Mutex<VecDeque<RecordedRequest>>,
}

impl Records {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            requests: Mutex::default(),
        }
    }

    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// `body` is `None` where it broke off.
    pub fn add(&self, parts: &Parts, body: Option<&[u8]>, connection: u64, received_ms: u64) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let request = RecordedRequest {
            method: parts.method.to_string(),
            path: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            version: format!("{:?}", parts.version),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: body.map_or(Value::Null, |body| {
                serde_json::from_slice(body).unwrap_or_else(|_| Value::String(text(body)))
            }),
            connection,
            received_ms,
        };
        let mut requests = self.lock();
        if requests.len() == CAPACITY {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub fn all(&self) -> Vec<RecordedRequest> {
        self.lock().iter().cloned().collect()
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
