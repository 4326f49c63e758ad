//! How long a text is: in columns of a font of fixed width, and in UTF-16.

/// Two for what is drawn wide (CJK, emoji), none for what joins another character.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

fn of(c: char) -> usize {
    match c {
        ..='\u{2FF}' => 1,
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' => 2,
        '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        '✅' | '❌' | '⭐' | '⚡' | '✨' | '❓' | '❗' => 2,
        _ => 1,
    }
}

/// UTF-16 units.
pub(super) fn units(text: &str) -> usize {
    // Of each character one byte begins it, and of those of two units it is 0xF0 or more.
    text.bytes()
        .map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0))
        .sum()
}
