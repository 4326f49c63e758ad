//! The one chat that every peer sends, as plain reqwest's users would write it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Certificate;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

pub const PATH: &str = "/v1/ai-agent/whatsapp/chat";
pub const TIMEOUT: Duration = Duration::from_secs(300);

#[derive(Serialize)]
pub struct Request<'a> {
    query: &'a str,
    pid: &'a str,
    chatbot_id: &'a str,
    user_context: UserContext<'a>,
}

#[derive(Serialize)]
struct UserContext<'a> {
    session_id: &'a str,
    platform: &'a str,
}

impl<'a> Request<'a> {
    pub fn of_session(session_id: &'a str) -> Self {
        Request {
            query: "Hello, can I book a table for four on Friday at eight?",
            pid: "3141592653",
            chatbot_id: "DKDvwnBenchAgent",
            user_context: UserContext {
                session_id,
                platform: "whatsapp",
            },
        }
    }
}

pub fn session_id(number: usize) -> String {
    format!("9187270{number:05}")
}

#[derive(Deserialize)]
pub struct Reply {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    answer: String,
}

impl Reply {
    pub fn answer(self) -> Result<String> {
        ensure!(!self.data.answer.is_empty(), "an empty answer");
        Ok(self.data.answer)
    }
}

pub fn headers() -> HeaderMap {
    let bearer = HeaderValue::from_static("Bearer bench-0123456789abcdef0123456789abcdef");
    HeaderMap::from_iter([(AUTHORIZATION, bearer)])
}

pub fn trusted(ca_file: &Path) -> Result<Certificate> {
    let pem =
        std::fs::read(ca_file).with_context(|| format!("cannot read {}", ca_file.display()))?;
    Ok(Certificate::from_pem(&pem)?)
}

/// reqwest is built without a TLS provider, so that it runs on the same one as the library.
pub fn install_tls_provider() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
}
