mod given_up;

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use h2::server;
use h2::{Reason, RecvStream};
use http::{Request, Response};
use http_body::Body;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{advance, sleep, timeout};

use super::handshake::MAX_STREAMS;
use super::keep_alive::{PING_INTERVAL, PING_TIMEOUT};
use super::*;
use crate::engine::connect::meter::Meter;
use crate::engine::exchange::{Commit, OutgoingBody};

const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const MAX_CONCURRENT_STREAMS: u8 = 3;
/// Longer than a window.
const LONG: usize = 300_000;

struct Pool {
    http2: Http2,
    changes: AtomicUsize,
}

impl Deref for Pool {
    type Target = Http2;

    fn deref(&self) -> &Http2 {
        &self.http2
    }
}

/// The right to a stream.
struct Permit(Arc<Pool>);

impl AsRef<Http2> for Permit {
    fn as_ref(&self) -> &Http2 {
        &self.0.http2
    }
}

impl Owner for Pool {
    fn changed(self: Arc<Self>) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }
}

impl Pool {
    fn changes(&self) -> usize {
        self.changes.load(Ordering::Relaxed)
    }

    fn begin(&self, body: &[u8]) -> Result<RoundTrip, h2::Error> {
        let bytes = Bytes::copy_from_slice(body);
        self.begin_with(OutgoingBody::new(bytes, Commit::default()))
    }

    fn begin_with(&self, body: OutgoingBody) -> Result<RoundTrip, h2::Error> {
        let mut head = Request::new(());
        *head.uri_mut() = "https://test/".parse().unwrap();
        RoundTrip::begin(self.requests(), self.meter(), head, body)
    }
}

/// A connection whose driver runs, and the other end of it.
async fn connected() -> (Arc<Pool>, DuplexStream) {
    let (here, there) = duplex(1 << 16);
    let (here, last_stream) = Watched::new(here);
    let (requests, http2) = handshake(here).await.unwrap();
    let (requests, probes) = Http2::new(requests, Meter::default(), last_stream);
    let connection = Arc::new(Pool {
        http2: requests,
        changes: AtomicUsize::new(0),
    });
    tokio::spawn(Driver::new(http2, probes, &connection));
    (connection, there)
}

type Service = server::Connection<DuplexStream, Bytes>;

async fn served() -> (Arc<Pool>, Service) {
    let (connection, there) = connected().await;
    (connection, server::handshake(there).await.unwrap())
}

/// Does the work of the service's end.
async fn drive(mut service: Service) {
    while service.accept().await.is_some() {}
}

