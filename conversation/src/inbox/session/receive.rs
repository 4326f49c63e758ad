//! What an event does to a session.

use super::{Scope, Session};
use crate::inbox::message::{Class, Message, Notice, Why};
use crate::inbox::options::{MediaPolicy, Moment, Options};
use crate::inbox::policy::human;
use crate::inbox::policy::turn::burst;
use crate::inbox::policy::turn::edit::{self, Change};
use crate::inbox::store::{Accept, Offer};
use crate::webhook::Kind;

impl Session {
    /// How much of a session an event may change.
    pub fn scope(offer: &Offer<'_>, options: &Options) -> Scope {
        match offer.kind {
            Kind::Human | Kind::Edit | Kind::Revoke => Scope::Whole,
            _ if human::word(offer.text, false, options).is_some() => Scope::Whole,
            _ => Scope::Head,
        }
    }

    /// Takes an event that is no duplicate and whose session this is. `seq` is larger than that of any message before, `has_room` whether one more may
    /// be pending.
    pub fn receive(
        &mut self,
        offer: &Offer<'_>,
        seq: u64,
        has_room: bool,
        at: Moment<'_>,
    ) -> Accept {
        match offer.kind {
            Kind::Human => self.take_over(offer, at),
            Kind::Edit => self.change(offer.original_id, Change::Edit(offer.text), at),
            Kind::Revoke => self.change(offer.original_id, Change::Revoke, at),
            Kind::Reaction | Kind::Identity | Kind::Status | Kind::Other => Accept::Ignored,
            _ => self.queue(offer, seq, has_room, at),
        }
    }

    /// Pauses until then, and drops what is under way; a time that has passed ends the pause.
    pub fn pause(&mut self, until: i64, at: Moment<'_>) {
        self.paused_until = until;
        if human::is_paused(until, at.now) {
            self.drop_all(Why::Human, at);
        }
    }

    fn take_over(&mut self, offer: &Offer<'_>, at: Moment<'_>) -> Accept {
        let turn = self.turn.as_ref().filter(|turn| turn.handed_out);
        let unsettled = turn.into_iter().flat_map(|turn| turn.unsettled());
        let text = Some(offer.text).filter(|text| !text.is_empty());
        if human::is_own_echo(text, unsettled.map(|(_, part)| &*part.text)) {
            return Accept::Ignored;
        }
        self.pause(human::takeover(self.paused_until, at.now, at.options), at);
        Accept::TookOver
    }

    fn change(&mut self, id: &str, change: Change<'_>, at: Moment<'_>) -> Accept {
        let turn = self.turn.as_deref_mut();
        let claimed = turn.filter(|turn| edit::counts(Some(turn.stage)));
        let claimed = claimed.into_iter().flat_map(|turn| &mut turn.messages);
        if let Some(message) = claimed
            .chain(&mut self.waiting)
            .find(|message| *message.id == *id)
        {
            edit::apply(message, change);
            self.reschedule(at);
        }
        Accept::Ignored
    }

    fn queue(&mut self, offer: &Offer<'_>, seq: u64, has_room: bool, at: Moment<'_>) -> Accept {
        let word = human::word(offer.text, self.opted_out, at.options);
        let silent =
            human::is_paused(self.paused_until, at.now) || (self.opted_out && word.is_none());
        let (class, text) = match (word, &at.options.media) {
            (Some(notice), _) => (Class::Notice(notice), ""),
            _ if !offer.text.trim().is_empty() => (Class::Ask, offer.text),
            _ if matches!(offer.kind, Kind::Text | Kind::Choice) => return Accept::Ignored,
            (None, MediaPolicy::Ignore) => return Accept::Ignored,
            (None, MediaPolicy::Reply(_)) => (Class::Media, ""),
            (None, MediaPolicy::Tell(text)) => (Class::Ask, text.as_str()),
        };
        let has_room = has_room && self.waiting.len() + self.rest.count < burst::MOST_WAITING;
        if !silent && !has_room {
            return Accept::Refused;
        }
        if let Some(notice) = word {
            self.opted_out = notice == Notice::Stop;
            if self.opted_out {
                self.drop_all(Why::Stopped, at);
            }
        }
        if silent {
            return Accept::Paused;
        }
        let written_at = offer.written_at.unwrap_or(at.now).min(at.now);
        if self.rest.count > 0 {
            (self.rest.last_accepted_at, self.rest.last_written_at) = (at.now, written_at);
        }
        if self.waiting.is_empty() {
            // Most wait alone; the first of a deque takes the room of four.
            self.waiting.reserve_exact(1);
        }
        self.waiting.push_back(Message {
            seq,
            id: offer.id.into(),
            accepted_at: at.now,
            written_at,
            class,
            text: text.into(),
            revoked: false,
            dropped: None,
        });
        self.reschedule(at);
        Accept::Queued
    }

    fn drop_all(&mut self, why: Why, at: Moment<'_>) {
        for message in &mut self.waiting {
            message.dropped.get_or_insert(why);
        }
        if let Some(turn) = &mut self.turn {
            turn.dropped.get_or_insert(why);
            // Parts that wait for another try wait for nothing now.
            self.due_at = self.due_at.map(|_| at.now);
        }
        self.reschedule(at);
    }
}
