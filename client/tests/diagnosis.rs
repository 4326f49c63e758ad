//! The way to a service, step by step.
#![cfg(feature = "diagnosis")]
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::net::TcpListener;
use std::time::Duration;

use robofy_client::diagnosis::{Cause, Diagnosis, Done, Failed, Found, Step};
use robofy_client::{Options, Status};
use robofy_standin::{Standin, Tls};
use support::options_for;

fn walk(options: &Options) -> (Vec<Done>, Result<(), Failed>) {
    let mut steps = Vec::new();
    let outcome = Diagnosis::new(options)
        .unwrap()
        .run(|done| steps.push(done));
    (steps, outcome)
}

#[test]
fn each_step_is_told_and_no_request_follows() {
    let service = Standin::builder().tls(Tls::Valid).start();
    let (steps, outcome) = walk(&options_for(&service));
    assert!(outcome.is_ok());
    let [dns, tcp, tls] = &steps[..] else {
        panic!("{steps:?}")
    };
    assert!(matches!(&dns.found, Found::Addresses(known) if !known.is_empty()));
    let Found::Connection(address) = tcp.found else {
        panic!("{tcp:?}")
    };
    assert!(address.ip().is_loopback());
    assert!(matches!(
        tls.found,
        Found::Session {
            version: "TLS 1.3",
            protocol: Some("HTTP/2"),
            ..
        }
    ));
    assert_eq!(
        steps.iter().map(|done| done.step).collect::<Vec<_>>(),
        Diagnosis::new(&options_for(&service)).unwrap().steps()
    );
    assert!(service.requests().is_empty());
}

#[test]
fn the_step_that_fails_has_the_words_of_a_chat() {
    let service = Standin::builder().tls(Tls::Valid).start();
    let mut options = Options::new();
    options.base_url(service.base_url()).max_retries(0);
    let (steps, outcome) = walk(&options);
    let failed = outcome.unwrap_err();
    assert_eq!(steps.len(), 2);
    assert_eq!((failed.step, failed.cause), (Step::Tls, Cause::Untrusted));
    let client = robofy_client::Client::new(support::KEY, &options).unwrap();
    let error = client
        .whatsapp_chat(support::PID, support::CHATBOT_ID, None, "Hello")
        .unwrap_err();
    assert_eq!(failed.error.status(), Status::Tls);
    assert_eq!(failed.error.message(), error.message());
}

#[test]
fn a_proxy_is_named_without_its_password() {
    // Nobody accepts from it, so the proxy is silent.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = silent.local_addr().unwrap();
    let mut options = Options::new();
    options
        .base_url("https://agents.example")
        .proxy(Some(&format!("socks5h://user:p@ss@{place}")))
        .connect_timeout(Duration::from_millis(100));
    let diagnosis = Diagnosis::new(&options).unwrap();
    let proxy = diagnosis.proxy().unwrap();
    assert_eq!(
        (&proxy.url, proxy.variable),
        (&format!("socks5h://{place}"), None)
    );
    assert_eq!(diagnosis.service(), "agents.example:443");
    let failed = diagnosis.run(|done| panic!("{done:?}")).unwrap_err();
    assert_eq!((failed.step, failed.cause), (Step::Proxy, Cause::Late));
    assert!(!format!("{proxy:?} {failed:?}").contains("ss@"));
}

#[test]
fn what_is_opened_is_gone_at_the_end() {
    let service = Standin::builder().tls(Tls::Valid).start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Within a task of another runtime too.
    let (_, outcome) = runtime.block_on(async { walk(&options_for(&service)) });
    assert!(outcome.is_ok());
    support::eventually("its thread ends", || support::threads_of_the_library() == 0);
}