async fn read(mut body: RecvStream) -> Result<usize, h2::Error> {
    let mut length = 0;
    while let Some(data) = body.data().await {
        let data = data?;
        length += data.len();
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(length)
}

async fn allow(service: &mut DuplexStream, streams: u8) {
    let head = [0, 0, 6, SETTINGS, 0, 0, 0, 0, 0];
    service.write_all(&head).await.unwrap();
    let setting = [0, MAX_CONCURRENT_STREAMS, 0, 0, 0, streams];
    service.write_all(&setting).await.unwrap();
    settled().await;
}

/// Lets the driver do what there is to do.
async fn settled() {
    sleep(Duration::from_millis(1)).await;
}

/// The kinds of the frames that have come.
async fn frames(service: &mut DuplexStream) -> Vec<u8> {
    let mut kinds = Vec::new();
    let mut head = [0; 9];
    while let Ok(read) = timeout(Duration::from_millis(1), service.read_exact(&mut head)).await {
        read.unwrap();
        kinds.push(head[3]);
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        service.read_exact(&mut payload).await.unwrap();
    }
    kinds
}

async fn read_preface(service: &mut DuplexStream) {
    let mut preface = [0; 24];
    service.read_exact(&mut preface).await.unwrap();
    frames(service).await;
}

#[tokio::test(start_paused = true)]
async fn one_chat_may_come_before_the_limit_is_known() {
    let (connection, _service) = connected().await;
    settled().await;
    assert_eq!((connection.streams(), connection.room()), (None, 1));
    connection.enter();
    assert_eq!(connection.room(), 0);
}

#[tokio::test(start_paused = true)]
async fn each_change_of_the_limit_is_told() {
    let (connection, mut service) = connected().await;
    connection.enter();
    for (at, allowed) in [7, 0, 100, 255].into_iter().enumerate() {
        allow(&mut service, allowed).await;
        let expected = usize::from(allowed).min(MAX_STREAMS);
        assert_eq!(connection.streams(), Some(expected));
        assert_eq!(connection.room(), expected.saturating_sub(1));
        assert_eq!(connection.changes(), at + 1);
    }
    allow(&mut service, 255).await;
    assert_eq!(connection.changes(), 4, "the same as before");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_names_no_limit_is_given_one() {
    let (connection, mut service) = connected().await;
    let empty = [0, 0, 0, SETTINGS, 0, 0, 0, 0, 0];
    service.write_all(&empty).await.unwrap();
    settled().await;
    assert_eq!(connection.streams(), Some(MAX_STREAMS));
}

#[tokio::test(start_paused = true)]
async fn a_ping_that_is_not_answered_ends_a_connection_with_chats_on_it() {
    let (connection, mut service) = connected().await;
    connection.enter();
    allow(&mut service, 100).await;
    read_preface(&mut service).await;
    advance(PING_INTERVAL).await;
    assert_eq!(frames(&mut service).await, [PING]);
    assert!(!connection.is_closed());
    advance(PING_TIMEOUT).await;
    settled().await;
    assert!(connection.is_closed());
    assert_eq!(connection.changes(), 2);
}

#[tokio::test(start_paused = true)]
async fn it_closes_with_its_owner() {
    let (connection, mut service) = connected().await;
    allow(&mut service, 100).await;
    read_preface(&mut service).await;
    drop(connection);
    let mut rest = Vec::new();
    service.read_to_end(&mut rest).await.unwrap();
    assert!(!rest.is_empty(), "it says goodbye");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_lost_is_closed_and_tells_so() {
    let (connection, service) = connected().await;
    drop(service);
    settled().await;
    assert!(connection.is_closed());
    assert_eq!((connection.room(), connection.changes()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_breaks_the_rules_is_closed_with_a_reason() {
    let (connection, mut service) = connected().await;
    service
        .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        .await
        .unwrap();
    settled().await;
    assert!(connection.is_closed() && connection.failure().is_some());
}

#[tokio::test(start_paused = true)]
async fn one_that_drains_is_closed_to_new_chats_at_once() {
    let (connection, mut service) = connected().await;
    let _on_it = connection.begin(b"{}").unwrap();
    settled().await;
    let settings_and_goaway = [
        [0, 0, 0, SETTINGS, 0, 0, 0, 0, 0].as_slice(),
        &[0, 0, 8, GOAWAY, 0, 0, 0, 0, 0],
        &[0, 0, 0, 1, 0, 0, 0, 0],
    ];
    let together = settings_and_goaway.concat();
    service.write_all(&together).await.unwrap();
    settled().await;
    assert!(connection.is_closed() && connection.is_draining());
    assert!(!connection.is_of_use(), "nobody has asked");
    connection.set_asked();
    assert!(connection.is_of_use());
    assert_eq!(connection.streams(), Some(MAX_STREAMS));
    assert_eq!((connection.room(), connection.changes()), (0, 1));
    drop(service);
    settled().await;
    connection.close();
    assert!(connection.is_draining() && connection.failure().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_upload_goes_on_while_the_service_closes_gracefully() {
    let (connection, mut service) = served().await;
    let mut round_trip = pin!(connection.begin(&vec![b'x'; LONG]).unwrap());
    let serve = async {
        let (request, mut response) = service.accept().await.unwrap().unwrap();
        service.graceful_shutdown();
        let driving = tokio::spawn(drive(service));
        settled().await;
        assert!(connection.is_draining());
        assert_eq!((connection.room(), connection.changes()), (0, 2));
        assert!(connection.begin(b"{}").is_err(), "nobody new comes");
        let length = read(request.into_body()).await.unwrap();
        response.send_response(Response::new(()), true).unwrap();
        driving.await.unwrap();
        length
    };
    let (response, length) = tokio::join!(round_trip.as_mut(), serve);
    assert_eq!(length, LONG);
    response.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_upload_goes_on_after_the_head_of_its_response() {
    let (connection, mut service) = served().await;
    let round_trip = connection.begin(&vec![b'x'; LONG]).unwrap();
    tokio::spawn(async move {
        let (request, mut response) = service.accept().await.unwrap().unwrap();
        tokio::spawn(drive(service));
        let mut stream = response.send_response(Response::new(()), false).unwrap();
        let length = read(request.into_body()).await.unwrap();
        stream.send_data(length.to_string().into(), true).unwrap();
    });
    let mut body = round_trip.await.unwrap().into_body();
    let next = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
    let frame = timeout(Duration::from_secs(60), next).await;
    let data = frame.unwrap().unwrap().unwrap().into_data().unwrap();
    assert_eq!(data, LONG.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_refused_stream_leaves_the_others_alone() {
    let (connection, mut service) = served().await;
    let refused = connection.begin(b"{}").unwrap();
    let other = connection.begin(b"{}").unwrap();
    tokio::spawn(async move {
        let (_, mut first) = service.accept().await.unwrap().unwrap();
        let (_, mut second) = service.accept().await.unwrap().unwrap();
        first.send_reset(Reason::REFUSED_STREAM);
        second.send_response(Response::new(()), true).unwrap();
        drive(service).await;
    });
    let (refused, other) = tokio::join!(refused, other);
    let error = refused.err().unwrap();
    assert_eq!(error.reason(), Some(Reason::REFUSED_STREAM));
    other.unwrap();
    assert!(!connection.is_closed());
    connection.begin(b"{}").unwrap();
}
