use std::net::TcpListener;
use std::pin::pin;
use std::sync::Weak;
use std::task::{Context, Waker};

use bytes::Bytes;
use h2::server;
use http::Response;
use tokio::io::{DuplexStream, duplex};
use tokio::runtime::Builder;
use url::Url;

use super::*;
use crate::engine::connect::meter::Meter;
use crate::engine::connect::trust::Trusts;
use crate::engine::exchange::fixture::{ANSWER, Fixture};
use crate::engine::exchange::{self, Dispatch};
use crate::engine::http2::{Driver, Http2, Watched, handshake};
use crate::engine::process::budget::Budget;

const MINUTE: Duration = Duration::from_secs(60);

/// The pool of a service over TLS that accepts connections and says nothing.
fn pool(handle: &Handle) -> (Arc<Pool>, TcpListener) {
    pool_within(&Budget::new(), handle)
}

fn pool_within(budget: &Arc<Budget>, handle: &Handle) -> (Arc<Pool>, TcpListener) {
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", service.local_addr().unwrap());
    let endpoint = Url::parse(&endpoint).unwrap();
    let trust = Trusts::default().load(None).unwrap();
    let share = budget.join();
    let connector = Connector::new(&endpoint, None, &trust, Arc::default(), share.clone());
    let pool = Pool::new(connector.unwrap(), share, None, handle.clone());
    (Arc::new(pool), service)
}

/// A connection of the pool, and the service's end of it.
async fn shared(pool: &Arc<Pool>) -> (Arc<Multiplexed>, server::Connection<DuplexStream, Bytes>) {
    let (here, there) = duplex(1 << 20);
    let (here, last_stream) = Watched::new(here);
    let (requests, http2) = handshake(here).await.unwrap();
    let listener: Weak<Pool> = Arc::downgrade(pool);
    let (requests, probes) = Http2::new(requests, Meter::default(), last_stream);
    let connection = Arc::new(Multiplexed::new(requests, listener, Instant::now()));
    tokio::spawn(Driver::new(http2, probes, &connection));
    pool.add_shared(connection.clone());
    (connection, server::handshake(there).await.unwrap())
}

#[test]
fn a_runtime_that_ends_amid_an_attempt_does_not_block() {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let (pool, service) = pool(runtime.handle());
    let _waiting = pool.grant(0, MINUTE).err().unwrap();
    let (_connected, _) = service.accept().unwrap();
    runtime.shutdown_timeout(Duration::from_secs(5));
    assert!(pool.inner.try_lock().is_ok(), "a deadlock");
}

#[tokio::test]
async fn an_attempt_that_was_given_up_leaves_none_behind() {
    let (pool, _service) = pool(&Handle::current());
    for _ in 0..3 {
        // Given up before it has begun, and while it waits for the service.
        let mut waiting = pool.grant(0, MINUTE).err().unwrap();
        assert!(pool.leave_queue(&mut waiting).is_none());
        assert_eq!(pool.lock().state.attempts(), 0);
        let mut waiting = pool.grant(0, MINUTE).err().unwrap();
        sleep(Duration::from_millis(20)).await;
        assert_eq!(pool.lock().state.attempts(), 1);
        assert!(pool.leave_queue(&mut waiting).is_none());
    }
    sleep(Duration::from_millis(20)).await;
    assert_eq!(pool.lock().state.attempts(), 0);
    assert_eq!(pool.share.held(), 0);
}

#[tokio::test]
async fn a_stream_is_held_until_its_answer_is_whole() {
    let (pool, _service) = pool(&Handle::current());
    let (connection, mut service) = shared(&pool).await;
    let fixture = Fixture::new(b"{}".to_vec());
    let (told, mut head_sent) = oneshot::channel();
    let (go_on, body) = oneshot::channel();
    tokio::spawn(async move {
        let (_request, mut respond) = service.accept().await.unwrap().unwrap();
        let mut stream = respond.send_response(Response::new(()), false).unwrap();
        tokio::spawn(async move { while service.accept().await.is_some() {} });
        sleep(Duration::from_millis(20)).await;
        told.send(()).unwrap();
        body.await.unwrap();
        stream.send_data(ANSWER.into(), true).unwrap();
    });
    let request = fixture.request();
    let mut timer = pin!(sleep(MINUTE));
    let deadline = Instant::now() + MINUTE;
    let mut attempt = exchange::Attempt::start(&request, deadline, &mut timer);
    let mut dispatcher = pool.clone();
    let mut received = pin!(dispatcher.dispatch(&request, &mut attempt));
    tokio::select! {
        biased;
        _ = &mut received => panic!("there is no answer yet"),
        told = &mut head_sent => told.unwrap(),
    }
    assert_eq!(connection.in_use(), 1);
    go_on.send(()).unwrap();
    received.await.unwrap();
    assert_eq!(connection.in_use(), 0);
}

#[tokio::test]
async fn a_connection_that_nobody_uses_is_closed_in_time() {
    let (pool, _service) = pool(&Handle::current());
    let (_connection, _http2) = shared(&pool).await;
    assert!(pool.lock().evicting);
}

#[tokio::test]
async fn what_falls_idle_while_another_route_waits_is_closed() {
    let budget = Budget::of(4);
    let (pool, _service) = pool_within(&budget, &Handle::current());
    let (connection, _http2) = shared(&pool).await;
    let Ok(Granted::Shared(_)) = pool.grant(0, MINUTE) else {
        panic!("it has room");
    };
    let share = budget.join();
    let held: Vec<_> = std::iter::from_fn(|| share.try_acquire()).collect();
    let other = budget.join();
    let mut waiting = pin!(other.acquire());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut cx).is_pending());
    pool.release(&connection);
    assert!(pool.grant(0, MINUTE).is_err(), "it was kept");
    drop(held);
}
