//! Out of disk, out of addresses, and a disk that fails: nothing that was queued is lost, and it goes on by itself.

use std::path::Path;
use std::process::{Command, Output};

use super::faults::{child, given, offer};
use super::scratch::Scratch;
use crate::inbox::lmdb::{Lmdb, Show, inspect};
use crate::inbox::store::{Accept, Store, StoreFault};

fn succeeds(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Sets the soft limit of a child to that of now and some more, or lifts it.
fn limit(what: &str, to: Option<u64>) {
    let to = to.map_or("unlimited".into(), |to| to.to_string());
    let own = std::process::id().to_string();
    let mut prlimit = Command::new("prlimit");
    let set = prlimit
        .args(["--pid", &own, &format!("--{what}={to}:")])
        .status();
    assert!(set.unwrap().success());
}

fn addresses() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    1024 * line
        .and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap()
}

#[test]
#[ignore = "the child of another test"]
fn child_runs_out() {
    let Some((folder, what)) = given() else {
        return;
    };
    let store = Lmdb::open(&folder).unwrap();
    let length = std::fs::metadata(Path::new(&folder).join("data.mdb"))
        .unwrap()
        .len();
    let what = ["fsize", "as"][what as usize];
    let set = match what {
        "fsize" => length + 600_000,
        _ => addresses() + 600_000,
    };
    limit(what, Some(set));
    let (mut queued, mut id) = (0, 0);
    let error = loop {
        match offer(&store, id) {
            Ok(accept) => queued += usize::from(accept == Accept::Queued),
            Err(error) => break error,
        }
        id += 1;
    };
    let text = error.to_string();
    assert_eq!(error.fault(), StoreFault::Full, "{text}");
    assert!(
        text.contains(&folder) && text.contains("Nothing that was accepted is lost"),
        "{text}"
    );
    assert!(queued > 100);
    for known in [0, id - 1] {
        assert_eq!(offer(&store, known).unwrap(), Accept::Duplicate);
    }
    assert!(what == "as" || offer(&store, id).is_err());
    limit(what, None);
    assert_eq!(offer(&store, id).unwrap(), Accept::Queued);
    assert_eq!(store.counts().unwrap().pending, queued + 1);
    println!("{text} {queued} were queued before");
}

#[test]
fn out_of_room_and_out_of_addresses() {
    let scratch = Scratch::new();
    for what in [0, 1] {
        let folder = scratch.at(&what.to_string());
        succeeds(
            &child("limits::child_runs_out", &folder, what)
                .output()
                .unwrap(),
        );
        assert!(inspect(&folder, Show::Identifiers).unwrap().counts.pending > 100);
    }
}

/// Fails the syncs, or the writes of the first pages, while a file of that name is there.
const SHIM: &str = include_str!("../../../../tests/support/failing_disk.c");

#[test]
#[ignore = "the child of another test"]
fn child_has_a_bad_disk() {
    let Some((folder, _)) = given() else {
        return;
    };
    let store = Lmdb::open(&folder).unwrap();
    assert_eq!(offer(&store, 0).unwrap(), Accept::Queued);
    for (number, variable) in [(1, "FAIL_SYNC"), (3, "FAIL_META")] {
        let file = std::env::var(variable).unwrap();
        std::fs::write(&file, "").unwrap();
        let error = offer(&store, number).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.fault(), StoreFault::Unavailable, "{text}");
        assert!(
            text.contains(&folder) && text.contains("is not kept"),
            "{text}"
        );
        std::fs::remove_file(&file).unwrap();
        // What has failed at its very end may be there, and is on disk then.
        let again = offer(&store, number).unwrap();
        assert!(again == Accept::Queued || (number == 3 && again == Accept::Duplicate));
        assert_eq!(offer(&store, number + 1).unwrap(), Accept::Queued);
        assert_eq!(offer(&store, 0).unwrap(), Accept::Duplicate);
        println!("{text} {again:?}");
    }
}

#[test]
fn a_disk_that_fails() {
    let scratch = Scratch::new();
    let (source, shim) = (scratch.at("shim.c"), scratch.at("shim.so"));
    std::fs::write(&source, SHIM).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-o"])
        .args([&shim, &source])
        .arg("-ldl");
    assert!(cc.status().unwrap().success());
    let folder = scratch.at("store");
    let mut child = child("limits::child_has_a_bad_disk", &folder, 0);
    child.env("LD_PRELOAD", &shim);
    for variable in ["FAIL_SYNC", "FAIL_META"] {
        child.env(variable, scratch.at(variable));
    }
    succeeds(&child.output().unwrap());
    assert_eq!(
        inspect(&folder, Show::Identifiers).unwrap().counts.pending,
        5
    );
}
