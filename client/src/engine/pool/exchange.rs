//! A message and its response on a connection of the pool.

use std::sync::Arc;

use http::Response;

use super::checkout::{Checkout, Exclusive, Lease, check_out};
use super::connecting::Requester;
use super::entry::Multiplexed;
use super::shared::Pool;
use crate::engine::errors::transport as errors;
use crate::engine::exchange::{Attempt, Dispatch, Received, Request, receive};
use crate::engine::http2::{DelayedReset, Incoming, RoundTrip};
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
    // The blocks end what is moved out of them: a future keeps room for it across an await.
    let rest = {
        let Some(mut response) = begin(lease, request, attempt)? else {
            return Ok(None);
        };
        let head = attempt.in_time(&mut response).await?;
        Box::pin(after_head(
            head,
            response.take_permit(),
            connection,
            request,
            attempt,
        ))
    };
    rest.await
}

fn begin(
    lease: Lease,
    request: &Request<'_>,
    attempt: &Attempt<'_>,
) -> Result<Option<DelayedReset<Lease>>, Error> {
    let connection = lease.connection();
    let begun = RoundTrip::begin(
        connection.requests(),
        connection.meter(),
        request.over_http2(),
        request.body(&attempt.commit),
    );
    match begun {
        Ok(round_trip) => {
            connection.set_asked();
            // From here on nothing tells of it.
            if request.is_bare() {
                attempt.commit.commit();
            }
            Ok(Some(DelayedReset::new(round_trip, lease)))
        }
        Err(error) => {
            connection.close();
            match connection.is_of_use() {
                true => Ok(None),
                false => Err(errors::of_request(&error, false)),
            }
        }
    }
}

/// Has the lease until the answer is whole: the stream counts for as long.
async fn after_head(
    head: Result<Response<Incoming>, h2::Error>,
    _lease: Option<Lease>,
    connection: Arc<Multiplexed>,
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
) -> Result<Option<Received>, Error> {
    match head {
        Ok(response) => {
            connection.set_answered();
            receive(request, attempt, response).await.map(Some)
        }
        // A pace counts each time that the message is sent. A connection that never was of use is an error, or there
        // would be connections without end.
        Err(error)
            if errors::is_of_drain(&error)
                && connection.is_of_use()
                && request.is_replayable()
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
