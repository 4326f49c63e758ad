//! Which of a name's addresses is connected to: the first that answers (RFC 8305, Happy Eyeballs).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::time::{self, timeout_at};

use super::stream::Tcp;
use crate::engine::process::budget::{Permit, Share};

/// After so long without an answer the next address is tried too (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The families in turn, the one that the system put first first (RFC 8305, section 4); before all of them the address
/// that won last.
pub(super) fn order(addresses: &[SocketAddr], winner: Option<IpAddr>) -> Vec<SocketAddr> {
    let leads_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<SocketAddr>, Vec<_>) = addresses
        .iter()
        .partition(|address| address.is_ipv6() == leads_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut ordered: Vec<SocketAddr> = Vec::with_capacity(addresses.len());
    while ordered.len() < addresses.len() {
        ordered.extend(first.next());
        ordered.extend(second.next());
    }
    if let Some(at) = ordered
        .iter()
        .position(|address| Some(address.ip()) == winner)
    {
        ordered[..=at].rotate_right(1);
    }
    ordered
}

/// An address, and how long it is tried alone.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Turn {
    address: SocketAddr,
    delay: Duration,
}

/// The decisions, without a socket or a clock.
struct Race {
    waiting: VecDeque<Turn>,
    running: usize,
    /// When the next one may start beside those that run.
    next_at: Option<Instant>,
}

#[derive(Debug, PartialEq)]
enum Move {
    Start(Turn),
    /// For a result, or until then.
    Wait(Option<Instant>),
    Lost,
}

impl Race {
    fn new(addresses: Vec<SocketAddr>) -> Self {
        let turn = |address| Turn {
            address,
            delay: ATTEMPT_DELAY,
        };
        Self {
            waiting: addresses.into_iter().map(turn).collect(),
            running: 0,
            next_at: None,
        }
    }

    fn next(&mut self, now: Instant) -> Move {
        let is_due = self.running == 0 || self.next_at.is_some_and(|at| at <= now);
        match self.waiting.pop_front() {
            Some(turn) if is_due => {
                self.running += 1;
                self.next_at = Some(now + turn.delay);
                Move::Start(turn)
            }
            Some(turn) => {
                self.waiting.push_front(turn);
                Move::Wait(self.next_at)
            }
            None if self.running > 0 => Move::Wait(None),
            None => Move::Lost,
        }
    }

    fn failed(&mut self, now: Instant) {
        self.running -= 1;
        self.next_at = Some(now);
    }

    /// Its permit is needed for the next one. It comes again, for twice as long: who answers slowly is reached too.
    fn gave_way(&mut self, turn: Turn) {
        self.running -= 1;
        self.waiting.push_back(Turn {
            delay: turn.delay.saturating_mul(2),
            ..turn
        });
    }
}

type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<Tcp>> + Send + 'a>>;

struct Attempt<'a> {
    turn: Turn,
    connecting: Connecting<'a>,
}

/// The first connection that stands, and its address; the others are closed. The caller has a permit for one socket, each
/// one more at the same time takes another of `share`, as far as that goes. Without one, addresses are tried by turns.
pub(super) async fn connect(
    addresses: Vec<SocketAddr>,
    share: &Share,
) -> io::Result<(Tcp, SocketAddr)> {
    run(
        addresses,
        || share.try_acquire_spare(),
        |address| Box::pin(Tcp::connect(address)),
    )
    .await
}

async fn run<'a>(
    addresses: Vec<SocketAddr>,
    spare: impl Fn() -> Option<Permit>,
    dial: impl Fn(SocketAddr) -> Connecting<'a>,
) -> io::Result<(Tcp, SocketAddr)> {
    let mut race = Race::new(addresses);
    // Dropped in the reverse order: the descriptors are closed before their permits are given back.
    let mut extra = Vec::new();
    let mut attempts: Vec<Attempt<'a>> = Vec::new();
    let mut problem = None;
    loop {
        let until = match race.next(now()) {
            Move::Lost => {
                return Err(problem.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into()));
            }
            Move::Start(turn) => {
                if attempts.len() > extra.len() {
                    match spare() {
                        Some(permit) => extra.push(permit),
                        None => race.gave_way(attempts.remove(0).turn),
                    }
                }
                attempts.push(Attempt {
                    turn,
                    connecting: dial(turn.address),
                });
                continue;
            }
            Move::Wait(until) => until,
        };
        let ended = match until {
            Some(until) => timeout_at(until.into(), first(&mut attempts)).await,
            None => Ok(first(&mut attempts).await),
        };
        match ended {
            Ok((address, Ok(tcp))) => return Ok((tcp, address)),
            Ok((_, Err(error))) => {
                extra.truncate(attempts.len().saturating_sub(1));
                race.failed(now());
                problem = Some(more_telling(problem, error));
            }
            Err(_) => {}
        }
    }
}

/// By the clock that the waits go by.
fn now() -> Instant {
    time::Instant::now().into_std()
}

/// The first attempt that ends, which is taken out.
async fn first(attempts: &mut Vec<Attempt<'_>>) -> (SocketAddr, io::Result<Tcp>) {
    poll_fn(|cx| {
        for at in 0..attempts.len() {
            if let Poll::Ready(result) = attempts[at].connecting.as_mut().poll(cx) {
                return Poll::Ready((attempts.remove(at).turn.address, result));
            }
        }
        Poll::Pending
    })
    .await
}

/// A family without a network is usual, so it says less than what became of the other one.
fn more_telling(known: Option<io::Error>, error: io::Error) -> io::Error {
    use io::ErrorKind::{AddrNotAvailable, NetworkUnreachable};
    match known {
        Some(known) if matches!(error.kind(), NetworkUnreachable | AddrNotAvailable) => known,
        _ => error,
    }
}

#[cfg(test)]
#[path = "tests/race.rs"]
mod tests;
