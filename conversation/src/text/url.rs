//! Where the URLs of a text are: clients link them by themselves, and a mark inside of one is a part of it.

use std::ops::Range;

/// The next URL at or after byte `from`: `scheme://…` or `www.…`, without the punctuation that ends a sentence.
pub(crate) fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    for at in memchr::memchr3_iter(b':', b'w', b'W', bytes.get(from..)?).map(|at| from + at) {
        let (start, body) = match bytes[at] {
            b':' if bytes[at..].starts_with(b"://") => (scheme(bytes, from, at), at + 3),
            b':' => continue,
            _ => (www(bytes, at).then_some(at), at + 4),
        };
        let Some(start) = start else { continue };
        let end = end(text, body);
        if end > body {
            return Some(start..end);
        }
    }
    None
}

/// All URLs of `text`, in order.
pub(crate) fn all(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(range) = next(text, from) {
        from = range.end;
        found.push(range);
    }
    found
}

/// The start of the scheme that ends at `colon`; at most as long as the ones in use.
fn scheme(bytes: &[u8], from: usize, colon: usize) -> Option<usize> {
    const LONGEST: usize = 16;
    let earliest = from.max(colon.saturating_sub(LONGEST));
    let length = bytes[earliest..colon]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    (length >= 2).then_some(colon - length)
}

fn www(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    bytes[at..]
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"www."))
        && !before.is_some_and(|byte| byte.is_ascii_alphanumeric())
}

fn end(text: &str, body: usize) -> usize {
    let mut end = text.len();
    let mut open = 0_i32;
    for (at, c) in text[body..].char_indices() {
        let stop = match c {
            '(' => {
                open += 1;
                false
            }
            // "(see https://e.com)": the parenthesis is the sentence's; "https://e.com/a_(b)": the URL's.
            ')' => {
                open -= 1;
                open < 0
            }
            '<' | '>' | '"' | '`' | '\\' | '[' | ']' | '|' | '{' | '}' | '^' => true,
            '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{FF00}'..='\u{FF0F}' => true,
            '\u{FF1A}'..='\u{FF20}' | '\u{201C}' | '\u{201D}' | '«' | '»' | '…' => true,
            _ => c.is_whitespace() || c.is_control(),
        };
        if stop {
            end = body + at;
            break;
        }
    }
    let kept = text[body..end]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '’', '(']);
    body + kept.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(text: &str, urls: &[&str]) {
        let ranges = all(text);
        let found: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, urls);
    }

    #[test]
    fn a_url_ends_where_the_sentence_goes_on() {
        found(
            "See https://e.com/a, or www.e.org.",
            &["https://e.com/a", "www.e.org"],
        );
        found(
            "(https://e.com/a_(b)) <ftp://e.com>",
            &["https://e.com/a_(b)", "ftp://e.com"],
        );
        found("*https://e.com*", &["https://e.com"]);
        found("https://例え.jp/パス。次", &["https://例え.jp/パス"]);
    }

    #[test]
    fn marks_inside_belong_to_it() {
        found(
            "https://e.com/_a_/b_c?x=*1*",
            &["https://e.com/_a_/b_c?x=*1"],
        );
    }

    #[test]
    fn what_is_none() {
        found("a://b ://c http:// www. awww.e.com", &[]);
    }
}
