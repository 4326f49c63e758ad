//! A person takes a conversation, and gives it back.

use std::sync::Arc;
use std::time::Duration;

use super::turns::Turns;
use super::{Error, Inbox};
use crate::inbox::options::Moment;
use crate::inbox::policy::{human, identity};
use crate::inbox::store::{Accept, Action, Effect, Key, Offer, Step, TurnId};

impl Inbox {
    /// A person has this session for so long: what waits and what is under way ends unanswered.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]: the pause is not kept.
    pub fn pause(&self, channel_id: &str, session_id: &str, time: Duration) -> Result<(), Error> {
        let turns = self.turns()?;
        let at = turns.at();
        let session = Key::new(channel_id, identity::plain(session_id));
        turns.count(turns.store.pause(&session, after(at, time), at))?;
        turns.end_dropped(turns.desk.of([session]));
        turns.look();
        Ok(())
    }

    /// The agent has this session again.
    ///
    /// # Errors
    ///
    /// As [`pause`](Self::pause).
    pub fn resume(&self, channel_id: &str, session_id: &str) -> Result<(), Error> {
        self.pause(channel_id, session_id, Duration::ZERO)
    }

    /// A person has this user for so long, in each channel of which something was offered. `identifier` is any under which the
    /// user was seen, or will be.
    ///
    /// # Errors
    ///
    /// [`Error::Client`]: nothing was offered yet, and so no channel is known. Else as [`pause`](Self::pause).
    pub fn pause_everywhere(&self, identifier: &str, time: Duration) -> Result<(), Error> {
        let turns = self.turns()?;
        let at = turns.at();
        if identifier.is_empty() {
            return Err(Error::argument("session_id", "must not be empty"));
        }
        let identifier = identity::plain(identifier);
        let channels = turns
            .store
            .pause_everywhere(identifier, after(at, time), at);
        if turns.count(channels)? == 0 {
            return Err(Error::argument(
                "session_id",
                "is of no channel yet: no message has come in that it could be paused for",
            ));
        }
        turns.end_dropped(turns.desk.of_user(identifier));
        turns.look();
        Ok(())
    }
}

impl Turns {
    /// The agent is not waited for any longer where nobody wants its answer after this offer.
    pub(super) fn end_unwanted(&self, offer: &Offer<'_>, accept: Accept) {
        let is_unwanted = match accept {
            Accept::TookOver | Accept::Paused => true,
            Accept::Queued => human::word(offer.text, false, &self.options).is_some(),
            _ => false,
        };
        if is_unwanted {
            let names = offer.whose().each();
            let sessions = names.map(|name| Key::new(offer.channel, name));
            self.end_dropped(self.desk.of(sessions));
        }
    }

    /// Ends the chats of those of these turns that the store has dropped. A chat that cannot be looked at goes on.
    fn end_dropped(&self, turns: Vec<(Arc<Key>, TurnId)>) {
        if turns.is_empty() {
            return;
        }
        let steps: Vec<_> = turns
            .iter()
            .map(|(session, turn)| Step {
                session,
                turn: *turn,
                action: Action::Type,
            })
            .collect();
        let effects = self.store.advance(self.epoch, &steps, self.at());
        let effects = effects.unwrap_or_default();
        for ((_, turn), effect) in turns.iter().zip(effects) {
            if effect == Effect::Stale {
                self.desk.drop_chat(*turn);
            }
        }
    }
}

fn after(at: Moment<'_>, time: Duration) -> i64 {
    let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    at.now.saturating_add(time)
}
