//! JSON's strings, between their quotes.

use std::borrow::Cow;

/// Half a surrogate pair, as of a name cut amid an emoji, is no Unicode text; and C has no NUL in a string.
const REPLACEMENT: char = '\u{fffd}';
/// The length of an escaped UTF-16 code unit: `\u` and four digits.
const UNIT: usize = 6;

/// How many bytes come before the next quote, backslash or control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let mut length = 0;
    for word in bytes.chunks_exact(8) {
        let stops = word
            .try_into()
            .map_or(u64::MAX, |word| stops(u64::from_le_bytes(word)));
        if stops != 0 {
            return length + stops.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    let ends = rest
        .iter()
        .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20);
    length + ends.unwrap_or(rest.len())
}

/// The high bit of each byte that ends what is plain; bits above the lowest may be false ones, by a borrow.
fn stops(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let equals = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    below(word, 0x20) | equals(b'"') | equals(b'\\')
}

/// The length of the escape that begins here.
pub(super) fn escape(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => bytes
            .get(2..UNIT)?
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(UNIT),
        _ => None,
    }
}

/// Appends what a string that was checked stands for.
pub(super) fn decode(mut raw: &str, into: &mut String) {
    loop {
        let at = plain(raw.as_bytes());
        into.push_str(raw.get(..at).unwrap_or_default());
        if at == raw.len() {
            return;
        }
        let (c, length) = unescape(raw.get(at..).unwrap_or_default());
        into.push(c);
        raw = raw.get(at + length..).unwrap_or_default();
    }
}

fn unescape(raw: &str) -> (char, usize) {
    let c = match raw.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_point(raw),
        Some(&byte) => char::from(byte),
        None => REPLACEMENT,
    };
    (c, 2)
}

fn code_point(raw: &str) -> (char, usize) {
    let first = unit(raw).unwrap_or_default();
    if let 0xd800..=0xdbff = first
        && let Some(second @ 0xdc00..=0xdfff) = raw.get(UNIT..).and_then(unit)
    {
        let both = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(both).unwrap_or(REPLACEMENT), 2 * UNIT);
    }
    let c = char::from_u32(first).filter(|&c| c != '\0');
    (c.unwrap_or(REPLACEMENT), UNIT)
}

fn unit(raw: &str) -> Option<u32> {
    let digits = raw.strip_prefix(r"\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

/// What a string that was checked stands for.
pub(super) fn unescaped(raw: &str) -> Cow<'_, str> {
    if plain(raw.as_bytes()) == raw.len() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    decode(raw, &mut text);
    Cow::Owned(text)
}
