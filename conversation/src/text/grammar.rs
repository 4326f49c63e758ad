//! WhatsApp's own grammar, as far as it is known.
//!
//! Nobody documents it: it is what three readers agree on, mautrix/whatsapp (`pkg/msgconv/wa-text.go`), flasd/whatsapp-formatting
//! and forms tried on Android (hermes-agent#88316). Where they differ there are two [`Reading`]s; what is written here
//! is written so that it says the same in both.

use std::ops::Range;

use super::url;
use crate::sorting::sort;

/// How a mark opens where the readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A mark opens at the start of a line, after white space, `>` or another mark (mautrix).
    Narrow,
    /// A mark opens after anything but an ASCII letter or digit (flasd).
    Wide,
}

/// What a mark makes of the text between two of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// `*bold*`
    Bold,
    /// `_italic_`
    Italic,
    /// `~struck~`
    Strike,
    /// `` `code` ``, within a line.
    Code,
    /// ```` ```code``` ````, over lines.
    Fence,
}

impl Mark {
    /// The mark itself.
    pub fn text(self) -> &'static str {
        match self {
            Mark::Bold => "*",
            Mark::Italic => "_",
            Mark::Strike => "~",
            Mark::Code => "`",
            Mark::Fence => "```",
        }
    }

    fn byte(self) -> u8 {
        self.text().as_bytes()[0]
    }
}

/// A pair of marks and what is between them, in bytes of the text; both marks are in the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which one.
    pub mark: Mark,
    /// From the first byte of the opening mark to the last one of the closing mark.
    pub range: Range<usize>,
}

impl Span {
    /// What is between the marks.
    pub fn inner(&self) -> Range<usize> {
        let mark = self.mark.text().len();
        self.range.start + mark..self.range.end - mark
    }
}

/// What a line is; marks of this kind count at its first column alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Text.
    Plain,
    /// `- item` or `* item`
    Bullet,
    /// `1. item`, with at most two digits.
    Number,
    /// `> quote`
    Quote,
}

/// What `line` is, and the length in bytes of the marker that says so.
pub fn line(line: &str) -> (Line, usize) {
    let bytes = line.as_bytes();
    let digits = bytes
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    match bytes {
        [b'-' | b'*', b' ', ..] => (Line::Bullet, 2),
        [b'>', b' ', ..] => (Line::Quote, 2),
        _ if matches!(digits, 1 | 2) && bytes[digits..].starts_with(b". ") => {
            (Line::Number, digits + 2)
        }
        _ => (Line::Plain, 0),
    }
}

/// All spans of a text: fences first, then line by line what is outside of them, each kind of mark in order.
///
/// Marks of different kinds are paired independently of one another. Inside of code and of URLs nothing is a mark.
///
/// ```
/// use robofy_conversation::text::grammar::{Mark, Reading, spans};
///
/// let found = spans("*Order 12* is ready, snake_case_name is not", Reading::Narrow);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].mark, found[0].range.clone()), (Mark::Bold, 0..10));
/// ```
pub fn spans(text: &str, reading: Reading) -> Vec<Span> {
    let mut found = Vec::new();
    outside(text, |part| match part {
        Part::Fence(range) => found.push(Span {
            mark: Mark::Fence,
            range,
        }),
        Part::Line(range) => line_spans(&text[range.clone()], reading, range.start, &mut found),
    });
    found
}

/// A piece of a text that fences are cut out of.
pub(crate) enum Part {
    Fence(Range<usize>),
    Line(Range<usize>),
}

/// Gives the fences and, between them, each line without its newline.
pub(crate) fn outside(text: &str, mut give: impl FnMut(Part)) {
    let mut at = 0;
    let mut fences = fences(text).into_iter();
    loop {
        let fence = fences.next();
        let end = fence.as_ref().map_or(text.len(), |fence| fence.start);
        let mut start = at;
        for line in text[at..end].split('\n') {
            give(Part::Line(start..start + line.len()));
            start += line.len() + 1;
        }
        let Some(fence) = fence else { break };
        at = fence.end;
        give(Part::Fence(fence));
    }
}

/// Pairs of ```` ``` ````: a pair with blank content is not one, and its second half may be the content's (mautrix).
pub fn fences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let next = |from: usize| text.get(from..)?.find("```").map(|length| from + length);
    while let Some(start) = next(at) {
        let Some(mut end) = next(start + 3) else {
            break;
        };
        if text[start + 3..end].trim().is_empty() {
            let Some(second) = next(end + 3) else { break };
            end = second;
        }
        found.push(start..end + 3);
        at = end + 3;
    }
    found
}

/// The spans of one line, `offset` added to each.
pub(crate) fn line_spans(text: &str, reading: Reading, offset: usize, found: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'*', b'_', b'~', bytes)
        .or_else(|| memchr::memchr(b'`', bytes))
        .is_none()
    {
        return;
    }
    let (_, marker) = line(text);
    let text = &text[marker..];
    let offset = offset + marker;
    let mut atoms = url::all(text);
    let first = found.len();
    pair(text, reading, Mark::Code, &atoms, offset, found);
    atoms.extend(
        found[first..]
            .iter()
            .map(|code| code.range.start - offset..code.range.end - offset),
    );
    sort(&mut atoms, |a, b| a.start.cmp(&b.start));
    for mark in [Mark::Bold, Mark::Italic, Mark::Strike] {
        pair(text, reading, mark, &atoms, offset, found);
    }
}

/// Pairs each mark that opens with the first one after it that closes. Linear: if nothing closes the one, nothing closes a later one.
fn pair(
    text: &str,
    reading: Reading,
    mark: Mark,
    atoms: &[Range<usize>],
    offset: usize,
    found: &mut Vec<Span>,
) {
    let mut atoms = atoms.iter().peekable();
    let mut open = None;
    for at in memchr::memchr_iter(mark.byte(), text.as_bytes()) {
        while atoms.next_if(|atom| atom.end <= at).is_some() {}
        if atoms.peek().is_some_and(|atom| atom.start <= at) {
            continue;
        }
        match open {
            Some(start) if at > start + 1 && closes(text, at) => {
                found.push(Span {
                    mark,
                    range: offset + start..offset + at + 1,
                });
                open = None;
            }
            None if opens(text, at, reading, mark) => open = Some(at),
            _ => {}
        }
    }
}

fn opens(text: &str, at: usize, reading: Reading, mark: Mark) -> bool {
    let space_follows = text[at + 1..]
        .chars()
        .next()
        .is_none_or(char::is_whitespace);
    !space_follows && may_open_after(text[..at].chars().next_back(), reading, mark)
}

/// Whether `mark` opens after `before`; `None` is the start of a line.
pub(crate) fn may_open_after(before: Option<char>, reading: Reading, mark: Mark) -> bool {
    let Some(before) = before else { return true };
    match reading {
        Reading::Wide => !before.is_ascii_alphanumeric(),
        Reading::Narrow => match before {
            '*' | '_' | '~' => before as u32 != u32::from(mark.byte()),
            _ => before == '>' || before.is_whitespace(),
        },
    }
}

fn closes(text: &str, at: usize) -> bool {
    let space_precedes = text[..at]
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace);
    !space_precedes && may_close_before(text[at + 1..].chars().next())
}

/// Whether a mark closes before `after`; `None` is the end of a line.
pub(crate) fn may_close_before(after: Option<char>) -> bool {
    !after.is_some_and(|after| after.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
