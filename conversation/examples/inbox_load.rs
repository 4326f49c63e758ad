//! Prints what many sessions in flight cost an inbox: `cargo run --release -p robofy-conversation --example inbox_load -- http://127.0.0.1:PORT
//! [SESSIONS] [SECONDS]`, in front of the stand-in of `tests/standin` or another service that answers there. Each session has a burst of
//! three messages, and the agent thinks for so many seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use robofy_client::{Client, Options as ClientOptions};
use robofy_conversation::inbox::Inbox;
use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::{Accept, Kind};

const CHANNEL: &str = "106540352242922";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments
        .next()
        .ok_or("the first argument is the service's address")?;
    let sessions: usize = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(10), |text| text.parse())?;

    let mut options = ClientOptions::new();
    options
        .base_url(&url)
        .timeout(Duration::from_secs(seconds + 120));
    let ca_file = env::var_os("CA_FILE");
    options.ca_file(ca_file.as_deref().map(std::path::Path::new));
    let client = Client::new("a-test-key", &options)?;
    let bursts = Options {
        max_messages: 3,
        quiet_ms: 3_000_000,
        max_wait_ms: 3_000_000,
        join: " ".into(),
        ..Options::default()
    };
    let inbox = Inbox::new(&client, "31415", "DKDvwn", bursts, Arc::new(Memory::new()))?;

    let before = resident();
    let began = Instant::now();
    let think = format!("!delay-ms={}", seconds * 1_000);
    let mut offering = Duration::ZERO;
    for (message, text) in [&*think, "headers=1", "extra-keys"].into_iter().enumerate() {
        for user in 0..sessions {
            let (user, id) = (
                format!("1555{user:07}"),
                format!("wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ{user:010}.{message}"),
            );
            let start = Instant::now();
            let accept = inbox.offer_text(CHANNEL, &user, &id, text)?;
            offering += start.elapsed();
            if accept != Accept::Queued {
                return Err(format!("{id} is {accept:?}").into());
            }
        }
    }
    let offered = began.elapsed();
    let (mut most, mut peak, mut threads) = (0, 0, 0);
    while began.elapsed() < offered + Duration::from_secs(seconds) && most < sessions as u64 {
        most = most.max(inbox.stats()?.in_flight);
        peak = peak.max(resident());
        threads = threads.max(threads_now());
        std::thread::sleep(Duration::from_millis(20));
    }
    // A moment in which everything waits for the agent.
    std::thread::sleep(Duration::from_secs(1));
    peak = peak.max(resident());
    threads = threads.max(threads_now());
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    let mut ended = 0;
    while ended < 3 * sessions {
        let outcome = inbox
            .poll(Some(Duration::from_secs(120)))
            .ok_or("an outcome is missing")?;
        *kinds.entry(name(outcome.kind())).or_default() += 1;
        if outcome.kind() == Kind::Typing {
            continue;
        }
        if outcome.message_ids().len() != 3 {
            return Err(format!("a burst was torn: {outcome:?}").into());
        }
        ended += outcome.message_ids().len();
        for part in 0..outcome.parts().len() {
            inbox.sent(&outcome, part, "")?;
        }
        threads = threads.max(threads_now());
    }
    println!(
        "{sessions} sessions in bursts of three: {most} in flight at once, {:.1} KB each with the client's, {threads} threads",
        peak.saturating_sub(before) as f64 / 1_024.0 / sessions as f64,
    );
    println!(
        "offered in {offered:.2?} ({} ns each), all ended after {:.2?}: {kinds:?}",
        offering.as_nanos() / (3 * sessions as u128),
        began.elapsed()
    );
    println!("{}", inbox.stats()?.to_json());
    Ok(())
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Answer => "answers",
        Kind::Fallback => "fallbacks",
        Kind::Typing => "typing",
        Kind::Notice(_) => "notices",
        Kind::Media => "media",
        Kind::Expired(_) => "expired",
    }
}

/// Resident memory in bytes, 0 where `/proc` does not tell.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4_096
}

fn threads_now() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
