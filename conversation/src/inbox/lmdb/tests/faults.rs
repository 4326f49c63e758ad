//! Killed and forked: in a process of its own, which is this test's program again.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::scratch::Scratch;
use crate::inbox::lmdb::{Lmdb, binding};
use crate::inbox::options::{Moment, Options};
use crate::inbox::store::{Accept, Offer, Store, StoreError, StoreFault};

const FOLDER: &str = "ROBOFY_TEST_FOLDER";
const FIRST: &str = "ROBOFY_TEST_FIRST";

pub(super) fn offer(store: &Lmdb, id: u64) -> Result<Accept, StoreError> {
    let options = Options {
        max_pending: usize::MAX,
        ..Options::default()
    };
    let at = Moment {
        now: 0,
        options: &options,
    };
    let (user, id) = (format!("{}", id % 50), format!("m{id}"));
    let offer = Offer::text("channel", &user, &id, "Hello");
    store.offer(&[offer], at).map(|accepts| accepts[0])
}

/// One of the tests that are children's.
pub(super) fn child(name: &str, folder: &Path, first: u64) -> Command {
    // A file that grows too large is an error to the child, and not its end.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    command.arg(std::env::current_exe().unwrap());
    command
        .args([
            &format!("inbox::lmdb::tests::{name}"),
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped());
    command
}

pub(super) fn given() -> Option<(String, u64)> {
    Some((
        std::env::var(FOLDER).ok()?,
        std::env::var(FIRST).ok()?.parse().ok()?,
    ))
}

/// Offers from four threads until it is killed, and prints what is kept.
#[test]
#[ignore = "the child of another test"]
fn child_offers() {
    let Some((folder, first)) = given() else {
        return;
    };
    let store = Lmdb::open(folder).unwrap();
    thread::scope(|scope| {
        for number in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for id in (first + number..).step_by(4) {
                    assert_eq!(offer(store, id).unwrap(), Accept::Queued);
                    std::io::stdout()
                        .lock()
                        .write_all(format!("queued {id}\n").as_bytes())
                        .unwrap();
                }
            });
        }
    });
}

/// `ROBOFY_KILLS` kills it more often.
#[test]
fn what_was_queued_is_kept_whenever_the_process_is_killed() {
    let kills = std::env::var("ROBOFY_KILLS").map_or(25, |kills| kills.parse().unwrap());
    let scratch = Scratch::new();
    let folder = scratch.at("store");
    let (mut first, mut all) = (0, HashSet::new());
    for kill in 0..kills {
        let mut child = child("faults::child_offers", &folder, first)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed in the middle of it: not before a message is queued, and some time later.
        let id = |line: &str| {
            line.split_once("queued ")
                .map(|(_, id)| id.parse::<u64>().unwrap())
        };
        let mut queued: Vec<_> = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| id(&line))
            .into_iter()
            .collect();
        thread::sleep(Duration::from_millis(kill * 7 % 40));
        child.kill().unwrap();
        queued.extend(lines.map_while(Result::ok).filter_map(|line| id(&line)));
        child.wait().unwrap();
        assert!(!queued.is_empty());

        let store = Lmdb::open(&folder).unwrap();
        for id in &queued {
            assert_eq!(
                offer(&store, *id).unwrap(),
                Accept::Duplicate,
                "{id} after {kill}"
            );
        }
        first = queued.iter().max().unwrap() + 1_000;
        all.extend(queued);
        let counts = store.counts().unwrap();
        assert!(
            counts.pending >= all.len() && counts.pending == counts.seen,
            "{counts:?}"
        );
    }
    println!(
        "{kills} kills: {} messages were queued, and each is there",
        all.len()
    );
}

/// Has a store open until its input ends.
#[test]
#[ignore = "the child of another test"]
fn child_holds() {
    let Some((folder, _)) = given() else { return };
    let _store = Lmdb::open(folder).unwrap();
    println!("\nopen");
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn another_process_has_it_and_its_death_gives_it_back() {
    let scratch = Scratch::new();
    let folder = scratch.at("store");
    let mut child = child("faults::child_holds", &folder, 0).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "open"));
    let taken = Lmdb::open(&folder).err().unwrap();
    let read = crate::inbox::lmdb::inspect(&folder, crate::inbox::lmdb::Show::Texts).unwrap_err();
    child.kill().unwrap();
    child.wait().unwrap();
    for error in [taken, read] {
        assert_eq!(error.fault(), StoreFault::Taken);
        assert!(
            error.to_string().contains("another process has it open"),
            "{error}"
        );
    }
    assert_eq!(
        offer(&Lmdb::open(&folder).unwrap(), 1).unwrap(),
        Accept::Queued
    );
}

/// `fork()` gives the child nothing, and takes nothing from the parent.
#[test]
fn after_fork_it_belongs_to_the_process_that_opened_it() {
    let scratch = Scratch::new();
    let folder = scratch.at("store");
    let store = Lmdb::open(&folder).unwrap();
    let refuses = || {
        let error = offer(&store, 1).unwrap_err();
        let another = Lmdb::open(&folder).err().unwrap();
        error.fault() == StoreFault::Taken
            && error.to_string().contains("forked")
            && another.fault() == StoreFault::Taken
            && store.counts().is_err()
    };
    assert!(binding::in_a_child(refuses));
    assert_eq!(offer(&store, 1).unwrap(), Accept::Queued);
    drop(store);
    let is_free = || Lmdb::open(&folder).is_ok();
    assert!(binding::in_a_child(is_free));
}
