//! From a response to the events that it brings, one after another, or to why they ended.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::time::Duration;

use crate::engine::errors::response;
use crate::engine::exchange::attempt::Attempt;
use crate::engine::exchange::request::{Request, Streaming};
use crate::engine::streaming::{
    Chunks, Fault, MAX_EVENT_BYTES, Reader, Step, faults as errors, poll_collect,
};
use crate::error::Error;

/// For a body that is no stream, which says enough should the rest never come.
const OTHER_BODY: Duration = Duration::from_secs(2);
/// For the end of a body behind the end of its stream, so that the connection can be used again.
const REST: Duration = Duration::from_millis(500);
const MAX_REST: usize = 64 << 10;

/// Queues what comes until the stream is complete. The time from one event to the next has a bound, which does not count
/// while there is no room for one.
pub(super) async fn stream<B>(
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
    streaming: &Streaming,
    body: B,
) -> Result<(), Error>
where
    B: Chunks<Error: StdError + 'static>,
{
    let producer = &streaming.producer;
    let mut reader = Reader::new(body, producer, request.metrics);
    loop {
        let has_room = producer.has_room();
        let step = poll_fn(|cx| reader.poll_step(cx, has_room));
        let step = match has_room {
            true => attempt.in_time(step).await.map_err(|_| errors::idle())?,
            false => step.await,
        };
        match step {
            Ok(Step::Event | Step::Room) => attempt.extend(streaming.idle),
            Ok(Step::Done) => break,
            Ok(Step::End) => return Err(errors::cut_short()),
            Err(Fault::Body(error)) => return Err(errors::broken(&error)),
            Err(Fault::TooLarge) => return Err(errors::event_too_large(MAX_EVENT_BYTES.get())),
            Err(Fault::NotEvents) => return Err(not_events(request, attempt, reader).await),
        }
    }
    producer.end(Ok(()));
    let (_, mut body) = reader.into_rest();
    let mut rest = Vec::new();
    let reading = poll_fn(|cx| poll_collect(&mut body, cx, MAX_REST, &mut rest));
    attempt.hurry(REST);
    _ = attempt.in_time(reading).await;
    Ok(())
}

async fn not_events<B: Chunks>(
    request: &Request<'_>,
    attempt: &mut Attempt<'_>,
    reader: Reader<'_, B>,
) -> Error {
    let (chunk, mut body) = reader.into_rest();
    let limit = response::MOST_ERROR_BYTES;
    let mut read = chunk[..chunk.len().min(limit)].to_vec();
    let reading = poll_fn(|cx| poll_collect(&mut body, cx, limit, &mut read));
    attempt.hurry(OTHER_BODY);
    _ = attempt.in_time(reading).await;
    errors::not_events(&read, &request.account.key)
}
