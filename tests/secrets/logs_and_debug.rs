//! A Rust host that prints all there is to print, and keeps every log of every crate: the key is in none of it.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use robofy_client::{Client, Message, Options};
use robofy_standin::{HttpVersions, Standin, Tls};
use tracing_subscriber::filter::LevelFilter;

const KEY: &str = "canary-key-5be1c0ffee";
const PASSWORD: &str = "canary-password-77d0";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Of all crates, whether they use `tracing` or `log`.
    fn of_everything() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn options_for(service: &Standin) -> Options {
    let mut options = Options::new();
    options
        .base_url(service.base_url())
        .timeout(Duration::from_secs(1))
        .max_retries(1);
    if service.base_url().starts_with("https") {
        options.ca_file(Some(service.ca_file()));
    }
    options
}

/// The `Debug` of everything that chats in both ways bring, on good and on bad paths.
fn chat(options: &Options) -> Vec<String> {
    let client = Client::new(KEY, options).unwrap();
    let mut printed = vec![format!("{options:?} {options:#?} {client:?} {client:#?}")];
    for query in [
        "Hello".to_owned(),
        "!status=503 fails=1".to_owned(),
        "!reset=before".to_owned(),
        "!garbage".to_owned(),
        "!delay-ms=20000".to_owned(),
        format!("!status=401 detail={KEY} code={KEY} message={KEY}"),
        format!("!status=502 body=text message={KEY}"),
    ] {
        let message = Message::new("31415", "DKDvwn", query);
        let sent = client.send(&message);
        client.submit(&message, 1).unwrap();
        let polled = client.poll(None);
        printed.push(format!("{sent:?} {sent:#?} {polled:?} {polled:#?}"));
        if let Err(error) = sent {
            printed.push(format!("{error}"));
        }
    }
    for directive in [
        String::new(),
        "reset=before".into(),
        format!("status=401 detail={KEY}"),
    ] {
        let request = || {
            client
                .request("POST", "/v1/projects")
                .query("standin", &directive)
        };
        let sent = request().json("{}").send();
        request().submit(1).unwrap();
        let polled = client.poll(None);
        printed.push(format!(
            "{:?} {sent:?} {sent:#?} {polled:?} {polled:#?}",
            request()
        ));
    }
    let settings = client.agent_settings("31415", "DKDvwn");
    let request = client.request("GET", "/v1/ai-agent/chatbot_ai_settings/31415/DKDvwn");
    printed.push(format!("{settings:?} {settings:#?} {:?}", request.send()));
    printed.push(format!("{:?} {}", client.stats(), client.stats().to_json()));
    printed
}

#[test]
fn the_key_is_in_no_log_and_in_no_debug_output() {
    let log = Log::of_everything();
    let tls = || Standin::builder().tls(Tls::Valid);
    let services = [
        Standin::builder().start(),
        tls().http(HttpVersions::Http1).start(),
        tls().start(),
        Standin::builder().tls(Tls::Untrusted).start(),
    ];
    let mut printed: Vec<String> = thread::scope(|scope| {
        let chats = services.iter().flat_map(|service| {
            let proxy = format!("http://user:{PASSWORD}@127.0.0.1:1");
            let mut through_a_dead_proxy = options_for(service);
            through_a_dead_proxy.proxy(Some(&proxy));
            [options_for(service), through_a_dead_proxy]
        });
        let chats = chats.map(|options| scope.spawn(move || chat(&options)));
        let chats: Vec<_> = chats.collect();
        chats
            .into_iter()
            .flat_map(|chat| chat.join().unwrap())
            .collect()
    });
    let refused = Client::new(&format!("{KEY}\n"), &Options::new());
    printed.push(format!("{refused:?}"));

    let logged = log.text();
    for source in ["h2::", "rustls"] {
        assert!(logged.contains(source), "nothing of {source} is logged");
    }
    let encoded = BASE64_STANDARD.encode(format!("user:{PASSWORD}"));
    for secret in [KEY, PASSWORD, &encoded, "sk-agent-secret"] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
        let shown = printed.iter().find(|shown| shown.contains(secret));
        assert_eq!(shown, None, "{secret}");
    }
}
