//! Destinations and titles of links.

use std::borrow::Cow;

use crate::text::entity;

/// Parentheses within each other in a destination.
const DEEPEST: usize = 32;

/// The end of white space with at most one newline.
pub(in super::super) fn blank(text: &str, at: usize) -> usize {
    let end = |at: usize| text.len() - text[at..].trim_start_matches([' ', '\t']).len();
    let first = end(at);
    if text[first..].starts_with('\n') {
        end(first + 1)
    } else {
        first
    }
}

/// A destination as it is written, without its `<>`, and its end.
pub(in super::super) fn destination(text: &str, start: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let pointed = bytes.get(start) == Some(&b'<');
    let mut at = start + usize::from(pointed);
    let mut depth = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'>' if pointed => return Some((&text[start + 1..at], at + 1)),
            b'\n' | b'<' if pointed => return None,
            _ if pointed => {}
            0..=b' ' => break,
            b'(' if depth > DEEPEST => return None,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    (!pointed && depth == 0).then(|| (&text[start..at], at))
}

/// The end of a title.
pub(in super::super) fn title(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let open = *bytes.get(start)?;
    let close = match open {
        b'"' | b'\'' => open,
        b'(' => b')',
        _ => return None,
    };
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            byte if byte == close => return Some(at + 1),
            byte if byte == open => return None,
            _ => {}
        }
        at += 1;
    }
}

/// The destination of `(destination "title")` and the end of it all.
pub(super) fn parenthesized(text: &str, at: usize) -> Option<(&str, usize)> {
    if !text[at..].starts_with('(') {
        return None;
    }
    let (destination, end) = destination(text, blank(text, at + 1))?;
    let mut after = blank(text, end);
    if after > end
        && let Some(end) = title(text, after)
    {
        after = blank(text, end);
    }
    text[after..]
        .starts_with(')')
        .then_some((destination, after + 1))
}

/// `text` without backslashes before punctuation, and with what its entities stand for.
pub(in super::super) fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut at = 0;
    while let Some(length) = memchr::memchr2(b'\\', b'&', &bytes[at..]) {
        at += length;
        if bytes[at] == b'&' {
            if let Some((c, length)) = entity::reference(&text[at..]) {
                out.push_str(&text[done..at]);
                out.push(c);
                done = at + length;
                at = done;
                continue;
            }
        } else if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) {
            out.push_str(&text[done..at]);
            done = at + 1;
            at += 1;
        }
        at += 1;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}
