//! HTML entities that agents write. The parser of Markdown knows all 2 125; for WhatsApp's own markup the common ones are enough.

/// Longer than any name here, and than any number that is a character.
pub(crate) const LONGEST: usize = 10;

/// The character that `&name;` stands for, `name` without the `&` and the `;`.
pub(crate) fn decode(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let c = char::from_u32(number.ok()?)?;
        return Some(match c {
            // A backtick would begin code.
            '`' => '\'',
            '\n' | '\t' => c,
            '\u{A0}' => ' ',
            // A letter would make one word of what is around it, and nobody writes it so.
            _ if c.is_ascii_alphanumeric() => return None,
            _ if c.is_control() => char::REPLACEMENT_CHARACTER,
            _ => c,
        });
    }
    let index = NAMES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(NAMES[index].1)
}

const NAMES: [(&str, char); 63] = [
    ("AMP", '&'),
    ("GT", '>'),
    ("LT", '<'),
    ("QUOT", '"'),
    ("agrave", 'à'),
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("auml", 'ä'),
    ("bdquo", '„'),
    ("bull", '•'),
    ("ccedil", 'ç'),
    ("cent", '¢'),
    ("copy", '©'),
    ("deg", '°'),
    ("divide", '÷'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("euro", '€'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("ge", '≥'),
    ("grave", '\''),
    ("gt", '>'),
    ("hellip", '…'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("laquo", '«'),
    ("larr", '←'),
    ("ldquo", '“'),
    ("le", '≤'),
    ("lowbar", '_'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("minus", '−'),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("ne", '≠'),
    ("not", '¬'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ouml", 'ö'),
    ("para", '¶'),
    ("plusmn", '±'),
    ("pound", '£'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rarr", '→'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsquo", '’'),
    ("sect", '§'),
    ("shy", '\u{AD}'),
    ("szlig", 'ß'),
    ("thinsp", '\u{2009}'),
    ("times", '×'),
    ("trade", '™'),
    ("uuml", 'ü'),
    ("yen", '¥'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_short() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|(name, _)| name.len() <= LONGEST));
    }

    #[test]
    fn numbers() {
        assert_eq!(decode("#97"), None);
        assert_eq!(decode("#39"), Some('\''));
        assert_eq!(decode("#x1F600"), Some('😀'));
        assert_eq!(decode("#96"), Some('\''));
        assert_eq!(decode("#0"), Some('\u{FFFD}'));
        assert_eq!(decode("#xD800"), None);
        assert_eq!(decode("nothing"), None);
    }
}
