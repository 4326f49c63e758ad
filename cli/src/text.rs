//! Text from outside, made fit for a terminal.

use unicode_width::UnicodeWidthStr as _;

/// The text with every character that a terminal obeys made visible: control characters, and those that
/// turn the direction of writing.
pub fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            // U+2400 and following picture the control characters.
            '\0'..='\x1f' => {
                char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            '\x7f' => '\u{2421}',
            '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                char::REPLACEMENT_CHARACTER
            }
            _ => c,
        })
        .collect()
}

/// JSON in which half of a surrogate pair, as of an emoji that was cut, is U+FFFD: such a half is no text.
pub fn paired(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let other_half = escape.get(6..).and_then(unit);
        let (kept, length) = match (unit(escape), other_half) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (escape.get(..12), 12),
            (Some(0xd800..=0xdfff), _) => (Some("\\ufffd"), 6),
            _ => (escape.get(..2), 2),
        };
        text.push_str(kept.unwrap_or(escape));
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The UTF-16 code unit that an escape at the text's beginning stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// The text with lines of at most so many columns, where words allow it.
pub fn wrapped(text: &str, columns: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| fitted(line, columns)).collect();
    lines.join("\n")
}

fn fitted(line: &str, columns: usize) -> String {
    let mut lines = String::new();
    let mut used = 0;
    let mut has_word = false;
    for word in line.split_inclusive(' ') {
        if has_word && word != " " && used + word.trim_end_matches(' ').width() > columns {
            lines.truncate(lines.trim_end_matches(' ').len());
            lines.push('\n');
            used = 0;
            has_word = false;
        }
        lines.push_str(word);
        used += word.width();
        has_word |= word != " ";
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = "a\x1b]0;title\x07\u{9b}31m\u{202e}b\x7f\r\nc\td\re";
        assert_eq!(
            harmless(hostile),
            "a␛]0;title␇\u{fffd}31m\u{fffd}b␡\nc\td␍e"
        );
    }

    #[test]
    fn half_of_a_pair_is_replaced_and_all_else_kept() {
        for (json, expected) in [
            (r#""a\ud83db""#, r#""a\ufffdb""#),
            (r#""\udc4b\uD83D""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\udc4b""#, r#""\ufffd\ud83d\udc4b""#),
            (r#""\ud83d\n\\ud83d\u00e9ü""#, r#""\ufffd\n\\ud83d\u00e9ü""#),
            ("\\", "\\"),
            (r"\u12", r"\u12"),
            (r"\ü", r"\ü"),
        ] {
            assert_eq!(paired(json), expected);
        }
    }

    #[test]
    fn other_text_is_left_as_it_is() {
        let text = "नमस्ते 👋🏽 *bold*\n- שלום";
        assert_eq!(harmless(text), text);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("We open at nine.", 10), "We open at\nnine.");
        assert_eq!(wrapped("We open  at nine.", 7), "We open\nat\nnine.");
        assert_eq!(wrapped("  - one two", 7), "  - one\ntwo");
        assert_eq!(wrapped("one\n\ntwo", 80), "one\n\ntwo");
        assert_eq!(wrapped("你好 世界", 5), "你好\n世界");
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        let link = "https://example.com/a/long/path";
        assert_eq!(wrapped(link, 10), link);
        assert_eq!(
            wrapped(&format!("see {link} now"), 10),
            format!("see\n{link}\nnow")
        );
    }
}
