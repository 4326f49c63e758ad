use std::future::{pending, ready};
use std::sync::Mutex;

use tokio::net::TcpListener;

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

#[test]
fn the_next_one_starts_after_the_delay_or_at_once_on_a_refusal() {
    let now = Instant::now();
    let mut race = Race::new(addresses([A, B, C]));
    assert_eq!(race.next(now), Move::Start(address(A)));
    let then = now + ATTEMPT_DELAY;
    assert_eq!(race.next(now), Move::Wait(Some(then)));
    assert_eq!(race.next(then), Move::Start(address(B)));
    race.failed(then);
    assert_eq!(race.next(then), Move::Start(address(C)));
    assert_eq!(race.next(then), Move::Wait(None));
    race.failed(then);
    assert_eq!(race.next(then), Move::Wait(None));
    race.failed(then);
    assert_eq!(race.next(then), Move::Lost);
}

#[test]
fn without_a_permit_one_waits_for_another_to_fail_or_for_a_permit() {
    let now = Instant::now();
    let mut race = Race::new(addresses([A, B]));
    race.next(now);
    let then = now + ATTEMPT_DELAY;
    assert_eq!(race.next(then), Move::Start(address(B)));
    race.hold_back(address(B));
    let later = then + ATTEMPT_DELAY;
    assert_eq!(race.next(then), Move::Wait(Some(later)));
    assert_eq!(race.next(later), Move::Start(address(B)));
    race.hold_back(address(B));
    race.failed(then);
    assert_eq!(race.next(then), Move::Start(address(B)));
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
