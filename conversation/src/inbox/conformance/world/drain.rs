//! A whole history: its events, and then everything to its end.

use super::state::World;
use crate::inbox::conformance::history::Event;
use crate::inbox::conformance::report::Report;
use crate::inbox::conformance::subject::Subject;
use crate::inbox::options::Options;
use crate::inbox::store::Store;

/// Rounds in which everything that is under way can end: a part fails no more.
const ROUNDS: usize = 200;

/// Nothing is put off for longer, wherever the clock was.
const HORIZON: i64 = 3_600_000;

/// Lives through the events; then nobody says anything more, nothing fails, and everything has to end.
pub(in crate::inbox::conformance) fn live<S: Subject>(
    subject: &mut S,
    options: &Options,
    events: &[Event],
) -> Result<Report, String> {
    let mut world = World::new(subject, options.clone())?;
    for &event in events {
        world.step(event)?;
        let (found, expected) = (
            world.call(|store, _| store.counts())?.pending,
            world.model.pending(),
        );
        if found != expected {
            return Err(format!(
                "promise 4: {found} messages are pending, expected {expected}"
            ));
        }
    }
    for _ in 0..ROUNDS {
        while let Some(held) = world.to_send.pop() {
            world.send(held)?;
        }
        while let Some(held) = world.thinking.pop() {
            world.answer(held, 1)?;
        }
        while let Some(held) = world.ready.pop() {
            world.hand_out(held)?;
        }
        while let Some(held) = world.out.pop() {
            world.part(held, None)?;
        }
        if world.claim(0, 100)? + world.claim(1, 100)? > 0 {
            continue;
        }
        // Timers ring at the time that the store names, and not before.
        match world.call(|store, at| store.next_due(at))? {
            Some(at) if at > world.model.now + HORIZON => {
                return Err(format!(
                    "promise 9: the next timer rings in {} ms",
                    at - world.model.now
                ));
            }
            Some(at) => world.model.now = at.max(world.model.now + 1),
            None => break,
        }
    }
    let counts = world.call(|store, _| store.counts())?;
    let report = world.report;
    if report.lost() > 0 || counts.pending > 0 || counts.turns > 0 {
        return Err(format!(
            "promise 4: {} lost, {counts:?} ({report})",
            report.lost()
        ));
    }
    Ok(report)
}
