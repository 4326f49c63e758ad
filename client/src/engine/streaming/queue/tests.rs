use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;
use crate::error::Status;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Woken {
    fn times(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn queue() -> (Arc<Queue>, Producer) {
    let queue = Arc::new(Queue::default());
    let producer = Producer::new(queue.clone(), || Error::internal("lost"));
    (queue, producer)
}

fn data(length: usize) -> Box<str> {
    "x".repeat(length).into()
}

/// What is taken: the length of the data, or the end.
fn take(queue: &Queue) -> Option<Result<usize, Option<Status>>> {
    Some(match queue.take()? {
        Next::Data(data) => Ok(data.len()),
        Next::End(end) => Err(end.err().map(|error| error.status())),
    })
}

#[test]
fn what_is_pushed_is_taken_in_order_and_the_end_comes_last_and_once() {
    let (queue, producer) = queue();
    producer.push(data(1));
    producer.push(data(2));
    producer.end(Ok(()));
    drop(producer);
    assert_eq!((take(&queue), take(&queue)), (Some(Ok(1)), Some(Ok(2))));
    assert!(!queue.is_over());
    assert_eq!((take(&queue), take(&queue)), (Some(Err(None)), None));
    assert!(queue.is_over());
}

#[test]
fn without_an_end_it_is_lost() {
    let (queue, producer) = queue();
    drop(producer);
    assert_eq!(take(&queue), Some(Err(Some(Status::Internal))));
}

#[test]
fn who_fills_it_has_room_again_once_half_was_taken() {
    let (queue, producer) = queue();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let mut pushed = 0;
    while producer.has_room() {
        producer.push(data(960));
        pushed += 1;
    }
    assert_eq!(pushed, MAX_QUEUED / 1024);
    assert!(producer.poll_room(&mut cx).is_pending());
    for _ in 1..pushed / 2 {
        take(&queue);
    }
    assert_eq!(woken.times(), 0);
    take(&queue);
    assert_eq!(woken.times(), 1);
    assert!(producer.poll_room(&mut cx).is_ready() && producer.has_room());
}

#[test]
fn small_events_take_room_too() {
    let (_queue, producer) = queue();
    (0..MAX_QUEUED / OVERHEAD).for_each(|_| producer.push(data(0)));
    assert!(!producer.has_room());
}

#[test]
fn who_waits_is_woken_by_an_event_and_by_the_end() {
    let (queue, producer) = queue();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(queue.poll_ready(&mut cx).is_pending());
    producer.push(data(1));
    assert!(woken.times() == 1 && queue.poll_ready(&mut cx).is_ready());
    take(&queue);
    assert!(queue.poll_ready(&mut cx).is_pending());
    producer.end(Ok(()));
    assert!(woken.times() == 2 && queue.poll_ready(&mut cx).is_ready());
    assert!(queue.wait(None));
}

#[test]
fn what_is_cut_drops_what_waits_and_what_comes() {
    let (queue, producer) = queue();
    producer.push(data(1));
    drop(queue.cut(Some(Error::new(Status::Cancelled, "test"))));
    producer.push(data(1));
    producer.end(Ok(()));
    assert_eq!(take(&queue), Some(Err(Some(Status::Cancelled))));
    assert!(take(&queue).is_none() && queue.is_over() && producer.has_room());
}

#[test]
fn a_wait_ends_in_time() {
    let (queue, _producer) = queue();
    assert!(!queue.wait(Some(Instant::now())));
    assert!(!queue.wait(Some(Instant::now() + Duration::from_millis(10))));
}
