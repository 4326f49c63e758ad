//! What a store on disk promises beside what every store does, and the conformance suite.

mod calls;
mod crowd;
mod faults;
#[cfg(target_os = "linux")]
mod limits;
pub(super) mod scratch;

use self::scratch::Scratch;
use super::Lmdb;
use crate::inbox::conformance::{self, Subject};

/// A crash is that the store is closed as it is, and opened again.
struct OnDisk {
    scratch: Scratch,
    made: u32,
}

impl Subject for OnDisk {
    type Store = Lmdb;

    fn fresh(&mut self) -> Lmdb {
        let former = self.scratch.at(&self.made.to_string());
        let _ = std::fs::remove_dir_all(former);
        self.made += 1;
        Lmdb::open(self.scratch.at(&self.made.to_string())).unwrap()
    }

    fn reopen(&mut self, store: Lmdb) -> Lmdb {
        drop(store);
        Lmdb::open(self.scratch.at(&self.made.to_string())).unwrap()
    }
}

/// `ROBOFY_HISTORIES` runs more of them, `ROBOFY_SEED` others.
#[test]
fn lmdb_passes_the_conformance_suite() {
    let number =
        |name: &str, default| std::env::var(name).map_or(default, |number| number.parse().unwrap());
    let (histories, seed) = (number("ROBOFY_HISTORIES", 300), number("ROBOFY_SEED", 13));
    let subject = OnDisk {
        scratch: Scratch::new(),
        made: 0,
    };
    match conformance::run(histories, seed, subject) {
        Ok(report) => println!("{report}"),
        Err(failure) => panic!("{failure}"),
    }
}
