//! Runs the conformance suite on the stores:
//! `cargo run --release -p robofy-conversation --features conformance --example inbox_conformance -- [histories [seed [folder]]]`.
//! With a folder, which is to be made, it runs on the store on disk there; one in memory (`/dev/shm`) is synced fastest.

use std::path::PathBuf;
use std::time::Instant;

use robofy_conversation::inbox::conformance::{self, Failure, Report, Subject};
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::store::StoreError;

/// Stores on disk, one after the other.
struct OnDisk(PathBuf);

impl OnDisk {
    fn open(&self) -> Lmdb {
        Lmdb::open(&self.0).unwrap_or_else(|error| stop(&error))
    }
}

impl Subject for OnDisk {
    type Store = Lmdb;

    fn fresh(&mut self) -> Lmdb {
        let _ = std::fs::remove_dir_all(&self.0);
        self.open()
    }

    fn reopen(&mut self, store: Lmdb) -> Lmdb {
        drop(store);
        self.open()
    }
}

fn stop(error: &StoreError) -> ! {
    eprintln!("{error}");
    std::process::exit(1)
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| {
        let given = arguments.next();
        given.map_or(Ok(default), |given| given.parse())
    };
    let (Ok(histories), Ok(seed)) = (number(100_000), number(1)) else {
        eprintln!("usage: inbox_conformance [histories [seed [folder]]]");
        std::process::exit(2)
    };
    let start = Instant::now();
    let report = match arguments.next() {
        None => run(histories, seed, Memory::new)?,
        Some(folder) => run(histories, seed, OnDisk(folder.into()))?,
    };
    println!("{report}; {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn run(histories: u64, seed: u64, subject: impl Subject) -> Result<Report, Failure> {
    conformance::run(histories, seed, subject).inspect_err(|failure| eprintln!("{failure}"))
}
