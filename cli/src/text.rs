//! Text from outside, made fit for a terminal.

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
    fn other_text_is_left_as_it_is() {
        let text = "नमस्ते 👋🏽 *bold*\n- שלום";
        assert_eq!(harmless(text), text);
    }
}
