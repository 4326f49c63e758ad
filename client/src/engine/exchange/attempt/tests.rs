use std::future::{pending, ready};
use std::task::Waker;

use super::*;
use crate::engine::exchange::fixture::Fixture;
use crate::error::{Resend, Status};

const HOUR: Duration = Duration::from_secs(3600);

/// Notes the times that it is asked for, and fires so often.
#[derive(Default)]
struct Fake {
    asked: Vec<Instant>,
    fires: usize,
}

impl Timer for Fake {
    fn shares_thread(&self) -> bool {
        true
    }

    fn poll_at(&mut self, _: &mut Context<'_>, at: Instant) -> Poll<()> {
        self.asked.push(at);
        match self.fires.checked_sub(1) {
            Some(left) => {
                self.fires = left;
                Poll::Ready(())
            }
            None => Poll::Pending,
        }
    }
}

struct Case {
    fixture: Fixture,
    timer: Fake,
    deadline: Instant,
}

impl Case {
    fn new(fires: usize) -> Self {
        Self {
            fixture: Fixture::new(b"message".to_vec()),
            timer: Fake {
                asked: Vec::new(),
                fires,
            },
            deadline: Instant::now() + HOUR,
        }
    }

    /// What `run` makes of an attempt, and what became of its commit.
    fn attempt<T>(&mut self, run: impl FnOnce(&mut Attempt<'_>) -> T) -> (T, Commit) {
        let request = self.fixture.request();
        let mut attempt = Attempt::start(&request, self.deadline, &mut self.timer);
        let output = run(&mut attempt);
        let commit = attempt.commit.clone();
        (output, commit)
    }

    fn bytes_sent(&self) -> u64 {
        self.fixture.metrics.snapshot().bytes_sent
    }
}

fn poll<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Of those that do not end by themselves.
fn step(attempt: &mut Attempt<'_>) -> Option<Result<(), Error>> {
    poll(attempt.in_time(pending()))
}

#[test]
fn a_step_that_is_done_needs_no_time() {
    let mut case = Case::new(1);
    let (output, _) = case.attempt(|attempt| poll(attempt.in_time(ready(7))));
    assert_eq!(output.unwrap().unwrap(), 7);
    assert!(case.timer.asked.is_empty());
}

#[test]
fn the_time_to_reach_the_service_ends_with_the_commit() {
    let mut case = Case::new(0);
    let deadline = case.deadline;
    let before = Instant::now();
    case.attempt(|attempt| {
        assert!(step(attempt).is_none());
        assert!(attempt.commit.commit());
        assert!(step(attempt).is_none());
        attempt.hurry(Duration::from_secs(2));
        assert!(step(attempt).is_none());
    });
    let asked = &case.timer.asked;
    assert!(asked[0] > before && asked[0] < deadline);
    assert_eq!(asked[1], deadline);
    assert!(asked[2] < deadline);
}

#[test]
fn a_service_that_is_not_reached_has_not_seen_the_message() {
    let (error, commit) = Case::new(1).attempt(step);
    let error = error.unwrap().err().unwrap();
    assert_eq!(
        (error.status(), error.resend()),
        (Status::Connect, Resend::Safe)
    );
    assert!(!commit.commit(), "it is withdrawn");
}

#[test]
fn at_the_deadline_it_matters_whether_the_message_has_left() {
    for (committed, resend) in [(false, Resend::Safe), (true, Resend::Never)] {
        let mut case = Case::new(1);
        case.deadline = Instant::now();
        let (error, _) = case.attempt(|attempt| {
            assert!(!committed || attempt.commit.commit());
            step(attempt)
        });
        let error = error.unwrap().err().unwrap();
        assert_eq!((error.status(), error.resend()), (Status::Timeout, resend));
    }
}

#[test]
fn who_is_held_up_by_others_has_the_whole_time_again() {
    let mut case = Case::new(3);
    let (output, commit) =
        case.attempt(|attempt| poll(attempt.in_time_unless(pending::<()>(), || true)));
    assert!(output.is_none());
    assert_eq!(case.timer.asked.len(), 4);
    assert!(case.timer.asked.is_sorted());
    assert!(!commit.is_committed());
}

#[test]
fn who_is_held_up_is_so_until_the_deadline_only() {
    let mut case = Case::new(usize::MAX);
    case.deadline = Instant::now();
    let (output, _) =
        case.attempt(|attempt| poll(attempt.in_time_unless(pending::<()>(), || true)));
    assert_eq!(output.unwrap().unwrap_err().status(), Status::Timeout);
}

#[test]
fn a_message_that_was_not_processed_starts_over() {
    let mut case = Case::new(0);
    let (first, commit) = case.attempt(|attempt| {
        let first = attempt.commit.clone();
        assert!(first.commit());
        attempt.start_over();
        assert_eq!(attempt.requests(), 2);
        assert!(step(attempt).is_none());
        first
    });
    assert!(first.is_committed() && !commit.is_committed());
    assert!(
        case.timer.asked[0] < case.deadline,
        "it has to be reached anew"
    );
    assert_eq!(case.bytes_sent(), 7, "what was sent once");
    assert_eq!(case.fixture.metrics.snapshot().retried, 1);
}

#[test]
fn nothing_is_written_once_the_attempt_is_over() {
    let mut case = Case::new(0);
    let (first, _) = case.attempt(|attempt| attempt.commit.clone());
    assert!(!first.commit());
    assert_eq!(case.bytes_sent(), 0);
    case.attempt(|attempt| attempt.commit.commit());
    assert_eq!(case.bytes_sent(), 7);
}

#[test]
fn a_message_without_a_pace_is_sent_at_once() {
    let mut case = Case::new(0);
    let request = case.fixture.request();
    let mut attempt = Attempt::start(&request, case.deadline, &mut case.timer);
    assert!(poll(attempt.await_pace(&request)).unwrap().is_ok());
}
