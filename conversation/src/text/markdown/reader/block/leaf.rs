//! The lines of leaf blocks, without the markers of what they are in.

use std::ops::Range;

/// A part of the text, of one line or of several that nothing is taken out of.
struct Line {
    start: usize,
    /// Without the last newline.
    end: usize,
    /// Columns of a tab that belong to the line.
    pad: u8,
}

/// The lines of all leaf blocks of a text.
pub(in super::super) struct Lines<'t> {
    text: &'t str,
    lines: Vec<Line>,
}

/// Where the lines end.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    lines: usize,
    end: usize,
}

impl Mark {
    /// The end of the last line.
    pub fn end(self) -> usize {
        self.end
    }
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Appends a line to the block that begins with the line `first`.
    pub fn push(&mut self, first: usize, range: Range<usize>, pad: usize) {
        if pad == 0
            && self.lines.len() > first
            && let Some(last) = self.lines.last_mut()
            && last.end + 1 == range.start
        {
            last.end = range.end;
            return;
        }
        self.lines.push(Line {
            start: range.start,
            end: range.end,
            pad: pad as u8,
        });
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            lines: self.lines.len(),
            end: self.lines.last().map_or(0, |last| last.end),
        }
    }

    /// Takes off what came after `mark`.
    pub(super) fn back(&mut self, mark: Mark) {
        self.lines.truncate(mark.lines);
        if let Some(last) = self.lines.last_mut() {
            last.end = last.end.min(mark.end.max(last.start));
        }
    }

    /// Whether the text of a paragraph begins with `byte`.
    pub(super) fn begin(&self, lines: &Range<usize>, byte: u8) -> bool {
        let first = self.lines.get(lines.start);
        first.is_some_and(|line| self.text.as_bytes().get(line.start) == Some(&byte))
    }

    /// The text of a paragraph, put together in `joined` if it is in several places.
    pub fn text<'a>(&self, lines: &Range<usize>, joined: &'a mut String) -> &'a str
    where
        't: 'a,
    {
        if let [line] = &self.lines[lines.clone()] {
            return &self.text[line.start..line.end];
        }
        joined.clear();
        for line in &self.lines[lines.clone()] {
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.push_str(&self.text[line.start..line.end]);
        }
        joined
    }

    /// Takes the first `length` bytes off the text of a paragraph: the lines that are left.
    pub fn after(&mut self, lines: Range<usize>, length: usize) -> Range<usize> {
        let mut left = length;
        let mut first = lines.start;
        while first < lines.end {
            let line = &mut self.lines[first];
            if left < line.end - line.start {
                line.start += left;
                break;
            }
            left -= (line.end + 1 - line.start).min(left);
            first += 1;
        }
        first..lines.end
    }

    /// Gives the parts of a block of code or HTML, each with its newline.
    pub fn each(&self, lines: &Range<usize>, mut part: impl FnMut(&str)) {
        for line in &self.lines[lines.clone()] {
            if line.pad > 0 {
                part(&"   "[..usize::from(line.pad).min(3)]);
            }
            let end = (line.end + 1).min(self.text.len());
            part(&self.text[line.start..end]);
        }
    }
}
