//! What a turn holds, and what the agent is asked.

use crate::inbox::message::{Class, Message, Notice, Why};
use crate::inbox::options::Moment;
use crate::inbox::policy::horizon;

/// What a turn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The agent is asked.
    Ask,
    /// There are only media.
    Media,
    /// A stop word or a start word.
    Notice(Notice),
    /// Nothing is answered.
    Expired(Why),
}

/// The most messages that end unanswered in one turn.
pub const MOST_ALONE: usize = 64;

/// The most messages that wait in one session. An edit, a pause or a stop word may have to look at each of them, while all
/// others wait.
pub const MOST_WAITING: usize = 1_000;

/// How many of the waiting messages the next turn holds, and what for. A notice is a turn of its own, and so are messages
/// that end unanswered for one reason; everything else goes together as far as the bounds allow.
pub fn take<'a>(
    waiting: impl IntoIterator<Item = &'a Message>,
    at: Moment<'_>,
) -> (usize, Verdict) {
    let mut waiting = waiting.into_iter().peekable();
    let alone = waiting.peek().and_then(|first| fate(first, at));
    match alone {
        Some(verdict @ Verdict::Expired(_)) => (
            waiting
                .take_while(|message| fate(message, at) == alone)
                .take(MOST_ALONE)
                .count(),
            verdict,
        ),
        Some(verdict) => (1, verdict),
        None => {
            let (mut count, mut characters) = (0, 0);
            let mut verdict = Verdict::Expired(Why::Revoked);
            for message in waiting.take_while(|message| fate(message, at).is_none()) {
                let own = message.characters();
                let fits = own == 0 || characters + own <= at.options.max_characters;
                if count > 0 && (count >= at.options.max_messages || !fits) {
                    break;
                }
                characters += own;
                count += 1;
                verdict = match (verdict, message.class) {
                    _ if message.revoked => verdict,
                    (_, Class::Ask) | (Verdict::Ask, _) => Verdict::Ask,
                    _ => Verdict::Media,
                };
            }
            (count, verdict)
        }
    }
}

/// What the messages of a claimed turn are for, now that some may have been deleted.
pub fn verdict(messages: &[Message]) -> Verdict {
    let alive = || messages.iter().filter(|message| !message.revoked);
    if alive().any(|message| message.class == Class::Ask) {
        Verdict::Ask
    } else if alive().next().is_some() {
        Verdict::Media
    } else {
        Verdict::Expired(Why::Revoked)
    }
}

/// What the agent is asked.
pub fn query(messages: &[Message], join: &str) -> String {
    let texts: Vec<_> = messages.iter().filter_map(Message::readable).collect();
    texts.join(join)
}

/// What becomes of a message that goes with no others.
fn fate(message: &Message, at: Moment<'_>) -> Option<Verdict> {
    match (message.dropped, message.class) {
        (Some(why), _) => Some(Verdict::Expired(why)),
        _ if horizon::is_outside_window(message.written_at, at) => {
            Some(Verdict::Expired(Why::Window))
        }
        (_, Class::Notice(notice)) => Some(Verdict::Notice(notice)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::options::Options;

    /// a letter: a text; M: a medium; x: deleted; !: a stop word; h: dropped for a human; o: old.
    fn messages(drawn: &str) -> Vec<Message> {
        let message = |(seq, letter): (usize, char)| Message {
            seq: seq as u64,
            id: seq.to_string().into(),
            accepted_at: 0,
            written_at: if letter == 'o' { -100_000 } else { 0 },
            class: match letter {
                'M' => Class::Media,
                '!' => Class::Notice(Notice::Stop),
                _ => Class::Ask,
            },
            text: letter
                .to_string()
                .repeat(if letter == 'w' { 9 } else { 1 })
                .into(),
            revoked: letter == 'x',
            dropped: (letter == 'h').then_some(Why::Human),
        };
        drawn.chars().enumerate().map(message).collect()
    }

    #[test]
    fn what_goes_together() {
        let options = Options {
            max_messages: 3,
            max_characters: 5,
            window_ms: 1_000,
            ..Options::default()
        };
        let at = Moment {
            now: 10,
            options: &options,
        };
        for (drawn, count, verdict) in [
            ("a", 1, Verdict::Ask),
            ("ab", 2, Verdict::Ask),
            ("abcd", 3, Verdict::Ask),
            ("awb", 1, Verdict::Ask),
            ("wab", 1, Verdict::Ask),
            ("wMa", 2, Verdict::Ask),
            ("M", 1, Verdict::Media),
            ("MxM", 3, Verdict::Media),
            ("MaM", 3, Verdict::Ask),
            ("aMM", 3, Verdict::Ask),
            ("xx", 2, Verdict::Expired(Why::Revoked)),
            ("a!b", 1, Verdict::Ask),
            ("!!b", 1, Verdict::Notice(Notice::Stop)),
            ("hhhhha", 5, Verdict::Expired(Why::Human)),
            (&"h".repeat(99), MOST_ALONE, Verdict::Expired(Why::Human)),
            ("oha", 1, Verdict::Expired(Why::Window)),
            ("aoa", 1, Verdict::Ask),
        ] {
            assert_eq!(take(&messages(drawn), at), (count, verdict), "{drawn}");
        }
    }

    #[test]
    fn the_query_is_what_can_be_read() {
        for (drawn, asked) in [("ab", "a|b"), ("aMxb", "a|b"), ("M", "")] {
            assert_eq!(query(&messages(drawn), "|"), asked);
        }
    }

    #[test]
    fn deletions_change_what_a_claimed_turn_is_for() {
        for (drawn, expected) in [
            ("ax", Verdict::Ask),
            ("Mx", Verdict::Media),
            ("xx", Verdict::Expired(Why::Revoked)),
        ] {
            assert_eq!(verdict(&messages(drawn)), expected, "{drawn}");
        }
    }
}
