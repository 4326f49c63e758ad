//! The process has no thread left for a while: nothing that was accepted waits for longer. The library's threads are this
//! test's alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use robofy_client::hooks;
use robofy_conversation::inbox::options::Options;
use support::{eventually, options, text, threads_of_the_library, world};

const QUIET_MS: i64 = 300;

#[test]
fn a_burst_that_ends_while_there_is_no_thread_is_answered_once_there_is_one() {
    let world = world(Options {
        quiet_ms: QUIET_MS,
        max_messages: 100,
        ..options()
    });
    world.queue("1", "a", "!answer=x");
    assert_eq!(text(&world.settle()), "x");
    eventually("its thread is gone", || threads_of_the_library() == 1);
    let mut stuck = Vec::new();
    loop {
        let (go_on, told) = mpsc::channel::<()>();
        if hooks::spawn(move || _ = told.recv()).is_err() {
            break;
        }
        stuck.push(go_on);
    }
    assert!(stuck.len() > 100);
    world.queue("1", "b", "!answer=y");
    thread::sleep(Duration::from_millis(3 * QUIET_MS.unsigned_abs()));
    assert_eq!(world.asked().len(), 1);
    drop(stuck);
    assert_eq!(text(&world.settle()), "y");
}
