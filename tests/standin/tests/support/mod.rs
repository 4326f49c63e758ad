//! A visitor who chats with the stand-in, through an HTTP client or over a bare socket.

// Every test binary compiles this module and uses its own part of it.
#![allow(dead_code)]

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::redirect::Policy;
use reqwest::{Certificate, retry};
use robofy_standin::Standin;
use serde_json::{Value, json};

pub const CHAT_PATH: &str = "/v1/ai-agent/whatsapp/chat";
/// Far beyond what a slow machine needs, so that only a hang reaches it.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn message(session_id: &str, query: &str) -> Value {
    json!({
        "query": query,
        "pid": "3",
        "chatbot_id": "bot",
        "user_context": { "session_id": session_id, "platform": "whatsapp" },
    })
}

/// Patient, trusting no certificate, sending each request once.
pub fn client_builder() -> ClientBuilder {
    // A second test in this process finds it installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .retry(retry::never())
        .redirect(Policy::none())
        .tls_certs_only([])
}

pub struct Visitor {
    pub client: Client,
    url: String,
}

impl Visitor {
    pub fn http1(standin: &Standin) -> Self {
        Self::with(standin, ClientBuilder::http1_only)
    }

    pub fn http2(standin: &Standin) -> Self {
        Self::with(standin, ClientBuilder::http2_prior_knowledge)
    }

    /// Trusts nothing but these certificates.
    pub fn trusting(standin: &Standin, certificates: Vec<Certificate>) -> Self {
        Self::with(standin, |client| client.tls_certs_only(certificates))
    }

    fn with(standin: &Standin, configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        Self {
            client: configure(client_builder()).build().expect("an HTTP client"),
            url: standin.base_url().to_owned(),
        }
    }

    pub fn post(&self, body: &Value) -> reqwest::Result<Response> {
        let request = self.client.post(format!("{}{CHAT_PATH}", self.url));
        request.bearer_auth("key").json(body).send()
    }

    pub fn send(&self, query: &str) -> reqwest::Result<Response> {
        self.post(&message("session", query))
    }

    /// The body of the answer to this message, whatever its status.
    pub fn json(&self, query: &str) -> Value {
        let response = self.send(query).expect("a response");
        response.json().expect("a JSON body")
    }

    pub fn text(&self, query: &str) -> String {
        self.send(query)
            .expect("a response")
            .text()
            .expect("a whole body")
    }

    /// Why the answer to this message never arrives wholly.
    pub fn failure(&self, query: &str) -> reqwest::Error {
        match self.send(query).and_then(Response::bytes) {
            Ok(body) => panic!("{query} was answered: {body:?}"),
            Err(error) => error,
        }
    }
}

/// What is at the bottom of an HTTP/2 failure.
pub fn h2_reason(error: &reqwest::Error) -> Option<h2::Reason> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(h2) = error.downcast_ref::<h2::Error>() {
            return h2.reason();
        }
        source = error.source();
    }
    None
}

/// What came back over a bare HTTP/1.1 socket, and how the connection ended.
pub struct Exchange {
    pub bytes: Vec<u8>,
    pub end: io::Result<usize>,
}

impl Exchange {
    pub fn body(&self) -> &[u8] {
        let head = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
        &self.bytes[head.expect("a response head") + 4..]
    }

    pub fn was_reset(&self) -> bool {
        matches!(&self.end, Err(error) if error.kind() == io::ErrorKind::ConnectionReset)
    }

    pub fn was_closed(&self) -> bool {
        self.end.is_ok()
    }
}

/// Sends the message and reads until the connection ends.
pub fn over_socket(standin: &Standin, query: &str) -> Exchange {
    let address = standin
        .base_url()
        .strip_prefix("http://")
        .expect("plain HTTP");
    let body = message("session", query).to_string();
    let request = format!(
        "POST {CHAT_PATH} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer key\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = TcpStream::connect(address).expect("a connection");
    socket
        .set_read_timeout(Some(PATIENCE))
        .expect("a read timeout");
    socket
        .write_all(request.as_bytes())
        .expect("the request is written");
    let mut bytes = Vec::new();
    let end = socket.read_to_end(&mut bytes);
    Exchange { bytes, end }
}

pub fn timed<T>(action: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = action();
    (result, began.elapsed())
}

/// Waits for what happens soon, on another thread.
pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
