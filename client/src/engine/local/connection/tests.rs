use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use h2::server::{self, SendResponse};
use http::{Response, StatusCode};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::*;
use crate::Status;
use crate::engine::connect::Connector;
use crate::engine::connect::trust::Trusts;
use crate::engine::exchange::fixture::{ANSWER, Fixture};
use crate::engine::process::budget::Budget;

const MINUTE: Duration = Duration::from_secs(60);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A service of one connection, which answers as `respond` does.
fn serve(respond: impl Fn(SendResponse<Bytes>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        runtime().block_on(async {
            let stream = TcpStream::from_std(stream).unwrap();
            let mut service = server::handshake(stream).await.unwrap();
            while let Some(Ok((_, response))) = service.accept().await {
                respond(response);
            }
        });
    });
    format!("http://{address}")
}

/// What came of a message on the connection.
async fn send(
    connection: &mut LocalConnection,
    executor: &Executor,
    within: Duration,
) -> Result<Option<Received>, Error> {
    let fixture = Fixture::new(b"{}".to_vec());
    let request = fixture.request();
    let mut timer = executor;
    let mut attempt = Attempt::start(&request, Instant::now() + within, &mut timer);
    connection.exchange(&request, &mut attempt).await
}

/// Runs a test on a connection to the service.
fn with_connection<T>(
    url: &str,
    test: impl AsyncFnOnce(&mut LocalConnection, &Executor) -> T,
) -> T {
    let runtime = runtime();
    let connected = runtime.block_on(async {
        let trust = Trusts::default().load(None).unwrap();
        let share = Budget::new().join();
        let url = Url::parse(url).unwrap();
        let connector = Connector::new(&url, None, &trust, Arc::default(), share).unwrap();
        Connected {
            protocol: Protocol::Http2,
            ..connector.connect().await.unwrap()
        }
    });
    let executor = Arc::new(Executor::new());
    executor.block_on(&executor.clone().into(), async {
        let mut connection = LocalConnection::new(connected, &executor).await.unwrap();
        test(&mut connection, &executor).await
    })
}

/// What came of a message to it, and whether the connection is good for another.
fn exchange(url: &str, within: Duration) -> (Result<Option<Received>, Error>, bool) {
    with_connection(url, async |connection, executor| {
        let received = send(connection, executor, within).await;
        (received, connection.is_reusable())
    })
}

fn answer(mut response: SendResponse<Bytes>) {
    let mut stream = response.send_response(Response::new(()), false).unwrap();
    stream.send_data(ANSWER.into(), true).unwrap();
}

#[test]
fn nothing_is_sent_on_a_connection_that_was_flooded_between_two_chats() {
    with_connection(&serve(answer), async |connection, executor| {
        for _ in 0..2 {
            assert!(send(connection, executor, MINUTE).await.unwrap().is_some());
        }
        let Http::Http2(http2) = &connection.http else {
            panic!("another protocol");
        };
        http2.meter.received(64 << 10).unwrap();
        assert!(send(connection, executor, MINUTE).await.unwrap().is_none());
        assert!(!connection.is_reusable(), "the next chat makes another");
    });
}

#[test]
fn an_answer_in_frames_of_one_byte_is_no_flood_for_the_next_chat() {
    let url = serve(|mut response| {
        let mut stream = response.send_response(Response::new(()), false).unwrap();
        for _ in 0..20_000 {
            stream.send_data(Bytes::from_static(b" "), false).unwrap();
        }
        stream.send_data(ANSWER.into(), true).unwrap();
    });
    with_connection(&url, async |connection, executor| {
        for _ in 0..2 {
            assert!(send(connection, executor, MINUTE).await.unwrap().is_some());
        }
    });
}

#[test]
fn a_connection_is_kept_after_a_response() {
    for status in [StatusCode::OK, StatusCode::NOT_FOUND] {
        let url = serve(move |mut response| {
            let head = Response::builder().status(status).body(()).unwrap();
            let mut stream = response.send_response(head, false).unwrap();
            stream.send_data(ANSWER.into(), true).unwrap();
        });
        let (received, is_reusable) = exchange(&url, MINUTE);
        assert_eq!(received.is_ok(), status == StatusCode::OK);
        assert!(is_reusable);
    }
}

#[test]
fn a_connection_that_was_silent_until_the_deadline_is_not_kept() {
    for with_head in [false, true] {
        let (kept, _streams) = mpsc::channel();
        let url = serve(move |mut response| {
            let stream = with_head.then(|| response.send_response(Response::new(()), false));
            kept.send((stream, response)).unwrap();
        });
        let (received, is_reusable) = exchange(&url, Duration::from_millis(200));
        assert_eq!(received.err().unwrap().status(), Status::Timeout);
        assert!(!is_reusable);
    }
}
