//! A message and its response on a connection of the pool.

use std::pin::pin;
use std::sync::Arc;

use super::checkout::{Checkout, Exclusive, Lease, check_out};
use super::shared::Pool;
use crate::engine::errors::transport as errors;
use crate::engine::exchange::{Attempt, Dispatch, Received, Request, receive};
use crate::engine::http2::{DelayedReset, RoundTrip};
use crate::error::Error;

/// What waits for a connection or an answer for long is on the stack of the chat; the rest is boxed, so that ten thousand
/// waiting chats do not each hold the room for it.
impl Dispatch for Arc<Pool> {
    async fn dispatch(
        &mut self,
        request: &Request<'_>,
        attempt: &mut Attempt<'_>,
    ) -> Result<Received, Error> {
        loop {
            let checkout = Box::pin(connection(self, request, attempt)).await?;
            let received = match checkout {
                Checkout::Http1(exclusive) => {
                    Box::pin(over_http1(exclusive, request, attempt)).await?
                }
                Checkout::Http2(lease) => over_http2(lease, request, attempt).await?,
            };
            if let Some(received) = received {
                return Ok(received);
            }
        }
    }
}

/// The connection first, then the moment: connections take their time, and the pace is that of messages.
async fn connection(
    pool: &Arc<Pool>,
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
) -> Result<Checkout, Error> {
    let _queued = request.metrics.queue();
    let tenant = Arc::as_ptr(request.account).addr();
    let connect_timeout = request.account.settings.connect_timeout;
    let checkout = Box::pin(check_out(pool, tenant, connect_timeout));
    let checkout = attempt
        .in_time_unless(checkout, || pool.is_starved())
        .await??;
    attempt.await_pace(request).await?;
    Ok(checkout)
}

async fn over_http1(
    mut exclusive: Exclusive,
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
) -> Result<Option<Received>, Error> {
    match exclusive.http1() {
        Some(http1) => http1.exchange(request, attempt).await,
        None => Ok(None),
    }
}

/// `None` if the connection takes the message no more, which the agent has not seen.
async fn over_http2(
    lease: Lease,
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
) -> Result<Option<Received>, Error> {
    let connection = lease.connection().clone();
    let begun = RoundTrip::begin(
        connection.requests(),
        connection.meter(),
        request.over_http2(),
        request.body(&attempt.commit),
    );
    let round_trip = match begun {
        Ok(round_trip) => round_trip,
        Err(error) => {
            connection.close();
            return match connection.has_answered() {
                true => Ok(None),
                false => Err(errors::of_request(&error, false)),
            };
        }
    };
    let commit = attempt.commit.clone();
    // Has the lease until the answer is whole: the stream counts for as long.
    let mut response = pin!(DelayedReset::new(round_trip, lease, commit));
    match attempt.in_time(response.as_mut()).await? {
        Ok(response) => {
            connection.set_answered();
            let received = Box::pin(receive(request, attempt, response)).await;
            received.map(Some)
        }
        // A pace counts each time that the message is sent. A connection that never brought an answer is an error, or
        // there would be connections without end.
        Err(error)
            if errors::is_of_drain(&error)
                && connection.has_answered()
                && request.reservation.is_none() =>
        {
            connection.close();
            attempt.start_over();
            Ok(None)
        }
        Err(error) => {
            let committed = !attempt.commit.withdraw();
            Err(errors::of_request(&error, committed))
        }
    }
}
