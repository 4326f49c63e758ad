//! What workers and the program do, and what the model says to it.

use super::state::{Checked, Held, NAMES, World};
use crate::inbox::conformance::model::Due;
use crate::inbox::conformance::subject::Subject;
use crate::inbox::store::{Action, Effect, Kind, Outcome, Store, Work};

impl<S: Subject> World<'_, S> {
    pub(super) fn claim(&mut self, worker: usize, most: usize) -> Result<usize, String> {
        let epoch = self.epochs[worker];
        let due: Vec<_> = (0..self.actors.len())
            .map(|who| self.model.due(who, worker))
            .collect();
        let works = self.call(|store, at| store.claim(epoch, most, at))?;
        let (mut found, mut put_off) = (Vec::new(), 0);
        for work in &works {
            let (Work::Ask(key, turn) | Work::HandOut(key, turn)) = work else {
                put_off += 1;
                continue;
            };
            let who = self.who(key)?;
            if due[who] == Due::No || found.contains(&who) {
                return Err(format!("promise 3: {key:?} is claimed and not due"));
            }
            found.push(who);
            self.model.claimed(who, worker, work)?;
            let held = Held {
                who,
                worker,
                epoch,
                key: key.clone(),
                turn: *turn,
                parts: Vec::new(),
            };
            match work {
                Work::Ask(..) => self.to_send.push(held),
                _ => self.ready.push(held),
            }
        }
        let held = (0..due.len()).filter(|who| self.model.is_held(*who));
        if put_off > held.count() || works.len() > most {
            return Err(format!("a held channel: {put_off} are put off"));
        }
        let missed = (0..due.len()).find(|who| due[*who] == Due::Yes && !found.contains(who));
        match missed {
            Some(who) if works.len() < most => {
                Err(format!("promise 3: person {who} is due and not claimed"))
            }
            _ => Ok(found.len()),
        }
    }

    pub(super) fn send(&mut self, held: Held) -> Checked {
        let effect = self.advance(&held, Action::Send)?;
        self.model.sent(held.who, &effect)?;
        match effect {
            Effect::Ask(_) => {
                self.report.asked += 1;
                self.thinking.push(held);
            }
            _ => self.ready.push(held),
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, held: Held, size: u32) -> Checked {
        let parts: Vec<_> = (0..size % 4)
            .map(|part| format!("answer {} of {}", part, held.turn.0))
            .collect();
        let kind = if size.is_multiple_of(5) {
            Kind::Fallback
        } else {
            Kind::Answer
        };
        let effect = self.advance(
            &held,
            Action::Answer {
                kind,
                parts: &parts,
                note: "a note",
            },
        )?;
        self.model.answered(held.who, kind, &parts, &effect)?;
        self.ready.push(held);
        Ok(())
    }

    pub(super) fn hand_out(&mut self, held: Held) -> Checked {
        let effect = self.advance(&held, Action::HandOut)?;
        if let Some((kind, messages)) = self.model.handed_out(held.who, &effect)? {
            self.report.ended(kind, messages);
        }
        if let Effect::Outcome(outcome) = effect {
            self.check_route(held.who, &outcome)?;
            if !outcome.settled {
                self.out.push(Held {
                    parts: outcome.parts,
                    ..held
                });
            }
        }
        Ok(())
    }

    pub(super) fn part(&mut self, mut held: Held, failed: Option<i32>) -> Checked {
        let (part, _) = held.parts.remove(0);
        let provider_id = format!("p{}.{part}", held.turn.0);
        let action = match failed {
            Some(code) => Action::PartFailed { part, code },
            None => Action::PartSent {
                part,
                provider_id: &provider_id,
            },
        };
        let effect = self.advance(&held, action)?;
        match failed {
            Some(code) => self.model.part_failed(held.who, part, code, &effect)?,
            None => {
                self.model.part_sent(held.who, part, &effect)?;
                self.model.saw(&provider_id);
                self.sent.push((held.who, provider_id));
            }
        }
        if effect == Effect::Noted {
            self.out.push(held);
        }
        Ok(())
    }

    /// Promise 7.
    pub(super) fn check_route(&self, who: usize, outcome: &Outcome) -> Checked {
        let actor = &self.actors[who];
        let shown = [
            (&outcome.to, Some(&actor.phone), actor.has_shown[0]),
            (
                &outcome.recipient,
                actor.user_id.as_ref(),
                actor.has_shown[1],
            ),
        ];
        for (found, expected, is_sure) in shown {
            let found = found.as_deref();
            if found
                != expected
                    .map(String::as_str)
                    .filter(|_| is_sure || found.is_some())
            {
                return Err(format!(
                    "promise 7: {found:?} instead of {expected:?} of person {who}"
                ));
            }
        }
        Ok(())
    }

    pub(super) fn typing(&mut self, chosen: u32) -> Checked {
        let lists = [&self.to_send, &self.thinking, &self.ready];
        let all: Vec<_> = lists.into_iter().flatten().cloned().collect();
        let Some(held) = all.get(chosen as usize % all.len().max(1)) else {
            return Ok(());
        };
        let effect = self.advance(held, Action::Type)?;
        self.model.typed(held.who, &effect)
    }

    pub(super) fn ghost(&mut self, chosen: u32, size: u32) -> Checked {
        let stranger = |held: &Held| Held {
            epoch: self.epochs[1 - held.worker],
            ..held.clone()
        };
        let lists = [&self.to_send, &self.thinking, &self.ready, &self.out];
        let strangers = lists.into_iter().flatten().map(stranger);
        let all: Vec<_> = self.ghosts.iter().cloned().chain(strangers).collect();
        let Some(held) = all.get(chosen as usize % all.len().max(1)) else {
            return Ok(());
        };
        let parts = ["late".to_owned()];
        let action = match size % 4 {
            0 => Action::Send,
            1 => Action::Answer {
                kind: Kind::Answer,
                parts: &parts,
                note: "",
            },
            2 => Action::HandOut,
            _ => Action::PartSent {
                part: 0,
                provider_id: "",
            },
        };
        match self.advance(held, action)? {
            Effect::Stale => Ok(()),
            effect => Err(format!(
                "promise 5: a worker that does not have the turn took {action:?}: {effect:?}"
            )),
        }
    }

    pub(super) fn crash(&mut self, worker: usize) -> Checked {
        let former = self.epochs[worker];
        let epoch = self.call(|store, at| store.begin(NAMES[worker], at))?;
        if self.epochs.iter().any(|&other| other >= epoch) {
            return Err(format!("promise 5: {epoch:?} follows {former:?}"));
        }
        self.epochs[worker] = epoch;
        self.model.crashed(worker);
        for list in [
            &mut self.to_send,
            &mut self.thinking,
            &mut self.ready,
            &mut self.out,
        ] {
            self.ghosts
                .extend(list.extract_if(.., |held| held.worker == worker));
        }
        Ok(())
    }
}

pub(super) fn take(list: &mut Vec<Held>, chosen: u32) -> Option<Held> {
    (!list.is_empty()).then(|| list.remove(chosen as usize % list.len()))
}
