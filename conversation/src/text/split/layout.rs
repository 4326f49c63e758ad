//! What a text consists of.

use std::ops::Range;

use super::class::Class;
use crate::sorting::sort;
use crate::text::grammar::{self, Mark, Reading, Span};
use crate::text::url;
use crate::text::width::units;

/// A text, what must not be parted in it, and what is closed and opened again.
pub(super) struct Layout<'t> {
    pub text: &'t str,
    pub limit: usize,
    /// In order of their beginnings.
    pub spans: Vec<Span>,
    /// What is between the marks of each, without the white space around it.
    pub inner: Vec<Range<usize>>,
    pub urls: Vec<Range<usize>>,
    /// After it there is only white space.
    pub end: usize,
}

impl<'t> Layout<'t> {
    /// A fence that is closed and opened takes 8 units, marks about as many: less than this has no room for them.
    const FENCES: usize = 24;
    const MARKS: usize = 8;

    pub fn new(text: &'t str, limit: usize) -> Self {
        let mut spans = grammar::spans(text, Reading::Narrow);
        spans.retain(|span| {
            limit
                >= if span.mark == Mark::Fence {
                    Self::FENCES
                } else {
                    Self::MARKS
                }
        });
        sort(&mut spans, |a, b| {
            let starts = a.range.start.cmp(&b.range.start);
            starts.then(b.range.end.cmp(&a.range.end))
        });
        let inner = spans.iter().map(|span| trimmed(text, span.inner()));
        let mut urls = url::all(text);
        urls.retain(|url| units(&text[url.clone()]) <= limit);
        Self {
            text,
            limit,
            inner: inner.collect(),
            spans,
            urls,
            end: text.trim_end().len(),
        }
    }

    /// Whether what begins at `at` and ends at the next cut of `class` fits a part.
    pub fn fits_whole(&self, at: usize, class: Class) -> bool {
        // A unit is at most 3 bytes.
        let mut window = self.text.len().min(at + 3 * self.limit + 1);
        while !self.text.is_char_boundary(window) {
            window -= 1;
        }
        let end = match class {
            Class::Block => self.block_end(at, window),
            _ => match self.fence_at(at) {
                Some(fence) => Some(fence.end),
                None => self.text[at..window].find('\n').map(|length| at + length),
            },
        };
        let end = end.or((window == self.text.len()).then_some(self.end.max(at)));
        end.is_some_and(|end| end <= window && units(&self.text[at..end]) <= self.limit)
    }

    fn block_end(&self, at: usize, window: usize) -> Option<usize> {
        let mut from = at;
        loop {
            let end = from + self.text.get(from..window)?.find("\n\n")?;
            if let Some(fence) = self.fence_at(end) {
                from = fence.end;
            } else if is_heading(&self.text[from..end]) {
                from = end + 2;
            } else {
                return Some(end);
            }
        }
    }

    /// The fence that byte `at` is in, or begins.
    fn fence_at(&self, at: usize) -> Option<Range<usize>> {
        let after = self.spans.partition_point(|span| span.range.start <= at);
        let span = &self.spans[after.checked_sub(1)?];
        (span.mark == Mark::Fence && at < span.range.end).then(|| span.range.clone())
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    range.start + inner.len() - inner.trim_start().len()..range.start + inner.trim_end().len()
}

/// A line that is bold as a whole.
pub(super) fn is_heading(line: &str) -> bool {
    const LONGEST: usize = 200;
    let inner = line
        .trim()
        .strip_prefix('*')
        .and_then(|line| line.strip_suffix('*'));
    inner.is_some_and(|inner| {
        !inner.is_empty()
            && inner.len() <= LONGEST
            && !inner.contains(['*', '\n'])
            && !inner.starts_with(' ')
    })
}
