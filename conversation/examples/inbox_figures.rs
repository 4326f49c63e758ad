//! Prints what the store in memory costs: `cargo run --release -p robofy-conversation --example inbox_figures`.

use std::time::Instant;

use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::options::{Moment, Options};
use robofy_conversation::inbox::store::{Action, Kind, Offer, Step, Store, StoreError, Work};

const SESSIONS: usize = 1_000_000;
const IN_FLIGHT: usize = 10_000;

fn main() -> Result<(), StoreError> {
    let options = Options {
        max_pending: usize::MAX,
        ..Options::default()
    };
    let at = |now| Moment {
        now,
        options: &options,
    };
    let store = Memory::new();
    let epoch = store.begin("figures", at(0))?;
    let parts = [String::from(
        "An answer of some length, as an agent would write it.",
    )];
    let (mut offering, mut answering, mut in_flight) = (0, 0, 0);
    let before = resident();
    for first in (0..SESSIONS).step_by(IN_FLIGHT) {
        let start = Instant::now();
        for at_session in first..first + IN_FLIGHT {
            let (user, id) = (
                format!("1555{at_session:07}"),
                format!("wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ{at_session:020}"),
            );
            store.offer(
                &[Offer::text(
                    "106540352242922",
                    &user,
                    &id,
                    "Good morning, are you open today?",
                )],
                at(0),
            )?;
        }
        offering += start.elapsed().as_nanos() as usize;
        let start = Instant::now();
        let works = store.claim(epoch, usize::MAX, at(2_000))?;
        if first == 0 {
            in_flight = resident().saturating_sub(before);
        }
        for work in &works {
            let (Work::Ask(session, turn) | Work::HandOut(session, turn)) = work else {
                continue;
            };
            let answer = Action::Answer {
                kind: Kind::Answer,
                parts: &parts,
                note: "",
            };
            let sent = Action::PartSent {
                part: 0,
                provider_id: "",
            };
            for action in [Action::Send, answer, Action::HandOut, sent] {
                store.advance(
                    epoch,
                    &[Step {
                        session,
                        turn: *turn,
                        action,
                    }],
                    at(2_000),
                )?;
            }
        }
        answering += start.elapsed().as_nanos() as usize;
    }
    let idle = resident().saturating_sub(before);
    println!(
        "offer: {} ns; claim and five steps: {} ns",
        offering / SESSIONS,
        answering / SESSIONS
    );
    println!(
        "a session in flight: {} bytes; an idle one: {} bytes",
        in_flight / IN_FLIGHT,
        idle / SESSIONS
    );
    println!("{:?}", store.counts()?);
    Ok(())
}

/// Resident memory in bytes, 0 where `/proc` does not tell.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
