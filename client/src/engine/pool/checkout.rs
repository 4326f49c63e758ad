//! What a chat has of a connection, given back on drop.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::rt::TokioIo;

use super::entry::{Multiplexed, Single};
use super::shared::{Grant, Pool, Receiver};
use super::state::Granted;
use crate::engine::connect::stream::Stream;
use crate::engine::http1::Http1;
use crate::engine::http2::Http2;
use crate::error::Error;

/// A connection for a chat of `tenant`. An attempt to make one takes `connect_timeout` at most.
pub(crate) async fn check_out(
    pool: &Arc<Pool>,
    tenant: usize,
    connect_timeout: Duration,
) -> Result<Checkout, Error> {
    let granted = match pool.grant(tenant, connect_timeout) {
        Ok(granted) => Ok(granted),
        Err(receiver) => {
            Waiting {
                pool,
                receiver,
                over: false,
            }
            .await
        }
    };
    granted.map(|granted| Checkout::new(pool.clone(), granted))
}

/// A chat's wait; dropped, it leaves the queue.
struct Waiting<'a> {
    pool: &'a Arc<Pool>,
    receiver: Receiver,
    over: bool,
}

impl Future for Waiting<'_> {
    type Output = Result<Grant, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let granted = ready!(Pin::new(&mut self.receiver).poll(cx));
        self.over = true;
        Poll::Ready(granted.unwrap_or_else(|_| Err(Error::internal("a pool is gone"))))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.over
            && let Some(Ok(granted)) = self.pool.leave_queue(&mut self.receiver)
        {
            drop(Checkout::new(self.pool.clone(), granted));
        }
    }
}

/// A connection for one message and its response.
pub(crate) enum Checkout {
    Http1(Exclusive),
    Http2(Lease),
}

impl Checkout {
    fn new(pool: Arc<Pool>, granted: Grant) -> Self {
        match granted {
            Granted::Shared(connection) => Self::Http2(Lease { pool, connection }),
            Granted::Single(single) => Self::Http1(Exclusive {
                pool,
                single: Some(single),
            }),
        }
    }
}

/// The right to one stream of a shared connection.
pub(crate) struct Lease {
    pool: Arc<Pool>,
    connection: Arc<Multiplexed>,
}

impl Lease {
    pub(crate) fn connection(&self) -> &Arc<Multiplexed> {
        &self.connection
    }
}

impl AsRef<Http2> for Lease {
    fn as_ref(&self) -> &Http2 {
        &self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.release(&self.connection);
    }
}

/// A connection of one chat at a time.
pub(crate) struct Exclusive {
    pool: Arc<Pool>,
    single: Option<Box<Single>>,
}

impl Exclusive {
    pub(crate) fn http1(&mut self) -> Option<&mut Http1<TokioIo<Stream>>> {
        self.single.as_mut().map(|single| &mut *single.http1)
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        if let Some(single) = self.single.take() {
            self.pool.put_back(single);
        }
    }
}
