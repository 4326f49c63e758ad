//! What each step of a turn has to come to.

use super::person::{Phase, Running};
use super::{Model, channel};
use crate::inbox::message::Why;
use crate::inbox::store::{Effect, Kind, Outcome};

const HOUR: i64 = 3_600_000;

impl Model {
    fn running(&mut self, who: usize) -> Result<&mut Running, String> {
        self.people[who]
            .running
            .as_mut()
            .ok_or_else(|| "the history goes on with a settled turn".into())
    }

    /// Promises 3, 5 and 8: what the agent is asked.
    pub(in crate::inbox::conformance) fn sent(
        &mut self,
        who: usize,
        effect: &Effect,
    ) -> Result<(), String> {
        let options = self.options.clone();
        let running = self.running(who)?;
        let expected = if let Some((kind, text)) = running.foregone(&options) {
            running.end(kind, [text]);
            Effect::Ready
        } else {
            running.phase = Phase::Asked;
            Effect::Ask(running.query(&options))
        };
        same("promise 3", effect, &expected)
    }

    pub(in crate::inbox::conformance) fn answered(
        &mut self,
        who: usize,
        kind: Kind,
        parts: &[String],
        effect: &Effect,
    ) -> Result<(), String> {
        self.running(who)?.end(kind, parts.iter().cloned());
        same("promise 4", effect, &Effect::Ready)
    }

    /// Promises 4, 6 and 8: what is handed out. Gives the kind, if the program sees the turn for the first time.
    pub(in crate::inbox::conformance) fn handed_out(
        &mut self,
        who: usize,
        effect: &Effect,
    ) -> Result<Option<(Kind, usize)>, String> {
        let (now, held, until) = (self.now, self.is_held(who), self.held[channel(who)].0);
        let newest = self.people[who]
            .unsettled()
            .map(|said| said.written_at)
            .max()
            .unwrap_or(now);
        let late = (now - newest >= self.options.window_ms).then_some(Why::Window);
        let running = self.running(who)?;
        let (first, ids) = (!running.handed_out, ids(running));
        if let Some(why) = running.dropped.or(late) {
            if running.handed_out {
                self.settle(who);
                return same("promise 6", effect, &Effect::Settled(ids)).map(|()| None);
            }
            if !matches!(running.kind, Kind::Expired(_)) {
                running.end(Kind::Expired(why), []);
            }
        }
        let rest: Vec<_> = (0..)
            .zip(&running.parts)
            .filter(|(_, part)| !part.settled)
            .collect();
        if held && !rest.is_empty() {
            running.again_at = Some(until);
            return same("a held channel", effect, &Effect::Later(until)).map(|()| None);
        }
        let Effect::Outcome(outcome) = effect else {
            return Err(format!(
                "promise 4: {effect:?} instead of an outcome of {:?}",
                running.kind
            ));
        };
        let parts: Vec<_> = rest
            .into_iter()
            .map(|(number, part)| (number, part.text.as_str().into()))
            .collect();
        let expected = Outcome {
            kind: running.kind,
            messages: ids,
            settled: parts.is_empty(),
            parts,
            ..outcome.clone()
        };
        same("promises 4 to 6", outcome, &expected)?;
        running.handed_out = true;
        if outcome.settled {
            self.settle(who);
        }
        Ok(first.then_some((outcome.kind, outcome.messages.len())))
    }

    pub(in crate::inbox::conformance) fn part_sent(
        &mut self,
        who: usize,
        part: u32,
        effect: &Effect,
    ) -> Result<(), String> {
        self.held[channel(who)].1 = 0;
        let running = self.running(who)?;
        running.parts[part as usize].settled = true;
        self.settled_or_noted(who, effect)
    }

    /// whatsapp.md A5, for one code of each class.
    pub(in crate::inbox::conformance) fn part_failed(
        &mut self,
        who: usize,
        number: u32,
        code: i32,
        effect: &Effect,
    ) -> Result<(), String> {
        let (now, held) = (self.now, self.is_held(who));
        let (until, strikes) = self.held[channel(who)];
        let running = self.running(who)?;
        let dropped = running.dropped.is_some();
        let part = &mut running.parts[number as usize];
        part.failures += u32::from(code != 190);
        let again_in = match (code, part.failures) {
            (131_056, tries @ ..12) => Some(6_000 * i64::from(tries)),
            (130_429, tries @ ..12) => Some((1_000 << (tries - 1)).min(HOUR)),
            (131_000, tries @ ..3) => Some(2_000 << (tries - 1)),
            (190, _) if held => Some(until - now),
            (190, _) => Some((60_000_i64 << strikes.min(20)).min(HOUR)),
            _ => None,
        };
        if code == 131_047 || (dropped && again_in.is_some()) {
            running
                .parts
                .iter_mut()
                .for_each(|part| part.settled = true);
        } else if let Some(ms) = again_in {
            running.again_at = Some(now + ms);
        } else {
            part.settled = true;
            if running.parts.iter().any(|part| !part.settled) {
                running.again_at = running.again_at.or(Some(now));
            }
        }
        let again_at = running.again_at;
        if code == 190 && !held {
            self.held[channel(who)] = (now + again_in.unwrap_or(0), strikes + 1);
        }
        match again_at {
            Some(at) => same("sending again", effect, &Effect::Later(at)),
            None => self.settled_or_noted(who, effect),
        }
    }

    /// Promise 8.
    pub(in crate::inbox::conformance) fn typed(
        &mut self,
        who: usize,
        effect: &Effect,
    ) -> Result<(), String> {
        let paused = self.now < self.people[who].paused_until;
        let running = self.running(who)?;
        let shown = running.phase != Phase::Ended && running.dropped.is_none() && !paused;
        match effect {
            Effect::Outcome(outcome) if shown && outcome.kind == Kind::Typing => Ok(()),
            Effect::Stale if !shown => Ok(()),
            effect => Err(format!("promise 8: typing is {effect:?}, shown is {shown}")),
        }
    }

    fn settled_or_noted(&mut self, who: usize, effect: &Effect) -> Result<(), String> {
        let running = self.running(who)?;
        if running.parts.iter().any(|part| !part.settled) {
            return same("promise 4", effect, &Effect::Noted);
        }
        let expected = Effect::Settled(ids(running));
        self.settle(who);
        same("promise 4", effect, &expected)
    }

    fn settle(&mut self, who: usize) {
        let person = &mut self.people[who];
        let ended = person.running.take();
        let asked =
            ended.is_some_and(|running| matches!(running.kind, Kind::Answer | Kind::Fallback));
        person.hurry = asked && !person.waiting.is_empty();
    }
}

fn ids(running: &Running) -> Vec<Box<str>> {
    running
        .said
        .iter()
        .map(|said| said.id.as_str().into())
        .collect()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?}, expected {expected:?}"))
}
