//! Attempts to connect: their steps, one after another, and their end.

use std::io;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::entry::{Listener, Multiplexed, Single};
use crate::engine::connect::{Connected, Connector, Protocol};
use crate::engine::errors::transport as errors;
use crate::engine::http1::Http1;
use crate::engine::http2::{Driver, Http2, Watched, handshake};
use crate::error::Error;

/// Who has connections made.
pub(super) trait Requester: Listener + Sized + 'static {
    fn connector(&self) -> &Connector;
    fn handle(&self) -> &Handle;
    /// Whether those who wait do so for the process's other connections, and not for the service.
    fn is_starved(&self) -> bool;
    fn add_shared(self: &Arc<Self>, connection: Arc<Multiplexed>);
    fn add_single(self: &Arc<Self>, single: Box<Single>);
    /// An attempt to connect is over. `failure` is that of those who waited for it.
    fn attempted(self: &Arc<Self>, round: usize, failure: Option<&Error>);
}

/// Makes a connection for whoever waits for it. Those have timers of their own: an attempt that takes too long makes room for
/// another, and no error.
///
/// A runtime that shuts down drops the future inside of `spawn`, under the pool's lock. So what takes the lock on drop is made
/// by the first poll.
pub(super) async fn attempt<P: Requester>(pool: Arc<P>, round: usize, within: Duration) {
    let mut attempt = Attempt {
        pool,
        round,
        failure: None,
    };
    let mut shared = None;
    match in_time(&attempt.pool, within, &mut shared).await {
        Some(made) => attempt.failure = made.err(),
        None => {
            if let Some(connection) = shared {
                connection.close();
            }
        }
    }
}

/// `None` once the time is over, in which the wait for a permit does not count.
async fn in_time<P: Requester>(
    pool: &Arc<P>,
    within: Duration,
    shared: &mut Option<Arc<Multiplexed>>,
) -> Option<Result<(), Error>> {
    let mut making = pin!(make(pool, shared));
    loop {
        match timeout(within, making.as_mut()).await {
            Ok(made) => return Some(made),
            Err(_) if pool.is_starved() => {}
            Err(_) => return None,
        }
    }
}

/// Tells its pool when an attempt is over, given up too.
struct Attempt<P: Requester> {
    pool: Arc<P>,
    round: usize,
    failure: Option<Error>,
}

impl<P: Requester> Drop for Attempt<P> {
    fn drop(&mut self) {
        self.pool.attempted(self.round, self.failure.as_ref());
    }
}

/// Over HTTP/2 the first chat goes as soon as it can, and the others once the service has told its limit.
async fn make<P: Requester>(
    pool: &Arc<P>,
    shared: &mut Option<Arc<Multiplexed>>,
) -> Result<(), Error> {
    let connected = pool.connector().connect().await?;
    match connected.protocol {
        Protocol::Http1 => pool.add_single(single(connected)?),
        Protocol::Http2 => {
            let listener: Weak<P> = Arc::downgrade(pool);
            let connection = multiplexed(listener, pool.handle(), connected).await?;
            pool.add_shared(connection.clone());
            allowed(shared.insert(connection)).await?;
        }
    }
    Ok(())
}

fn single(connected: Connected) -> Result<Box<Single>, Error> {
    let meter = connected.stream.meter().clone();
    let http1 = Http1::new(TokioIo::new(connected.stream), meter)?;
    Ok(Single::new(http1, connected.permit))
}

async fn multiplexed(
    listener: Weak<dyn Listener>,
    handle: &Handle,
    connected: Connected,
) -> Result<Arc<Multiplexed>, Error> {
    let Connected { stream, permit, .. } = connected;
    let meter = stream.meter().clone();
    let (stream, last_stream) = Watched::new(stream);
    let (requests, http2) = handshake(stream)
        .await
        .map_err(|error| errors::of_request(&error, false))?;
    let (requests, probes) = Http2::new(requests, meter, last_stream);
    let connection = Arc::new(Multiplexed::new(requests, listener, Instant::now()));
    let driver = Driver::new(http2, probes, &connection);
    handle.spawn(async move {
        driver.await;
        drop(permit);
    });
    Ok(connection)
}

/// Waits until the service allows a stream. A connection that drains has had its chat: the others have the next one.
async fn allowed(connection: &Multiplexed) -> Result<(), Error> {
    loop {
        let changed = connection.changed.notified();
        if connection.is_draining() {
            return Ok(());
        }
        if connection.is_closed() {
            let failure = connection.failure().cloned();
            return Err(failure.unwrap_or_else(|| {
                let closed = io::Error::from(io::ErrorKind::UnexpectedEof);
                errors::of_request(&closed, false)
            }));
        }
        if connection.streams().is_some_and(|streams| streams > 0) {
            return Ok(());
        }
        changed.await;
    }
}
