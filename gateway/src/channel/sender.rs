//! Sends what a provider's API says.

use std::error::Error as _;
use std::time::Duration;

use robofy_conversation::inbox::Outcome;
use serde_json::Value;

use super::api::{Api, Part, Probe};
use super::call::{Body, Call};
use super::failure::{Failure, LOST, NOT_TAKEN};
use crate::config::ChannelConfig;
use crate::web;

/// A provider that does not answer has that long.
const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// More of an answer is not read.
const MOST: usize = 1 << 20;

/// Sends to one channel's users.
pub struct Sender {
    http: reqwest::Client,
    api: Box<dyn Api>,
}

impl Sender {
    /// For this channel.
    ///
    /// # Errors
    ///
    /// The client of HTTP cannot be made.
    pub fn new(channel: &ChannelConfig) -> Result<Self, reqwest::Error> {
        let http = web::client()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()?;
        Ok(Self {
            http,
            api: super::api(channel),
        })
    }

    /// Sends a part of an outcome: the provider's identifier of it.
    ///
    /// # Errors
    ///
    /// Why it was not sent.
    pub async fn send(&self, outcome: &Outcome, number: usize) -> Result<String, Failure> {
        let request = outcome.request(number);
        let quoted = request.as_deref().and_then(quoted);
        let call = self.api.text(&Part {
            to: outcome.to(),
            recipient: outcome.recipient(),
            text: outcome.parts().nth(number).unwrap_or_default(),
            quoted: quoted.as_deref(),
            request: request.as_deref(),
        })?;
        let (status, said) = self.call(call).await?;
        self.api.sent(status, &said)
    }

    /// Shows that the agent is at work, and where the provider can, that the message is read.
    ///
    /// # Errors
    ///
    /// Why it was not shown.
    pub async fn show_typing(&self, outcome: &Outcome) -> Result<(), Failure> {
        let request = outcome.request(0);
        let part = Part {
            to: outcome.to(),
            recipient: outcome.recipient(),
            text: "",
            quoted: None,
            request: request.as_deref(),
        };
        let Some(call) = self.api.typing(&part)? else {
            return Ok(());
        };
        match self.call(call).await? {
            (200..300, _) => Ok(()),
            (status, said) => Err(self
                .api
                .sent(status, &said)
                .err()
                .unwrap_or_else(|| Failure::new(i32::from(status), "typing is refused"))),
        }
    }

    /// Looks whether the provider lets this channel in. Nothing is sent to a user.
    pub async fn probe(&self) -> Probe {
        match self.call(self.api.probe()).await {
            Ok((status, said)) => self.api.judge(status, &said),
            Err(failure) => Probe::Fails(failure.to_string()),
        }
    }

    /// The status, and the body as JSON; null if it is none.
    async fn call(&self, call: Call) -> Result<(u16, Value), Failure> {
        let mut request = self.http.request(call.method, call.url).query(&call.query);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        request = match call.body {
            Body::Empty => request,
            Body::Json(body) => request.json(&body),
            Body::Text(body) => request
                .header("content-type", "application/json")
                .body(body),
            Body::Form(form) => request.form(&form),
        };
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status();
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() < MOST => body.extend_from_slice(chunk.as_ref()),
                // A message that is taken stays taken, if its identifier comes or not.
                Err(error) if !status.is_success() => return Err(lost(&error)),
                _ => break,
            }
        }
        let said = serde_json::from_slice(&body).unwrap_or_default();
        Ok((status.as_u16(), said))
    }
}

/// The message that the inbox wants quoted.
fn quoted(request: &str) -> Option<String> {
    let request: Value = serde_json::from_str(request).ok()?;
    request["context"]["message_id"].as_str().map(str::to_owned)
}

/// Without the URL, which may have a secret.
fn lost(error: &reqwest::Error) -> Failure {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {}", root(cause)));
    if error.is_builder() {
        let words =
            "the call cannot be made: a secret or the URL has a character that no header takes";
        return Failure::new(401, words);
    }
    if error.is_connect() {
        return Failure::new(NOT_TAKEN, format!("the provider is not reached{cause}"));
    }
    let words = match error.is_timeout() {
        true => format!(
            "the provider does not answer within {} s",
            TIMEOUT.as_secs()
        ),
        false => format!("the connection to the provider is lost{cause}"),
    };
    Failure::new(LOST, words)
}

/// What is at the bottom of it.
fn root(error: &dyn std::error::Error) -> &dyn std::error::Error {
    let mut root = error;
    while let Some(cause) = root.source() {
        root = cause;
    }
    root
}
