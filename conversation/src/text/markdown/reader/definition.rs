//! Definitions of links and footnotes, which may come after they are used.

use std::collections::{HashMap, HashSet};

use super::inline::destination;

/// Columns that the lines of a footnote are indented by.
pub(super) const INDENT: usize = 4;

/// Characters of a label at most.
const LONGEST: usize = 999;

/// What a text defines. Of two definitions of a label the first counts.
#[derive(Default)]
pub(super) struct Definitions {
    links: HashMap<String, String>,
    notes: HashSet<String>,
}

impl Definitions {
    pub fn link(&mut self, label: &str, destination: String) {
        self.links.entry(normal(label)).or_insert(destination);
    }

    pub fn note(&mut self, label: &str) {
        self.notes.insert(normal(label));
    }

    /// The destination of a link.
    pub fn destination(&self, label: &str) -> Option<&str> {
        if self.links.is_empty() {
            return None;
        }
        self.links.get(&normal(label)).map(String::as_str)
    }

    pub fn is_note(&self, label: &str) -> bool {
        !self.notes.is_empty() && self.notes.contains(&normal(label))
    }
}

/// Labels are the same in any case and with any white space.
fn normal(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for word in label.split_ascii_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            match c {
                'ß' => out.push_str("ss"),
                'ς' => out.push('σ'),
                _ => out.push(c),
            }
        }
    }
    out
}

/// The length of the label that `text`, which is after a `[`, begins with; a `]` is after it.
pub(super) fn label(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut blank = true;
    loop {
        if at > 4 * LONGEST {
            return None;
        }
        match *bytes.get(at)? {
            b'[' => return None,
            b']' => break,
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => {}
        }
        blank = false;
        at += 1;
    }
    (!blank && text[..at].chars().count() <= LONGEST).then_some(at)
}

/// The length of a footnote's label, if `line` begins with its definition, `[^label]:`.
pub(super) fn note(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("[^")?;
    let length = label(rest)?;
    rest[length..].starts_with("]:").then_some(length)
}

/// A definition of a link.
pub(super) struct Definition<'t> {
    pub label: &'t str,
    pub destination: String,
    /// Of all of it, with the newline at its end.
    pub length: usize,
}

/// The definition that a paragraph begins with.
pub(super) fn definition(text: &str) -> Option<Definition<'_>> {
    let rest = text.strip_prefix('[')?;
    let length = label(rest)?;
    let colon = 1 + length + 1;
    if !text[colon..].starts_with(':') {
        return None;
    }
    let start = destination::blank(text, colon + 1);
    let (destination, end) = destination::destination(text, start)?;
    if end == start {
        return None;
    }
    let titled = destination::blank(text, end);
    let title = if titled > end {
        destination::title(text, titled).and_then(|end| line_end(text, end))
    } else {
        None
    };
    Some(Definition {
        label: &rest[..length],
        length: title.or_else(|| line_end(text, end))?,
        destination: destination::unescaped(destination).into_owned(),
    })
}

/// Where the next line begins, if nothing else is in this one.
fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start_matches([' ', '\t']);
    let end = text.len() - rest.len();
    match rest.as_bytes().first() {
        None => Some(end),
        Some(b'\n') => Some(end + 1),
        Some(_) => None,
    }
}
