//! Spans of code: between two runs of as many backticks.

use std::borrow::Cow;

/// The last run of each length in a text, by length: one that nothing closes is not looked for.
#[derive(Default)]
pub(super) struct Runs {
    last: Option<Vec<(usize, usize)>>,
}

impl Runs {
    /// Where the run is that closes one of `length` backticks before `at`.
    pub fn close(&mut self, text: &str, at: usize, length: usize) -> Option<usize> {
        let last = self.last.get_or_insert_with(|| {
            let mut last: Vec<(usize, usize)> = Vec::new();
            for (at, length) in runs(text, at) {
                match last.binary_search_by_key(&length, |(length, _)| *length) {
                    Ok(index) => last[index].1 = at,
                    Err(index) => last.insert(index, (length, at)),
                }
            }
            last
        });
        let index = last
            .binary_search_by_key(&length, |(length, _)| *length)
            .ok()?;
        if last[index].1 < at {
            return None;
        }
        runs(text, at).find(|run| run.1 == length).map(|run| run.0)
    }
}

/// Where the runs of backticks are from `at` on, and how long.
fn runs(text: &str, mut at: usize) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    std::iter::from_fn(move || {
        let start = at + memchr::memchr(b'`', &bytes[at..])?;
        let length = length(bytes, start);
        at = start + length;
        Some((start, length))
    })
}

/// The length of the run of backticks at `at`.
pub(super) fn length(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == b'`').count()
}

/// The code of a span: newlines are spaces, and one space at each end is not of it.
pub(super) fn code(text: &str) -> Cow<'_, str> {
    let inner = if text.starts_with([' ', '\n'])
        && text.ends_with([' ', '\n'])
        && text.bytes().any(|byte| !matches!(byte, b' ' | b'\n'))
    {
        &text[1..text.len() - 1]
    } else {
        text
    };
    if inner.contains('\n') {
        Cow::Owned(inner.replace('\n', " "))
    } else {
        Cow::Borrowed(inner)
    }
}
