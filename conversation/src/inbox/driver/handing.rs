//! Hands outcomes out, and takes what became of their parts.

use std::time::{Duration, Instant};

use super::error::Error;
use super::outcome::Outcome;
use super::queue::Ready;
use super::turns::Turns;
use crate::inbox::store::{Action, Effect, Step};

/// Until what the store could not hand out is tried again.
const AGAIN: Duration = Duration::from_secs(1);

impl Turns {
    pub(super) fn count<T, E: Into<Error>>(&self, result: Result<T, E>) -> Result<T, Error> {
        result.map_err(|error| {
            self.counters.storage_error();
            error.into()
        })
    }

    /// Looks once more whether it may be seen.
    pub(super) fn hand_out(&self, ready: Ready) -> Option<Outcome> {
        let step = Step {
            session: &ready.session,
            turn: ready.turn,
            action: if ready.is_typing {
                Action::Type
            } else {
                Action::HandOut
            },
        };
        let effects = self.store.advance(self.epoch, &[step], self.at());
        let Ok(effects) = self.count(effects) else {
            self.desk.put_back(ready);
            self.wake_at(Instant::now() + AGAIN);
            return None;
        };
        match effects.into_iter().next() {
            Some(Effect::Outcome(outcome)) => {
                self.counters.polled(outcome.kind);
                if outcome.settled {
                    self.look();
                }
                Some(Outcome(outcome))
            }
            Some(Effect::Settled(_) | Effect::Later(_)) => {
                self.look();
                None
            }
            _ => None,
        }
    }

    pub(super) fn report(&self, outcome: &Outcome, action: Action<'_>) -> Result<Effect, Error> {
        let step = Step {
            session: &outcome.0.session,
            turn: outcome.0.turn,
            action,
        };
        let effects = self.store.advance(self.epoch, &[step], self.at());
        let effect = self.count(effects)?.into_iter().next();
        let effect = effect.unwrap_or(Effect::Stale);
        if matches!(effect, Effect::Settled(_) | Effect::Later(_)) {
            self.look();
        }
        Ok(effect)
    }
}
