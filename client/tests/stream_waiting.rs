//! A stream that is waited for otherwise than by a thread: by an event loop, and on executors.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::time::Duration;

use futures::StreamExt;
use futures::executor::block_on_stream;
use robofy_client::{AsyncClient, Client, EventStream, Message, Status};
use support::{CHATBOT_ID, PID, STREAM, async_client_of, client_of, services};

const SILENCE: &str = "!answer=x endless=silence";

fn message(query: &str) -> Message {
    Message::new(PID, CHATBOT_ID, query)
}

fn open(client: &Client, query: &str) -> EventStream {
    client.stream(STREAM, &message(query)).unwrap()
}

fn is_readable(descriptor: i32, timeout_ms: i32) -> bool {
    let mut watched = libc::pollfd {
        fd: descriptor,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one entry, which is alive.
    unsafe { libc::poll(&raw mut watched, 1, timeout_ms) == 1 }
}

#[test]
fn its_descriptor_is_readable_while_something_waits() {
    const PATIENCE_MS: i32 = 30_000;
    for service in services() {
        let client = client_of(&service);
        for query in [
            "!answer=x event-delay-ms=20",
            "Hi",
            "!status=401",
            "!no-done comments",
        ] {
            let stream = open(&client, query);
            let descriptor = stream.poll_fd().unwrap();
            while !stream.is_done() {
                assert!(is_readable(descriptor, PATIENCE_MS), "{query}");
                assert!(!matches!(stream.wait(Some(Duration::ZERO)), Ok(None)) || stream.is_done());
            }
            assert!(!is_readable(descriptor, 0));
            assert_eq!(stream.poll_fd().unwrap(), descriptor);
        }
        let stream = open(&client, SILENCE);
        for _ in 0..4 {
            stream.wait(None).unwrap().unwrap();
        }
        let descriptor = stream.poll_fd().unwrap();
        assert!(!is_readable(descriptor, 50));
        assert!(stream.cancel() && is_readable(descriptor, 0));
    }
}

async fn text(client: &AsyncClient, query: &str) -> String {
    let mut stream = client.stream(STREAM, &message(query)).unwrap();
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    assert!(stream.next().await.is_none());
    stream.text()
}

#[test]
fn it_is_awaited_on_any_executor() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for service in services() {
        let client = async_client_of(&service);
        let query = "!deltas=200 drip-ms=0";
        let expected: String = (0..200).map(|number| format!("{number} ")).collect();
        assert_eq!(runtime.block_on(text(&client, query)), expected);
        assert_eq!(smol::block_on(text(&client, query)), expected);
        assert_eq!(pollster::block_on(text(&client, query)), expected);
        let many = (0..50).map(|_| text(&client, "!answer=x event-delay-ms=5"));
        let texts = pollster::block_on(futures::future::join_all(many));
        assert_eq!(texts.concat(), "x".repeat(50));
        let stream = client.stream(STREAM, &message("!stream-error=No")).unwrap();
        let events: Vec<_> = block_on_stream(stream).collect();
        assert_eq!(
            events.last().unwrap().as_ref().unwrap_err().status(),
            Status::Server
        );
    }
}

#[test]
fn a_wait_that_is_given_up_loses_no_event() {
    for service in services() {
        let client = async_client_of(&service);
        let mut stream = client
            .stream(STREAM, &message("!answer=x event-delay-ms=20"))
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let mut names = Vec::new();
        runtime.block_on(async {
            loop {
                match tokio::time::timeout(Duration::from_millis(7), StreamExt::next(&mut stream))
                    .await
                {
                    Err(_) => {}
                    Ok(None) => break,
                    Ok(Some(event)) => names.push(event.unwrap().name().unwrap().to_owned()),
                }
            }
        });
        assert_eq!(names.len(), 9, "{names:?}");
    }
}
