//! Names of Python's kind, `__init__`: in Markdown they would be bold, in WhatsApp italic.

use super::atoms::atoms;
use super::grammar::{self, Part};

/// `text` with each such name as code. A stray backtick in its line would find those around it: there it stays as it is.
pub(super) fn wrap(text: String) -> String {
    if dunder(&text, 0).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    grammar::outside(&text, |part| match part {
        Part::Fence(range) => out.push_str(&text[range]),
        Part::Line(range) => {
            wrap_line(&text[range.clone()], &mut out);
            if text[range.end..].starts_with('\n') {
                out.push('\n');
            }
        }
    });
    out
}

fn wrap_line(line: &str, out: &mut String) {
    let mut gaps = Vec::new();
    let mut done = 0;
    for (range, _) in atoms(line) {
        gaps.push(done..range.start);
        done = range.end;
    }
    gaps.push(done..line.len());
    let fence = line.trim_start().starts_with("```");
    if fence || gaps.iter().any(|gap| line[gap.clone()].contains('`')) {
        out.push_str(line);
        return;
    }
    let mut done = 0;
    let mut from = 0;
    let mut gaps = gaps.iter().peekable();
    while let Some(name) = dunder(line, from) {
        from = name.end;
        while gaps.next_if(|gap| gap.end < name.end).is_some() {}
        if gaps.peek().is_some_and(|gap| gap.start <= name.start) {
            out.push_str(&line[done..name.start]);
            out.push('`');
            out.push_str(&line[name.clone()]);
            out.push('`');
            done = name.end;
        }
    }
    out.push_str(&line[done..]);
}

/// The next name of Python's kind, `__init__`, at or after byte `from`: in Markdown it would be a bold "init".
pub(crate) fn dunder(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = from;
    while let Some(start) = text.get(at..)?.find("__").map(|length| at + length) {
        let length = bytes[start..]
            .iter()
            .take_while(|byte| word(**byte))
            .count();
        let name = &bytes[start..start + length];
        let inner = name.get(2..length.saturating_sub(2)).unwrap_or_default();
        let lower = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
        let alone = text[..start]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '＿' | '`'));
        let ends = text[start + length..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric() && c != '`');
        if name.ends_with(b"__")
            && inner.first().is_some_and(u8::is_ascii_lowercase)
            && inner.iter().all(lower)
            && alone
            && ends
        {
            return Some(start..start + length);
        }
        at = start + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for text in [
            "__bold text__",
            "__Bold__",
            "a__init__",
            "__init__s2é",
            "____",
            "___a__",
        ] {
            assert_eq!(dunder(text, 0), None, "{text}");
        }
        assert_eq!(dunder("x __init__.", 0), Some(2..10));
    }
}
