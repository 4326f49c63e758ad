//! Keeps URLs and names such as `__init__` from the parser of Markdown: what it would take for markup in them is replaced by
//! private characters, and put back in what it gives.

use std::borrow::Cow;

use super::names::dunder;
use super::url;

/// Supplementary private use: nothing is assigned here, and a font's icons are elsewhere.
const FIRST: u32 = 0x10_FE00;
const LAST: u32 = FIRST + 0x7F;

/// A text without markup in its URLs and names.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    if text.contains(private) {
        return Cow::Owned(mask(&text.replace(private, "\u{FFFD}")).into_owned());
    }
    let mut masked = String::new();
    let mut done = 0;
    let mut put = |range: std::ops::Range<usize>, marks: fn(u8) -> bool| {
        masked.push_str(&text[done..range.start]);
        done = range.end;
        hide(&text[range], marks, &mut masked);
    };
    let mut url = url::next(text, 0);
    let mut name = dunder(text, 0);
    loop {
        match (&url, &name) {
            (Some(found), other) if other.as_ref().is_none_or(|name| name.end > found.start) => {
                // Where the parser takes a URL as one, it knows better what is escaped.
                let head = &text[..found.start];
                if !head.ends_with("](") && !head.ends_with('<') {
                    put(found.clone(), |byte| {
                        matches!(byte, b'*' | b'_' | b'~' | b'!' | b'&' | b'$')
                    });
                }
                let end = found.end;
                if name.as_ref().is_some_and(|name| name.start < end) {
                    name = dunder(text, end);
                }
                url = url::next(text, end);
            }
            (_, Some(found)) => {
                put(found.clone(), |byte| byte == b'_');
                name = dunder(text, found.end);
            }
            _ => break,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[done..]);
    Cow::Owned(masked)
}

/// `text` with each hidden character as it was.
pub(crate) fn unmask(text: &str) -> Cow<'_, str> {
    // The first byte of these characters, which few others share.
    if !text.as_bytes().contains(&0xF4) || !text.contains(private) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| {
        if private(c) {
            char::from((c as u32 - FIRST) as u8)
        } else {
            c
        }
    };
    Cow::Owned(text.chars().map(shown).collect())
}

fn private(c: char) -> bool {
    (FIRST..=LAST).contains(&(c as u32))
}

fn hide(text: &str, marks: fn(u8) -> bool, out: &mut String) {
    for (at, c) in text.char_indices() {
        // An answer that was escaped for HTML: the one thing about a URL that is undone.
        let escaped = c == '&' && text[at..].starts_with("&amp;");
        match u8::try_from(c) {
            Ok(byte) if marks(byte) && !escaped => {
                out.extend(char::from_u32(FIRST + u32::from(byte)));
            }
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_comes_back() {
        for text in [
            "https://e.com/_a_?x=*1",
            "__init__ x",
            "plain",
            "__a__ https://e.com/__b__/c",
        ] {
            let masked = mask(text);
            assert!(!masked.contains("_a_") && !masked.contains("__"));
            assert_eq!(unmask(&masked), text);
        }
    }
}
