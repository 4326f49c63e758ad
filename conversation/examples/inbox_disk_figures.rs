//! Prints what the store on disk costs: `cargo run --release -p robofy-conversation --example inbox_disk_figures -- FOLDER [offers]`.
//! The folder is made and removed; `offers` leaves the rest out.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::options::{Moment, Options};
use robofy_conversation::inbox::store::{Action, Kind, Offer, Step, Store, StoreError, Work};

const CHANNEL: &str = "106540352242922";
const TEXT: &str = "Good morning, are you open today?";
const TIME: Duration = Duration::from_secs(3);
const SESSIONS: usize = 1_000_000;
const IN_FLIGHT: usize = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: inbox_disk_figures FOLDER")?;
    let folder = Path::new(&folder);
    let options = Options {
        max_pending: usize::MAX,
        ..Options::default()
    };
    for threads in [1, 8, 64] {
        let store = Lmdb::open(folder)?;
        offers(&store, threads, &options)?;
        drop(store);
        std::fs::remove_dir_all(folder)?;
    }
    if std::env::args().nth(2).is_some_and(|part| part == "offers") {
        return Ok(());
    }
    let store = Lmdb::open(folder)?;
    crowded(&store, &options)?;
    drop(store);
    std::fs::remove_dir_all(folder)?;
    let store = Lmdb::open(folder)?;
    idle(store, folder, &options)?;
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

/// As many as go in a time, each of a session of its own.
fn offers(store: &Lmdb, threads: usize, options: &Options) -> Result<(), StoreError> {
    let next = AtomicUsize::new(0);
    let (start, before) = (Instant::now(), used());
    let work = || {
        while start.elapsed() < TIME {
            let number = next.fetch_add(1, Ordering::Relaxed);
            store.offer(
                &[Offer::text(CHANNEL, &user(number), &id(number), TEXT)],
                Moment { now: 0, options },
            )?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    let (count, time) = (next.into_inner(), start.elapsed());
    let (on_cpu, switches) = used();
    let each = |sum: f64| sum / count as f64;
    println!(
        "{threads} threads: {:.0} offers a second; {:.0} transactions a second, {:.1} offers in each; an offer: {:.1} us of CPU, {:.2} switches",
        count as f64 / time.as_secs_f64(),
        store.transactions()? as f64 / time.as_secs_f64(),
        1.0 / each(store.transactions()? as f64),
        each((on_cpu - before.0).as_secs_f64() * 1e6),
        each((switches - before.1) as f64),
    );
    Ok(())
}

/// What an offer to one session costs, and a turn of it, the more of its messages wait.
fn crowded(store: &Lmdb, options: &Options) -> Result<(), StoreError> {
    let at = Moment { now: 0, options };
    let epoch = store.begin("figures", at)?;
    let mut number = 0;
    for most in [1, 10, 100, 1_000] {
        let mut took = Duration::ZERO;
        while number < most {
            let ids: Vec<_> = (number..most.min(number + 100)).map(id).collect();
            let offers = ids
                .iter()
                .map(|id| Offer::text(CHANNEL, "15550100", id, TEXT));
            let offers: Vec<_> = offers.collect();
            let start = Instant::now();
            store.offer(&offers, at)?;
            took = start.elapsed() / offers.len() as u32;
            number += offers.len();
        }
        let start = Instant::now();
        let work = store.claim(
            epoch,
            1,
            Moment {
                now: 60_000,
                options,
            },
        )?;
        for work in &work {
            let (Work::Ask(session, turn) | Work::HandOut(session, turn)) = work else {
                continue;
            };
            for action in [
                Action::Send,
                Action::Answer {
                    kind: Kind::Answer,
                    parts: &[],
                    note: "",
                },
                Action::HandOut,
            ] {
                let turn = *turn;
                let step = Step {
                    session,
                    turn,
                    action,
                };
                store.advance(epoch, &[step], at)?;
            }
        }
        println!(
            "{most} messages wait in a session: an offer in a batch of 100 {:.1} us, a turn {:.1} us with its syncs",
            took.as_secs_f64() * 1e6,
            start.elapsed().as_secs_f64() * 1e6
        );
    }
    Ok(())
}

/// What a million sessions leave that have been answered, and what is left of the disk when they are forgotten.
fn idle(store: Lmdb, folder: &Path, options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let at = |now| Moment { now, options };
    let epoch = store.begin("figures", at(0))?;
    let parts = [String::from(
        "An answer of some length, as an agent would write it.",
    )];
    let before = heap();
    let (mut offering, mut answering) = (Duration::ZERO, Duration::ZERO);
    for first in (0..SESSIONS).step_by(IN_FLIGHT) {
        let names: Vec<_> = (first..first + IN_FLIGHT)
            .map(|number| (user(number), id(number)))
            .collect();
        let offers: Vec<_> = names
            .iter()
            .map(|(user, id)| Offer::text(CHANNEL, user, id, TEXT))
            .collect();
        let start = Instant::now();
        for offers in offers.chunks(100) {
            store.offer(offers, at(first as i64))?;
        }
        offering += start.elapsed();
        let start = Instant::now();
        let now = at(first as i64 + 2_000);
        for work in store.claim(epoch, usize::MAX, now)?.chunks(100) {
            for action in [
                Action::Send,
                Action::Answer {
                    kind: Kind::Answer,
                    parts: &parts,
                    note: "",
                },
                Action::HandOut,
                Action::PartSent {
                    part: 0,
                    provider_id: "",
                },
            ] {
                let steps: Vec<_> = work
                    .iter()
                    .filter_map(|work| match work {
                        Work::Ask(session, turn) | Work::HandOut(session, turn) => Some(Step {
                            session,
                            turn: *turn,
                            action,
                        }),
                        Work::PutOff => None,
                    })
                    .collect();
                store.advance(epoch, &steps, now)?;
            }
        }
        answering += start.elapsed();
    }
    let each = |time: Duration| time.as_nanos() / SESSIONS as u128;
    println!(
        "in batches of 100: an offer {} ns, a claim and four steps {} ns",
        each(offering),
        each(answering)
    );
    println!(
        "{SESSIONS} idle sessions: {} KB more heap, {} MB on disk; {:?}",
        heap().saturating_sub(before),
        disk(folder)?,
        store.counts()?
    );
    drop(store);
    let start = Instant::now();
    let store = Lmdb::open(folder)?;
    println!("opened again in {} ms", start.elapsed().as_millis());
    let start = Instant::now();
    let later = at(options.dedup_ms + SESSIONS as i64 + 2_000);
    while store.purge(10_000, later)? == 10_000 {}
    println!(
        "all forgotten in {:.1} s: {} MB on disk; {:?}",
        start.elapsed().as_secs_f64(),
        disk(folder)?,
        store.counts()?
    );
    Ok(())
}

fn user(number: usize) -> String {
    format!("1555{number:07}")
}

fn id(number: usize) -> String {
    format!("wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ{number:020}")
}

/// Anonymous memory in KB, 0 where `/proc` does not tell.
fn heap() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// The time on processors and the voluntary switches of this process.
fn used() -> (Duration, i64) {
    // SAFETY: numbers, for which zero is a value; the place outlives the call.
    let used = unsafe {
        let mut used: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut used);
        used
    };
    let time = |time: libc::timeval| {
        Duration::from_micros(time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64)
    };
    (time(used.ru_utime) + time(used.ru_stime), used.ru_nvcsw)
}

/// Blocks of 512 bytes, as MB.
fn disk(folder: &Path) -> std::io::Result<u64> {
    Ok(std::fs::metadata(folder.join("data.mdb"))?.blocks() / 2048)
}
