//! Lives through one event.

use super::state::{Checked, World};
use super::work::take;
use crate::inbox::conformance::history::{Event, What};
use crate::inbox::conformance::subject::Subject;
use crate::inbox::store::Store;

impl<S: Subject> World<'_, S> {
    pub(super) fn step(&mut self, event: Event) -> Checked {
        let Event { what, who, size } = event;
        match what {
            What::Claim => {
                let most = if size.is_multiple_of(4) { 1 } else { 100 };
                self.claim(who as usize % 2, most).map(|_| ())
            }
            What::Send => take(&mut self.to_send, who).map_or(Ok(()), |held| self.send(held)),
            What::Answer => {
                take(&mut self.thinking, who).map_or(Ok(()), |held| self.answer(held, size))
            }
            What::HandOut => take(&mut self.ready, who).map_or(Ok(()), |held| self.hand_out(held)),
            What::PartSent => take(&mut self.out, who).map_or(Ok(()), |held| self.part(held, None)),
            What::PartFailed => {
                const CODES: [i32; 6] = [131_056, 130_429, 131_000, 100, 131_047, 190];
                let code = CODES[size as usize % CODES.len()];
                take(&mut self.out, who).map_or(Ok(()), |held| self.part(held, Some(code)))
            }
            What::Type => self.typing(who),
            What::Ghost => self.ghost(who, size),
            What::Crash => self.crash(who as usize % 2),
            What::Reopen => {
                self.store = self.store.take().map(|store| self.subject.reopen(store));
                (0..2).try_for_each(|worker| self.crash(worker))
            }
            What::Tick => {
                let most = if size.is_multiple_of(8) {
                    20_000
                } else {
                    2_000
                };
                self.model.now += i64::from(size % most);
                Ok(())
            }
            What::Jump => {
                const JUMPS: [i64; 5] = [-86_400_000, 86_400_000, -3_600_000, 3_600_000, 300_000];
                let by = JUMPS[size as usize % JUMPS.len()];
                // A pause that has ended may begin again, if the store has not forgotten it.
                let has_ended = |pause: &i64| (1..=self.model.now).contains(pause);
                let people = self.model.people.iter();
                let mut pauses = people
                    .map(|person| &person.paused_until)
                    .chain(self.model.foretold.values());
                if by < 0 && pauses.any(has_ended) {
                    return Ok(());
                }
                self.model.jumps(by);
                Ok(())
            }
            What::Purge if self.is_inherited => Ok(()),
            What::Purge => {
                self.call(|store, at| store.purge(1_000, at))?;
                let (now, dedup_ms) = (self.model.now, self.model.options.dedup_ms);
                self.actors
                    .iter_mut()
                    .for_each(|actor| actor.purged(now, dedup_ms));
                Ok(())
            }
            _ => self.talk(event),
        }
    }
}
