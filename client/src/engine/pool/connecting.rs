//! What an attempt to connect does, one step after another.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Instant;

use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;

use super::entry::{Listener, Multiplexed, Single};
use crate::engine::connect::Connected;
use crate::engine::errors::transport as errors;
use crate::engine::http1::Http1;
use crate::engine::http2::{Driver, Http2, handshake};
use crate::error::Error;

pub(super) fn single(connected: Connected) -> Result<Box<Single>, Error> {
    let meter = connected.stream.meter().clone();
    let http1 = Http1::new(TokioIo::new(connected.stream), meter)?;
    Ok(Single::new(http1, connected.permit))
}

pub(super) async fn multiplexed(
    listener: Weak<dyn Listener>,
    handle: &Handle,
    connected: Connected,
) -> Result<Arc<Multiplexed>, Error> {
    let Connected { stream, permit, .. } = connected;
    let meter = stream.meter().clone();
    let (requests, http2) = handshake(stream)
        .await
        .map_err(|error| errors::of_request(&error, false))?;
    let connection = Multiplexed::new(Http2::new(requests, meter), listener, Instant::now());
    let connection = Arc::new(connection);
    let driver = Driver::new(http2, &connection);
    handle.spawn(async move {
        driver.await;
        drop(permit);
    });
    Ok(connection)
}

/// Waits until the service allows a stream. A connection that drains has had its chat: the others have the next one.
pub(super) async fn allowed(connection: &Multiplexed) -> Result<(), Error> {
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
