//! A part of a text, and what is added to it.

use std::ops::Range;

/// A range of the text, with a fence or marks that are added in two places.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub range: Range<usize>,
    /// What is added, each at a byte of the text.
    pub opening: (usize, String),
    pub closing: (usize, String),
}

impl Part {
    pub fn new(range: Range<usize>) -> Self {
        Self {
            opening: (range.start, String::new()),
            closing: (range.end, String::new()),
            range,
        }
    }

    pub fn text(&self, text: &str) -> String {
        let (opened, opening) = &self.opening;
        let (closed, closing) = &self.closing;
        [
            &text[self.range.start..*opened],
            opening.as_str(),
            &text[*opened..*closed],
            closing.as_str(),
            &text[*closed..self.range.end],
        ]
        .concat()
    }
}
