//! Runs the conformance suite on the stores, in a thread for each processor:
//! `cargo run --release -p robofy-conversation --features conformance --example inbox_conformance -- [histories [seed [folder]]]`.
//! With a folder, which is to be there, it runs on stores on disk in it; one in memory (`/dev/shm`) is synced fastest.

use std::path::{Path, PathBuf};
use std::thread;
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
    let (name, report) = match arguments.next() {
        None => ("memory", run(histories, seed, |_| Memory::new)?),
        Some(folder) => {
            let subject = |thread: u64| OnDisk(Path::new(&folder).join(thread.to_string()));
            ("on disk", run(histories, seed, subject)?)
        }
    };
    println!("{name}: {report}; {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Each thread has a share of the histories, a seed and a subject of its own.
fn run<S: Subject>(
    histories: u64,
    seed: u64,
    subject: impl Fn(u64) -> S + Sync,
) -> Result<Report, Failure> {
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let share = |thread| histories / threads + u64::from(thread < histories % threads);
    let reports: Vec<_> = thread::scope(|scope| {
        let subject = &subject;
        let run = move |thread| {
            let seed = seed.wrapping_mul(threads).wrapping_add(thread);
            conformance::run(share(thread), seed, subject(thread))
                .inspect_err(|failure| eprintln!("{failure}"))
        };
        let running: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || run(thread)))
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    reports
        .into_iter()
        .try_fold(Report::default(), |mut sum, report| {
            sum.add(&report?);
            Ok(sum)
        })
}
