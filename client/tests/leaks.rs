//! Ten thousand calls, and no byte, connection or thread more than before.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::thread;
use std::time::Duration;

use futures::future::join_all;
use robofy_client::{Client, Message, Status};
use robofy_standin::Standin;
use support::{CHATBOT_ID, PID, client_of, eventually, services, threads_of_the_library};

const CALLS: usize = 10_000;
const ROUND: usize = 100;
const ROUNDS: usize = 5;
/// Of the service's own tables, which live in this process too. A leak of but twenty bytes a call is more.
const NOISE: isize = 20 * CALLS as isize;

/// Knows how many bytes are in use, by all that runs in this process.
struct Counting;

static IN_USE: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Each kind of call in each round: blocking and awaited, answered and refused, dropped early and late.
fn chat(client: &Client, service: &Standin, calls: usize) {
    let awaiting = robofy_client::AsyncClient::from(client.clone());
    let message = |query| Message::new(PID, CHATBOT_ID, query);
    let (hello, refused, slow) = (
        message("Hi"),
        message("!status=401"),
        message("!delay-ms=60000"),
    );
    for _ in 0..calls / (4 * ROUND) {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..ROUND / 4).for_each(|_| drop(client.send(&hello).unwrap())));
            }
        });
        let chats = (0..ROUND).map(|_| awaiting.send(&hello));
        assert!(
            pollster::block_on(join_all(chats))
                .iter()
                .all(Result::is_ok)
        );
        let chats = (0..ROUND).map(|_| awaiting.send(&refused));
        for reply in pollster::block_on(join_all(chats)) {
            assert_eq!(reply.unwrap_err().status(), Status::Unauthorized);
        }
        let dropped: Vec<_> = (0..ROUND).map(|_| awaiting.send(&slow)).collect();
        drop(dropped);
        eventually("all is given up", || service.stats().in_flight == 0);
        service.clear();
    }
}

/// Once what was given up is gone on both sides.
fn settled() -> isize {
    let mut before = IN_USE.load(Ordering::Relaxed);
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = IN_USE.load(Ordering::Relaxed);
        if now == before {
            return now;
        }
        before = now;
    }
}

/// What `chats` leaves that was not there before. A leak grows in every round. Tables grow in one in which more is in flight at
/// a time than ever before, and then no more.
fn grown(mut chats: impl FnMut(usize)) -> isize {
    chats(CALLS / 5);
    let mut before = settled();
    let mut least = isize::MAX;
    for _ in 0..ROUNDS {
        chats(CALLS);
        let after = settled();
        least = least.min(after - before);
        if least < NOISE {
            break;
        }
        before = after;
    }
    least
}

#[test]
fn ten_thousand_calls_leave_nothing() {
    for service in services() {
        let left = grown(|calls| {
            chat(&client_of(&service), &service, calls);
            eventually("its connections are closed", || {
                service.stats().connections_open == 0
            });
            eventually("its threads end", || threads_of_the_library() == 0);
        });
        assert!(left < NOISE, "{left} bytes after the clients are gone");
    }

    // Over HTTP/2, where they need few connections.
    let [.., service] = services();
    let client = client_of(&service);
    let held = grown(|calls| chat(&client, &service, calls));
    assert!(held < NOISE, "{held} bytes more in a client that lives");
}
