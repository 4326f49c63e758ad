//! What is offered to a store, and what it says to that.

use crate::inbox::policy::identity::Identifiers;
use crate::webhook::{Event, Field, Kind};

/// An event as an inbox takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// What it is.
    pub kind: Kind,
    /// The channel's identifier of it; empty if it has none.
    pub id: &'a str,
    /// The business's side.
    pub channel: &'a str,
    /// Whose it is.
    pub from: Identifiers<'a>,
    /// The identifiers that those of `from` replace.
    pub former: Identifiers<'a>,
    /// The group that it was written in.
    pub group: Option<&'a str>,
    /// What an agent should read; empty: nothing.
    pub text: &'a str,
    /// The message that was changed or deleted.
    pub original_id: &'a str,
    /// When it was written, in milliseconds since 1970.
    pub written_at: Option<i64>,
}

impl<'a> Offer<'a> {
    /// A text of a user, for who has no webhook. One that an address of WhatsApp Web names may be a group, or no conversation.
    pub fn text(channel: &'a str, user: &'a str, id: &'a str, text: &'a str) -> Self {
        let server = user.rsplit_once('@').map_or("", |(_, server)| server);
        Self {
            kind: if matches!(server, "broadcast" | "newsletter") {
                Kind::Other
            } else {
                Kind::Text
            },
            id,
            channel,
            from: Identifiers::of(user),
            former: Identifiers::default(),
            group: (server == "g.us").then_some(user),
            text,
            original_id: "",
            written_at: None,
        }
    }

    /// Whose conversation it belongs to: a group is one.
    pub fn whose(&self) -> Identifiers<'a> {
        self.group.map_or(self.from, |group| Identifiers {
            phone: Some(group),
            ..Identifiers::default()
        })
    }

    /// The identifier by which it is known when it comes again. That of a deletion, and of an edit without one of its own, is the
    /// message's; a status comes many times under one.
    pub fn dedup_id(&self) -> Option<&'a str> {
        let own = match self.kind {
            Kind::Revoke | Kind::Status | Kind::Reaction | Kind::Other => false,
            Kind::Edit => self.id != self.original_id,
            _ => true,
        };
        (own && !self.id.is_empty()).then_some(self.id)
    }
}

impl<'a> From<Event<'a>> for Offer<'a> {
    fn from(event: Event<'a>) -> Self {
        let get = |field| event.get(field).unwrap_or_default();
        Self {
            kind: event.kind(),
            id: get(Field::Id),
            channel: get(Field::ChannelId),
            from: Identifiers {
                phone: event.phone(),
                user_id: event.user_id(),
                parent_user_id: event.parent_user_id(),
            },
            former: Identifiers {
                phone: event.previous_phone(),
                user_id: event.previous_user_id(),
                parent_user_id: None,
            },
            group: event.group_id(),
            text: get(Field::Text),
            original_id: get(Field::OriginalId),
            written_at: event.timestamp_ms(),
        }
    }
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Accept {
    /// There is no room: the channel is to send it again.
    Refused = 0,
    /// It is kept, and ends in one outcome.
    Queued = 1,
    /// It was seen before.
    Duplicate = 2,
    /// A person has the conversation, or the user wants no answers: no outcome.
    Paused = 3,
    /// No outcome comes of it. Edits, deletions and new identifiers have been followed, as far as they still could.
    Ignored = 4,
    /// A person has taken over: the session is paused.
    TookOver = 5,
}
