//! How a turn is handed out and settled.

use super::{Channel, Session};
use crate::inbox::message::Why;
use crate::inbox::options::Moment;
use crate::inbox::policy::{horizon, sending};
use crate::inbox::store::{Effect, Kind, Outcome};

impl Session {
    /// Hands an answered turn out, unless a person has taken over since, or it is too late.
    pub(super) fn hand_out(&mut self, channel: &Channel, at: Moment<'_>) -> Effect {
        let rest = (self.rest.count > 0).then_some(self.rest.last_written_at);
        let written = self.messages().map(|message| message.written_at);
        let newest = written.chain(rest).max();
        let late = newest
            .filter(|&newest| horizon::is_outside_window(newest, at))
            .map(|_| Why::Window);
        let Some(turn) = self.turn.as_deref_mut() else {
            return Effect::Stale;
        };
        match turn.dropped.or(late) {
            Some(_) if turn.handed_out => {
                turn.give_up();
                return self.settle_if_done(at);
            }
            Some(why) if !matches!(turn.end, Some(Kind::Expired(_))) => {
                turn.end(Kind::Expired(why), [])
            }
            _ => {}
        }
        if sending::is_held(channel.held_until, at.now) && turn.unsettled().next().is_some() {
            self.due_at = Some(channel.held_until);
            return Effect::Later(channel.held_until);
        }
        turn.handed_out = true;
        let Some(kind) = turn.end else {
            return Effect::Stale;
        };
        let mut outcome = self.outcome(kind);
        if let Effect::Outcome(outcome) = &mut outcome
            && outcome.parts.is_empty()
        {
            outcome.settled = true;
            self.settle(at);
        }
        outcome
    }

    /// What the program sees of the turn under way.
    pub(super) fn outcome(&self, kind: Kind) -> Effect {
        let Some(turn) = &self.turn else {
            return Effect::Stale;
        };
        let parts = turn
            .unsettled()
            .map(|(number, part)| (number, part.text.clone()));
        Effect::Outcome(Outcome {
            session: self.key.clone(),
            turn: turn.id,
            kind,
            to: self.to.clone(),
            recipient: self.recipient.clone(),
            messages: turn
                .messages
                .iter()
                .map(|message| message.id.clone())
                .collect(),
            parts: parts.collect(),
            note: turn.note.clone(),
            settled: false,
        })
    }

    /// Settles the turn once no part is left.
    pub(super) fn settle_if_done(&mut self, at: Moment<'_>) -> Effect {
        match &self.turn {
            Some(turn) if turn.unsettled().next().is_some() => Effect::Noted,
            _ => Effect::Settled(self.settle(at)),
        }
    }

    fn settle(&mut self, at: Moment<'_>) -> Vec<Box<str>> {
        let Some(turn) = self.turn.take() else {
            return Vec::new();
        };
        self.due_at = None;
        self.in_a_hurry = matches!(turn.end, Some(Kind::Answer | Kind::Fallback));
        self.reschedule(at);
        turn.messages
            .into_iter()
            .map(|message| message.id)
            .collect()
    }
}
