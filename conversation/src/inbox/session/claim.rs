//! How a worker gets a turn.

use super::{Channel, Session, Turn};
use crate::inbox::message::Notice;
use crate::inbox::options::{MediaPolicy, Moment, Options};
use crate::inbox::policy::sending;
use crate::inbox::policy::turn::burst::{self, Verdict};
use crate::inbox::policy::turn::crash::{self, Recovery, Stage};
use crate::inbox::store::{Epoch, Kind, TurnId, Work};

/// The status of a request of which nobody knows whether it was answered, as a client names it.
const INTERRUPTED: i32 = 5;

impl Session {
    /// Gives a session that is due, and that no living other worker has, to this one. `id` is for a new turn.
    pub fn claim(&mut self, epoch: Epoch, id: TurnId, channel: Channel, at: Moment<'_>) -> Work {
        if sending::is_held(channel.held_until, at.now) {
            self.due_at = self.due_at.map(|_| channel.held_until);
            return Work::PutOff;
        }
        self.due_at = None;
        if self.turn.is_none() {
            self.begin_turn(epoch, id, at);
        }
        let Some(turn) = self.turn.as_deref_mut() else {
            return Work::PutOff;
        };
        if turn.owner != epoch {
            turn.owner = epoch;
            recover(turn, at.options);
        }
        let key = self.key.clone();
        match turn.stage {
            Stage::Answered => Work::HandOut(key, turn.id),
            Stage::Claimed | Stage::Sent => Work::Ask(key, turn.id),
        }
    }

    fn begin_turn(&mut self, epoch: Epoch, id: TurnId, at: Moment<'_>) {
        let (count, verdict) = burst::take(&self.waiting, at);
        if count == 0 {
            return;
        }
        self.in_a_hurry = false;
        let mut turn = Turn::new(id, epoch, self.waiting.drain(..count).collect());
        conclude(&mut turn, verdict, at.options);
        self.turn = Some(Box::new(turn));
    }
}

/// Ends a turn that the agent is not asked about.
pub(super) fn conclude(turn: &mut Turn, verdict: Verdict, options: &Options) {
    match verdict {
        Verdict::Ask => {}
        Verdict::Expired(why) => turn.end(Kind::Expired(why), []),
        Verdict::Media => {
            let text = match &options.media {
                MediaPolicy::Reply(text) => text,
                MediaPolicy::Tell(_) | MediaPolicy::Ignore => "",
            };
            turn.end_with(Kind::Media, text, options);
        }
        Verdict::Notice(notice) => {
            let text = match notice {
                Notice::Stop => &options.stop_text,
                Notice::Start => &options.start_text,
            };
            turn.end_with(Kind::Notice(notice), text, options);
        }
    }
}

fn recover(turn: &mut Turn, options: &Options) {
    match crash::recover(turn.stage, options.retry_ambiguous) {
        Recovery::Ask => turn.stage = Stage::Claimed,
        Recovery::Fallback => turn.end_with(Kind::Fallback, options.fallback(INTERRUPTED), options),
        Recovery::HandOut => {}
    }
}
