//! Edits and deletions of what is not sent yet.

use super::crash::Stage;
use crate::inbox::message::{Class, Message};

/// What the user did to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// It has another text now; blank: nothing that an agent could read.
    Edit(&'a str),
    /// It was deleted.
    Revoke,
}

/// Whether a change still counts: the message waits, or its turn has not been sent.
pub fn counts(turn: Option<Stage>) -> bool {
    turn.is_none_or(|stage| stage == Stage::Claimed)
}

/// Changes a message. Stop words and start words have been followed, and stay. An edit without a text changes nothing.
pub fn apply(message: &mut Message, change: Change<'_>) {
    match (message.class, change) {
        (Class::Notice(_), _) => {}
        (_, Change::Revoke) => message.revoked = true,
        (_, Change::Edit(text)) if text.trim().is_empty() => {}
        (_, Change::Edit(text)) => {
            message.class = Class::Ask;
            message.text = text.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::message::Notice;

    #[test]
    fn only_what_is_not_sent_changes() {
        for (stage, expected) in [
            (None, true),
            (Some(Stage::Claimed), true),
            (Some(Stage::Sent), false),
            (Some(Stage::Answered), false),
        ] {
            assert_eq!(counts(stage), expected, "{stage:?}");
        }
    }

    #[test]
    fn what_is_read_afterwards() {
        for (class, changes, readable) in [
            (Class::Ask, &[Change::Edit("new")][..], Some("new")),
            (
                Class::Media,
                &[Change::Edit("a caption")],
                Some("a caption"),
            ),
            (Class::Ask, &[Change::Edit("")], Some("old")),
            (Class::Ask, &[Change::Edit(" \n")], Some("old")),
            (Class::Media, &[Change::Edit("\t")], None),
            (Class::Ask, &[Change::Revoke], None),
            (Class::Ask, &[Change::Revoke, Change::Edit("new")], None),
            (Class::Notice(Notice::Stop), &[Change::Edit("new")], None),
        ] {
            let mut message = Message {
                seq: 0,
                id: "1".into(),
                accepted_at: 0,
                written_at: 0,
                class,
                text: "old".into(),
                revoked: false,
                dropped: None,
            };
            changes
                .iter()
                .for_each(|&change| apply(&mut message, change));
            assert_eq!(message.readable(), readable, "{class:?} {changes:?}");
        }
    }
}
