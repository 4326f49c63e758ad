use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use http_body::{Body, Frame};

use super::*;
use crate::engine::streaming::{Next, Queue};
use crate::error::Error;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Chunks that have come, and how many were asked for with room for more.
#[derive(Default)]
struct Came {
    chunks: VecDeque<Bytes>,
    with_room: usize,
}

impl Body for &mut Came {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let chunk = ready!(self.poll_chunk(cx, true));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

impl Chunks for &mut Came {
    fn poll_chunk(
        &mut self,
        _: &mut Context<'_>,
        has_room: bool,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.with_room += usize::from(has_room);
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None => Poll::Pending,
        }
    }
}

fn step(
    reader: &mut Reader<&mut Came>,
    woken: &Arc<Woken>,
    has_room: bool,
) -> Poll<Result<Step, &'static str>> {
    let waker = Waker::from(woken.clone());
    let polled = reader.poll_step(&mut Context::from_waker(&waker), has_room);
    polled.map(|step| {
        step.map_err(|fault| match fault {
            Fault::Body(never) => match never {},
            Fault::TooLarge => "too large",
            Fault::NotEvents => "not events",
        })
    })
}

/// What a test reads from: a queue with a reader that fills it.
macro_rules! reading {
    ($queue:ident, $producer:ident, $woken:ident, $reader:ident, $came:ident) => {
        let $queue = Arc::new(Queue::default());
        let $producer = Producer::new($queue.clone(), || Error::internal("lost"));
        let ($woken, metrics) = (Arc::new(Woken::default()), Metrics::default());
        let mut $reader = Reader::new(&mut $came, &$producer, &metrics);
    };
}

fn came<const N: usize>(chunks: [&str; N]) -> Came {
    Came {
        chunks: chunks
            .map(|chunk| Bytes::copy_from_slice(chunk.as_bytes()))
            .into(),
        with_room: 0,
    }
}

const EVENT: Poll<Result<Step, &str>> = Poll::Ready(Ok(Step::Event));

#[test]
fn each_event_is_a_step_however_it_comes() {
    let mut came = came([
        "data: 1\n\ndata: 2\n",
        "\nda",
        "ta: 3\n\ndata: [DONE]\n\ndata: 4\n\n",
    ]);
    reading!(queue, producer, woken, reader, came);
    for _ in 0..3 {
        assert_eq!(step(&mut reader, &woken, true), EVENT);
    }
    assert_eq!(step(&mut reader, &woken, true), Poll::Ready(Ok(Step::Done)));
    let (rest, _) = reader.into_rest();
    assert_eq!(rest, "data: 4\n\n");
    let taken = std::iter::from_fn(|| match queue.take() {
        Some(Next::Data(data)) => Some(data),
        _ => None,
    });
    assert_eq!(taken.collect::<String>(), "123");
}

#[test]
fn a_body_of_another_kind_is_known_by_its_first_character() {
    for first in ["{", "[", "<", "\u{feff} \r\n{\"a\":1}"] {
        let mut came = came([first]);
        reading!(_queue, producer, woken, reader, came);
        assert_eq!(
            step(&mut reader, &woken, true),
            Poll::Ready(Err("not events"))
        );
        assert_eq!(reader.into_rest().0, first);
    }
    let mut came = came(["\u{feff}", ":{", "\n\n{\n\ndata: {\n\n"]);
    reading!(_queue, producer, woken, reader, came);
    assert_eq!(step(&mut reader, &woken, true), EVENT);
}

#[test]
fn who_reads_much_gives_others_their_turn() {
    let comment = format!(":{}\n", "x".repeat(MAX_PER_TURN));
    let mut came = came([&comment, &comment]);
    reading!(_queue, producer, woken, reader, came);
    assert!(step(&mut reader, &woken, true).is_pending());
    assert_eq!(woken.0.load(Ordering::Relaxed), 1, "it goes on by itself");
    assert_eq!(reader.body.chunks.len(), 1);
}

/// Also where it is polled while some of the events, and not yet enough of them, were taken.
#[test]
fn without_room_it_waits_until_enough_was_taken() {
    let mut came = came([]);
    reading!(queue, producer, woken, reader, came);
    while producer.has_room() {
        producer.push("x".repeat(960).into());
    }
    assert!(step(&mut reader, &woken, false).is_pending());
    queue.take();
    assert!(producer.has_room() && step(&mut reader, &woken, false).is_pending());
    while queue.take().is_some() {}
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(
        step(&mut reader, &woken, false),
        Poll::Ready(Ok(Step::Room))
    );
    assert_eq!(reader.body.with_room, 0, "the peer was asked for no more");
}
