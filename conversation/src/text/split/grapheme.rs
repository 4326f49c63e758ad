//! Where a text may be parted without parting what is drawn as one: a rule on the safe side of UAX #29.

/// Whether no character that is drawn as one goes over byte `at`, which is between two characters.
pub(super) fn boundary(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if last.is_ascii() && next.is_ascii() {
        return (last, next) != ('\r', '\n');
    }
    if last == '\n' || next == '\n' {
        return true;
    }
    if extends(next) || joins(last) {
        return false;
    }
    if is_flag(last) && is_flag(next) {
        let flags = before.chars().rev().take_while(|c| is_flag(*c)).count();
        return flags % 2 == 0;
    }
    // A Hangul syllable of several letters, and a conjunct of Indic consonants.
    let hangul = |c| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97C}' | '\u{D7B0}'..='\u{D7FB}' | '\u{16D60}'..='\u{16D6F}');
    let syllable = |c| hangul(c) || matches!(c, '\u{AC00}'..='\u{D7A3}');
    let conjunct = extends(last)
        && matches!(next, '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1B00}'..='\u{1BFF}');
    !(syllable(last) && hangul(next) || hangul(last) && syllable(next) || conjunct)
}

/// Whether `c` is drawn with the character after it.
fn joins(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}' | '\u{8E2}' | '\u{D4E}'
        | '\u{11000}'..='\u{11FFF}')
}

fn is_flag(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Whether `c` is drawn with the character before it.
fn extends(c: char) -> bool {
    match c {
        ..='\u{2FF}' => false,
        '\u{200D}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0020}'..='\u{E007F}' => true,
        // Scripts of India and music: each mark, and some letters.
        '\u{11000}'..='\u{11FFF}'
        | '\u{16100}'..='\u{1612F}'
        | '\u{16D60}'..='\u{16D6F}'
        | '\u{16F50}'..='\u{16F9F}'
        | '\u{16FE0}'..='\u{16FFF}'
        | '\u{1D165}'..='\u{1D1AD}' => true,
        // The standard library's table of Grapheme_Extend, which is behind this escape, and is there already.
        _ => spacing(c) || c.escape_debug().len() > 1,
    }
}

/// Spacing marks below U+10000; what is between two of a range is a mark or not assigned.
fn spacing(c: char) -> bool {
    let Ok(c) = u16::try_from(c as u32) else {
        return false;
    };
    let after = SPACING.partition_point(|(first, _)| *first <= c);
    after > 0 && c <= SPACING[after - 1].1
}

#[rustfmt::skip]
const SPACING: [(u16, u16); 65] = [
    (0x903, 0x903), (0x93B, 0x93B), (0x93E, 0x94F), (0x982, 0x983), (0x9BE, 0x9CC), (0x9D7, 0x9D7), (0xA03, 0xA03),
    (0xA3E, 0xA40), (0xA83, 0xA83), (0xABE, 0xACC), (0xB02, 0xB03), (0xB3E, 0xB57), (0xBBE, 0xBCC), (0xBD7, 0xBD7),
    (0xC01, 0xC03), (0xC41, 0xC44), (0xC82, 0xC83), (0xCBE, 0xCD6), (0xCF3, 0xCF3), (0xD02, 0xD03), (0xD3E, 0xD4C), (0xD57, 0xD57),
    (0xD82, 0xD83), (0xDCF, 0xDDF), (0xDF2, 0xDF3), (0xE33, 0xE33), (0xEB3, 0xEB3), (0xF3E, 0xF3F), (0xF7F, 0xF7F),
    (0x102B, 0x103C), (0x1056, 0x1057), (0x1062, 0x1064), (0x1067, 0x106D), (0x1083, 0x108C), (0x108F, 0x108F),
    (0x109A, 0x109C), (0x1715, 0x1715), (0x1734, 0x1734), (0x17B6, 0x17C8), (0x1923, 0x1938), (0x1A19, 0x1A1A),
    (0x1A55, 0x1A72), (0x1B04, 0x1B04), (0x1B35, 0x1B44), (0x1B82, 0x1B82), (0x1BA1, 0x1BAA), (0x1BE7, 0x1BF3),
    (0x1C24, 0x1C35), (0x1CE1, 0x1CE1), (0x1CF7, 0x1CF7), (0x302E, 0x302F), (0xA823, 0xA827), (0xA880, 0xA881),
    (0xA8B4, 0xA8C3), (0xA952, 0xA953), (0xA983, 0xA983), (0xA9B4, 0xA9C0), (0xAA2F, 0xAA34), (0xAA4D, 0xAA4D),
    (0xAA7B, 0xAA7D), (0xAAEB, 0xAAEF), (0xAAF5, 0xAAF5), (0xABE3, 0xABEA), (0xABEC, 0xABEC), (0xFF9E, 0xFF9F),
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::GraphemeCursor;

    /// Every pair of characters from each 7th code point and from those that matter, against the whole of UAX #29.
    #[test]
    fn no_boundary_where_the_standard_has_none() {
        let mut some: Vec<char> = "aé한가क्षाกำ☝🏽👩\u{200D}🇩🇪\u{FE0F}\u{301}각\n あ\u{600}"
            .chars()
            .collect();
        some.extend(
            SPACING
                .iter()
                .filter_map(|(first, _)| char::from_u32(u32::from(*first))),
        );
        for next in (0x80..0x30000)
            .step_by(7)
            .chain(0x80..0x1200)
            .filter_map(char::from_u32)
        {
            for &last in &some {
                for (last, next) in [(last, next), (next, last)] {
                    check(&format!("{last}{next}"), last.len_utf8());
                }
            }
        }
    }

    fn check(text: &str, at: usize) {
        let whole = GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0) == Ok(false);
        assert!(
            !(whole && boundary(text, at)),
            "{} parted at {at}",
            text.escape_unicode()
        );
    }

    #[test]
    fn sequences() {
        for text in [
            "🇩🇪🇫🇷🇺🇸",
            "👨‍👩‍👧‍👦👍🏽",
            "न्त्यि",
            "각",
            "e\u{301}\u{327}",
            "☝️🏴\u{E0067}\u{E0062}\u{E007F}",
        ] {
            for (at, _) in text.char_indices() {
                check(text, at);
            }
        }
        assert!(
            boundary("🇩🇪🇫🇷", 8) && boundary("漢字", 3) && boundary("aé", 1) && boundary("👍👍", 4)
        );
    }
}
