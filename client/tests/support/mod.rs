//! The stand-in as a service over each protocol, and clients of it.
#![allow(dead_code, reason = "each test program uses some of it")]

pub mod front;
pub mod streams;

use std::time::{Duration, Instant};
use std::{fs, thread};

use robofy_client::{AsyncClient, Client, Options};
use robofy_standin::{Builder, HttpVersions, Standin, Tls};

pub const PID: &str = "31415";
pub const CHATBOT_ID: &str = "DKDvwn";
/// The service's reference does not name it.
pub const STREAM: &str = "/v1/ai-agent/a-stream";
pub const KEY: &str = "a-test-key";

/// Plain HTTP/1.1, HTTP/1.1 over TLS, HTTP/2 over TLS.
pub fn services() -> [Standin; 3] {
    let tls = || builder().tls(Tls::Valid);
    [
        builder().start(),
        tls().http(HttpVersions::Http1).start(),
        tls().start(),
    ]
}

/// With a path where messages are answered in events.
pub fn builder() -> Builder {
    Standin::builder().stream_path(STREAM)
}

pub fn options_for(service: &Standin) -> Options {
    let mut options = Options::new();
    options.base_url(service.base_url());
    if service.base_url().starts_with("https") {
        options.ca_file(Some(service.ca_file()));
    }
    options
}

pub fn client_of(service: &Standin) -> Client {
    Client::new(KEY, &options_for(service)).unwrap()
}

pub fn async_client_of(service: &Standin) -> AsyncClient {
    AsyncClient::new(KEY, &options_for(service)).unwrap()
}

/// Less than the timeout of a chat that nobody gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits, on this thread, for what takes the other side a moment.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// By their name, which each of them has.
pub fn threads_of_the_library() -> usize {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names =
        threads.filter_map(|thread| fs::read_to_string(thread.unwrap().path().join("comm")).ok());
    names.filter(|name| name.trim() == "robofy").count()
}
