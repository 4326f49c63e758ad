//! A human is not talked over, and who wants no answers gets none.

use crate::inbox::message::Notice;
use crate::inbox::options::Options;

/// Whether a session that is paused until then is paused now.
pub fn is_paused(paused_until: i64, now: i64) -> bool {
    now < paused_until
}

/// Until when a person's message at this time pauses the session. A longer pause stays.
pub fn takeover(paused_until: i64, now: i64, options: &Options) -> i64 {
    paused_until.max(now.saturating_add(options.takeover_ms))
}

/// Whether a text that left the business's phone is a part that was handed out and whose sending is not yet reported:
/// some channels show an inbox's own messages like a person's.
pub fn is_own_echo<'a>(text: Option<&str>, unsettled: impl IntoIterator<Item = &'a str>) -> bool {
    let sent = text.map(str::trim_end);
    sent.is_some()
        && unsettled
            .into_iter()
            .any(|part| Some(part.trim_end()) == sent)
}

/// What a text means beside what it says. A start word is one only to who has stopped: others say hello with it.
pub fn word(text: &str, opted_out: bool, options: &Options) -> Option<Notice> {
    let text = text.trim();
    let is_one_of = |words: &[String]| {
        let lower = |word: &str| {
            word.trim()
                .chars()
                .flat_map(char::to_lowercase)
                .collect::<String>()
        };
        words
            .iter()
            .any(|word| !word.is_empty() && lower(word) == lower(text))
    };
    if opted_out {
        is_one_of(&options.start_words).then_some(Notice::Start)
    } else {
        is_one_of(&options.stop_words).then_some(Notice::Stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let options = Options {
            stop_words: vec!["Stop".into(), "БАСТА".into(), String::new()],
            start_words: vec!["start".into()],
            ..Options::default()
        };
        for (text, opted_out, expected) in [
            ("stop", false, Some(Notice::Stop)),
            ("  STOP \n", false, Some(Notice::Stop)),
            ("баста", false, Some(Notice::Stop)),
            ("stop it", false, None),
            ("", false, None),
            ("stop", true, None),
            ("start", false, None),
            ("Start", true, Some(Notice::Start)),
        ] {
            assert_eq!(
                word(text, opted_out, &options),
                expected,
                "{text:?} {opted_out}"
            );
        }
    }

    #[test]
    fn a_pause_is_never_made_shorter() {
        let options = Options {
            takeover_ms: 100,
            ..Options::default()
        };
        for (until, now, expected) in [(0, 50, 150), (120, 50, 150), (900, 50, 900)] {
            assert_eq!(takeover(until, now, &options), expected);
        }
        for (until, now, paused) in [(0, 0, false), (100, 99, true), (100, 100, false)] {
            assert_eq!(is_paused(until, now), paused);
        }
    }

    #[test]
    fn echoes() {
        for (text, expected) in [
            (Some("b"), true),
            (Some("b\n"), true),
            (Some("c"), false),
            (None, false),
        ] {
            assert_eq!(is_own_echo(text, ["a", "b"]), expected, "{text:?}");
        }
    }
}
