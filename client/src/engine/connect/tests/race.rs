use std::future::{pending, ready};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::time::sleep;

use super::*;
use crate::engine::process::budget::Budget;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn addresses<const N: usize>(texts: [&str; N]) -> Vec<SocketAddr> {
    texts.map(address).to_vec()
}

const V6: &str = "[::1]:1";
const V6_2: &str = "[::2]:1";
const A: &str = "10.0.0.1:1";
const B: &str = "10.0.0.2:1";
const C: &str = "10.0.0.3:1";

#[test]
fn families_take_turns_and_the_last_winner_leads() {
    let mixed = addresses([V6, V6_2, A, B, C]);
    let ordered = addresses([V6, A, V6_2, B, C]);
    assert_eq!(order(&mixed, None), ordered);
    assert_eq!(order(&addresses([A, B, V6]), None), addresses([A, V6, B]));
    let led = addresses([B, V6, A, V6_2, C]);
    assert_eq!(order(&mixed, Some(address(B).ip())), led);
    assert_eq!(order(&mixed, Some(address("10.9.9.9:1").ip())), ordered);
    assert_eq!(order(&[], None), []);
}

fn start(text: &str, delay: Duration) -> Move {
    let address = address(text);
    Move::Start(Turn { address, delay })
}

#[test]
fn the_next_one_starts_after_the_delay_or_at_once_on_a_refusal() {
    let now = Instant::now();
    let mut race = Race::new(addresses([A, B, C]));
    assert_eq!(race.next(now), start(A, ATTEMPT_DELAY));
    let then = now + ATTEMPT_DELAY;
    assert_eq!(race.next(now), Move::Wait(Some(then)));
    assert_eq!(race.next(then), start(B, ATTEMPT_DELAY));
    race.failed(then);
    assert_eq!(race.next(then), start(C, ATTEMPT_DELAY));
    assert_eq!(race.next(then), Move::Wait(None));
    race.failed(then);
    assert_eq!(race.next(then), Move::Wait(None));
    race.failed(then);
    assert_eq!(race.next(then), Move::Lost);
}

#[test]
fn who_gave_way_comes_again_for_twice_as_long() {
    let now = Instant::now();
    let mut race = Race::new(addresses([A, B]));
    let Move::Start(first) = race.next(now) else {
        panic!("it is due");
    };
    let then = now + ATTEMPT_DELAY;
    assert_eq!(race.next(then), start(B, ATTEMPT_DELAY));
    race.gave_way(first);
    let later = then + ATTEMPT_DELAY;
    assert_eq!(race.next(then), Move::Wait(Some(later)));
    assert_eq!(race.next(later), start(A, 2 * ATTEMPT_DELAY));
    race.failed(later);
    assert_eq!(race.next(later), Move::Wait(None));
    race.failed(later);
    assert_eq!(race.next(later), Move::Lost);
}

/// A socket, of which there may be one at a time.
struct Only<'a>(&'a AtomicUsize);

impl<'a> Only<'a> {
    fn new(open: &'a AtomicUsize) -> Self {
        assert_eq!(open.fetch_add(1, Ordering::Relaxed), 0);
        Self(open)
    }
}

impl Drop for Only<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An address, and after how long it answers, if ever.
type Answers = (SocketAddr, Option<Duration>);

/// The address that wins with one permit and no more, and after how long.
async fn wins_alone(answers: &[Answers]) -> (SocketAddr, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let open = AtomicUsize::new(0);
    let dial = |address| -> Connecting<'_> {
        let (_, after) = answers.iter().find(|(known, _)| *known == address).unwrap();
        let only = Only::new(&open);
        Box::pin(async move {
            let _only = only;
            match after {
                Some(after) => sleep(*after).await,
                None => pending().await,
            }
            Tcp::connect(there).await
        })
    };
    let began = tokio::time::Instant::now();
    let targets = answers.iter().map(|(address, _)| *address).collect();
    let (_, won) = run(targets, || None, dial).await.unwrap();
    (won, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn with_one_permit_the_addresses_are_tried_by_turns() {
    let (a, b) = (address(A), address(B));
    let soon = Some(Duration::from_millis(1));
    let (won, took) = wins_alone(&[(a, None), (b, soon)]).await;
    assert!(won == b && took < 2 * ATTEMPT_DELAY, "{won} {took:?}");
    let slowly = Some(3 * ATTEMPT_DELAY);
    let (won, took) = wins_alone(&[(a, slowly), (b, None)]).await;
    assert!(won == a && took < 16 * ATTEMPT_DELAY, "{won} {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_address_costs_the_delay_and_its_socket_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    let share = Budget::new().join();
    let _permit = share.try_acquire();
    let began = tokio::time::Instant::now();
    let dial = |address| -> Connecting<'static> {
        match address == there {
            true => Box::pin(Tcp::connect(address)),
            false => Box::pin(pending()),
        }
    };
    let targets = vec![address(A), there];
    let (tcp, won) = run(targets, || share.try_acquire(), dial).await.unwrap();
    assert_eq!(won, there);
    let took = began.elapsed();
    assert!(
        (ATTEMPT_DELAY..2 * ATTEMPT_DELAY).contains(&took),
        "{took:?}"
    );
    assert_eq!(share.held(), 1);
    drop(tcp);
}

#[tokio::test]
async fn sockets_beside_each_other_have_permits_of_their_own() {
    let asked = Mutex::new(Vec::new());
    let dial = |address| -> Connecting<'static> {
        asked.lock().unwrap().push(address);
        Box::pin(ready(Err(io::ErrorKind::ConnectionRefused.into())))
    };
    let lost = run(addresses([A, B, C]), || panic!("one at a time"), dial).await;
    let error = lost.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert_eq!(*asked.lock().unwrap(), addresses([A, B, C]));
}

#[test]
fn a_family_without_a_network_says_less() {
    use io::ErrorKind::{ConnectionRefused, NetworkUnreachable};
    for order in [
        [ConnectionRefused, NetworkUnreachable],
        [NetworkUnreachable, ConnectionRefused],
    ] {
        let message = order
            .into_iter()
            .fold(None, |known, kind| Some(more_telling(known, kind.into())));
        assert_eq!(message.unwrap().kind(), ConnectionRefused);
    }
}
