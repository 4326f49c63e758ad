//! Prints what an inbox keeps in memory and on disk while a million messages go through it: `cargo run --release -p robofy-conversation
//! --example inbox_million -- http://127.0.0.1:PORT [MESSAGES] [FOLDER] [IDLE]`, in front of the stand-in of `tests/standin`. Without a folder the store is in
//! memory. Its clock goes a millisecond on with each message, and a message is remembered for as long as 50 000 others take. In the end it is idle for so
//! many seconds.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use robofy_client::{Client, Options as ClientOptions};
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::{Accept, Kind, Store};
use robofy_conversation::inbox::{Clock, Inbox};

const CHANNEL: &str = "106540352242922";
const BURST: usize = 20;
const SESSIONS: usize = 10_000;
const REMEMBERED: i64 = 50_000;
/// Offered and not ended.
const UNDER_WAY: usize = 10_000;
const YEAR: i64 = 365 * 24 * 3_600_000;
const OFFERING: usize = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments
        .next()
        .ok_or("the first argument is the service's address")?;
    let messages: usize = arguments
        .next()
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let folder = arguments.next().filter(|folder| !folder.is_empty());
    let folder = folder.map(PathBuf::from);
    let idle: u64 = arguments.next().map_or(Ok(0), |text| text.parse())?;

    let store: Arc<dyn Store> = match &folder {
        Some(folder) => Arc::new(Lmdb::open(folder)?),
        None => Arc::new(Memory::new()),
    };
    let mut client = ClientOptions::new();
    client.base_url(&url);
    let ca_file = env::var_os("CA_FILE");
    client.ca_file(ca_file.as_deref().map(std::path::Path::new));
    let client = Client::new("a-test-key", &client)?;
    let options = Options {
        max_messages: BURST,
        quiet_ms: 60_000,
        max_wait_ms: 60_000,
        window_ms: YEAR,
        dedup_ms: REMEMBERED,
        typing_ms: 0,
        ..Options::default()
    };
    let now = Arc::new(AtomicI64::new(1_800_000_000_000));
    let clock = {
        let now = now.clone();
        Clock::of(move || now.load(Ordering::Relaxed))
    };
    let inbox = Inbox::with_clock(&client, "31415", "DKDvwn", options, store, clock)?;

    let (ended, next) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..OFFERING {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(BURST, Ordering::Relaxed);
                    if first >= messages {
                        break;
                    }
                    while first > ended.load(Ordering::Relaxed) + UNDER_WAY {
                        thread::sleep(Duration::from_millis(1));
                    }
                    for number in first..first + BURST {
                        now.fetch_add(1, Ordering::Relaxed);
                        offer(&inbox, number);
                    }
                }
            });
        }
        for _ in 0..OFFERING {
            scope.spawn(|| {
                while ended.load(Ordering::Relaxed) < messages {
                    let Some(outcome) = inbox.poll(Some(Duration::from_millis(200))) else {
                        continue;
                    };
                    if outcome.kind() != Kind::Answer {
                        stop(&format!("{outcome:?}"));
                    }
                    for part in 0..outcome.parts().len() {
                        if let Err(error) = inbox.sent(&outcome, part, "") {
                            stop(&error.to_string());
                        }
                    }
                    ended.fetch_add(outcome.message_ids().len(), Ordering::Relaxed);
                }
            });
        }
        let mut shown = 0;
        while shown < messages {
            thread::sleep(Duration::from_millis(5));
            let tenths = ended.load(Ordering::Relaxed) * 10 / messages * messages / 10;
            if tenths > shown {
                shown = tenths;
                let remembered = inbox.stats().map_or(0, |stats| stats.remembered);
                let disk = folder.as_ref().map_or(0, |folder| {
                    fs::metadata(folder.join("data.mdb")).map_or(0, |found| found.len() / 1_024)
                });
                println!(
                    "{shown} messages: {} KB anonymous, {disk} KB on disk, {remembered} remembered, {} descriptors, {:.0?}",
                    anonymous(),
                    descriptors(),
                    began.elapsed()
                );
            }
        }
    });
    println!("{}", inbox.stats()?.to_json());
    if idle > 0 {
        thread::sleep(Duration::from_secs(2));
        println!("idle: {}", std::process::id());
        thread::sleep(Duration::from_secs(idle));
    }
    Ok(())
}

fn offer(inbox: &Inbox, number: usize) {
    let session = number / BURST % SESSIONS;
    let (user, id) = (
        format!("1555{session:07}"),
        format!("wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ{number:010}"),
    );
    match inbox.offer_text(CHANNEL, &user, &id, "Good morning, are you open today?") {
        Ok(Accept::Queued) => {}
        other => stop(&format!("{other:?}")),
    }
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fn stop(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(1)
}

/// Memory that is no file's, in KB, after the allocator has given back what it can; 0 where `/proc` does not tell.
fn anonymous() -> usize {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: may be called at any time.
    unsafe {
        libc::malloc_trim(0);
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
