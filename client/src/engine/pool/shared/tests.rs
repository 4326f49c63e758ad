use std::net::TcpListener;

use tokio::runtime::Builder;
use url::Url;

use super::*;
use crate::engine::connect::trust::Trusts;
use crate::engine::process::budget::Budget;

const MINUTE: Duration = Duration::from_secs(60);

/// The pool of a service over TLS that accepts connections and says nothing.
fn pool(handle: &Handle) -> (Arc<Pool>, TcpListener) {
    let service = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", service.local_addr().unwrap());
    let endpoint = Url::parse(&endpoint).unwrap();
    let trust = Trusts::default().load(None).unwrap();
    let share = Budget::new().join();
    let connector = Connector::new(&endpoint, None, &trust, Arc::default(), share.clone());
    let pool = Pool::new(connector.unwrap(), share, None, handle.clone());
    (Arc::new(pool), service)
}

#[test]
fn a_runtime_that_ends_amid_an_attempt_does_not_block() {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let (pool, service) = pool(runtime.handle());
    let _waiting = pool.grant(0, MINUTE).err().unwrap();
    let (_connected, _) = service.accept().unwrap();
    runtime.shutdown_timeout(Duration::from_secs(5));
    assert!(pool.state.try_lock().is_ok(), "a deadlock");
}

#[tokio::test]
async fn an_attempt_that_was_given_up_leaves_none_behind() {
    let (pool, _service) = pool(&Handle::current());
    for _ in 0..3 {
        // Given up before it has begun, and while it waits for the service.
        let mut waiting = pool.grant(0, MINUTE).err().unwrap();
        assert!(pool.leave_queue(&mut waiting).is_none());
        assert_eq!(pool.lock().slots.attempts(), 0);
        let mut waiting = pool.grant(0, MINUTE).err().unwrap();
        sleep(Duration::from_millis(20)).await;
        assert_eq!(pool.lock().slots.attempts(), 1);
        assert!(pool.leave_queue(&mut waiting).is_none());
    }
    sleep(Duration::from_millis(20)).await;
    assert_eq!(pool.lock().slots.attempts(), 0);
    assert_eq!(pool.share.held(), 0);
}
