//! The library's threads are counted, so the process is this test's alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "that is how a test fails"
)]

mod support;

#[allow(dead_code, reason = "`inbox_on_disk` has its own")]
const IS_ON_DISK: bool = false;

use std::time::Duration;
use std::{fs, thread};

use support::{eventually, single, threads_of_the_library, world};

/// How often each thread of the library's has slept until something woke it.
fn sleeps() -> u64 {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task").unwrap() {
        let path = task.unwrap().path();
        let read = |name| fs::read_to_string(path.join(name)).unwrap_or_default();
        if read("comm").trim() != "robofy" {
            continue;
        }
        let status = read("status");
        let line = status
            .lines()
            .find(|line| line.starts_with("voluntary_ctxt_switches"));
        let count = line.and_then(|line| line.split_whitespace().nth(1));
        sum += count
            .and_then(|count| count.parse::<u64>().ok())
            .unwrap_or(0);
    }
    sum
}

#[test]
fn an_idle_inbox_has_no_thread_and_wakes_nobody() {
    let world = world(single());
    for user in 0..100 {
        let user = user.to_string();
        world.queue(&user, &user, "!delay-ms=50 answer=x");
    }
    for _ in 0..100 {
        assert!(threads_of_the_library() <= 2);
        world.settle();
    }
    eventually("its thread is gone", || threads_of_the_library() == 1);
    let before = sleeps();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(sleeps(), before);
    drop(world);
    eventually("the engine's too", || threads_of_the_library() == 0);
}
