//! How a turn goes on.

use super::claim::conclude;
use super::{Channel, PartState, Session, Turn};
use crate::inbox::options::Moment;
use crate::inbox::policy::sending::{self, Remedy};
use crate::inbox::policy::turn::burst::{self, Verdict};
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::policy::typing;
use crate::inbox::store::{Action, Effect, Epoch, Kind, TurnId};

impl Session {
    /// Takes a turn further, if this worker has it.
    pub fn advance(
        &mut self,
        epoch: Epoch,
        id: TurnId,
        action: &Action<'_>,
        channel: &mut Channel,
        at: Moment<'_>,
    ) -> Effect {
        let Some(turn) = self
            .turn
            .as_deref_mut()
            .filter(|turn| turn.owner == epoch && turn.id == id)
        else {
            return Effect::Stale;
        };
        match (*action, turn.stage) {
            (Action::Send, Stage::Claimed) => send(turn, at),
            (Action::Answer { kind, parts, note }, Stage::Sent) => {
                turn.end(kind, parts.iter().map(|part| part.as_str().into()));
                turn.note = note.into();
                Effect::Ready
            }
            (Action::Type, stage) => {
                let at_work = stage != Stage::Answered;
                if typing::is_shown(at_work, turn.dropped.is_some(), self.paused_until, at.now) {
                    self.outcome(Kind::Typing)
                } else {
                    Effect::Stale
                }
            }
            (Action::HandOut, Stage::Answered) => self.hand_out(channel, at),
            (Action::PartSent { part, provider_id }, Stage::Answered) => {
                channel.strikes = 0;
                self.part_sent(part, provider_id, at)
            }
            (Action::PartFailed { part, code }, Stage::Answered) => {
                self.part_failed(part, code, channel, at)
            }
            _ => Effect::Stale,
        }
    }

    fn part_sent(&mut self, number: u32, provider_id: &str, at: Moment<'_>) -> Effect {
        let turn = self.turn.as_deref_mut();
        let Some(part) = turn.and_then(|turn| turn.parts.get_mut(number as usize)) else {
            return Effect::Stale;
        };
        part.state = PartState::Sent;
        part.provider_id = Some(provider_id.into());
        self.settle_if_done(at)
    }

    fn part_failed(
        &mut self,
        number: u32,
        code: i32,
        channel: &mut Channel,
        at: Moment<'_>,
    ) -> Effect {
        let Some(turn) = self.turn.as_deref_mut() else {
            return Effect::Stale;
        };
        let dropped = turn.dropped.is_some();
        let Some(part) = turn.parts.get_mut(number as usize) else {
            return Effect::Stale;
        };
        if part.state != PartState::Unsettled {
            return Effect::Noted;
        }
        // Once for each time that it is handed out: what is left waits to come again.
        if let Some(again_at) = self.due_at {
            return Effect::Later(again_at);
        }
        let is_held = sending::is_held(channel.held_until, at.now);
        let remedy = match sending::remedy(code, part.failures.saturating_add(1), channel.strikes) {
            // Parts that were on their way when the account fell ill tell nothing new.
            Remedy::Hold(_) if is_held => Remedy::Hold(channel.held_until - at.now),
            remedy => remedy,
        };
        match remedy {
            Remedy::Hold(_) if is_held => {}
            Remedy::Hold(ms) => {
                channel.strikes = channel.strikes.saturating_add(1);
                channel.held_until = at.now.saturating_add(ms);
            }
            _ => part.failures = part.failures.saturating_add(1),
        }
        match remedy {
            Remedy::Again(_) | Remedy::Hold(_) | Remedy::GiveUpAll if dropped => turn.give_up(),
            Remedy::GiveUpAll => turn.give_up(),
            Remedy::GiveUp => {
                part.state = PartState::GivenUp;
                if turn.unsettled().next().is_some() {
                    // The program stops at a part that has failed; those that are left come again.
                    let again_at = *self.due_at.get_or_insert(at.now);
                    return Effect::Later(again_at);
                }
            }
            Remedy::Again(ms) | Remedy::Hold(ms) => {
                let again_at = at.now.saturating_add(ms);
                self.due_at = Some(again_at);
                return Effect::Later(again_at);
            }
        }
        self.settle_if_done(at)
    }
}

fn send(turn: &mut Turn, at: Moment<'_>) -> Effect {
    let verdict = turn
        .dropped
        .map_or_else(|| burst::verdict(&turn.messages), Verdict::Expired);
    if verdict != Verdict::Ask {
        conclude(turn, verdict, at.options);
        return Effect::Ready;
    }
    turn.stage = Stage::Sent;
    turn.attempts = turn.attempts.saturating_add(1);
    Effect::Ask(burst::query(&turn.messages, &at.options.join))
}
