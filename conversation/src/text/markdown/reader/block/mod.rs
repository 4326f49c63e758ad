//! The structure of blocks, line by line: containers that go on, containers that begin, and what is in the innermost one.

mod begin;
mod container;
mod content;
mod cursor;
mod html;
mod leaf;
mod start;
pub(super) mod table;

use std::ops::Range;

pub(super) use self::container::Container;
use self::container::quote;
use self::cursor::Cursor;
use self::leaf::{Lines, Mark};
use super::definition::Definitions;

/// The beginning or the end of a container, or a leaf with its lines.
pub(super) enum Block {
    Start(Container),
    End(Container),
    /// With the list in whose item it is.
    Paragraph(Range<usize>, Option<usize>),
    Heading(Range<usize>),
    Code(Range<usize>),
    Html(Range<usize>),
    Rule,
    Table,
    /// Bytes of the text, and how many cells count.
    Row(Range<usize>, usize),
    TableEnd,
}

pub(super) struct List {
    pub first: Option<u64>,
    pub loose: bool,
}

/// The leaf that the next line may go on with.
#[derive(Clone, Copy)]
enum Leaf {
    None,
    Paragraph {
        first: usize,
        /// What comes before the last line, and that one, if it may be the head of a table.
        last: Option<(Mark, usize)>,
    },
    Fence {
        first: usize,
        mark: u8,
        length: usize,
        indent: usize,
    },
    Indented {
        first: usize,
        /// Up to the last line that is not blank.
        kept: Mark,
    },
    Html {
        first: usize,
        end: html::End,
    },
    Table(usize),
}

pub(super) struct Blocks<'t> {
    pub text: &'t str,
    pub out: Vec<Block>,
    pub lines: Lines<'t>,
    pub lists: Vec<List>,
    pub definitions: Definitions,
    open: Vec<Container>,
    leaf: Leaf,
    /// How many containers are open that a blank line ends.
    quotes: usize,
    /// After a blank line: the number of containers up to the innermost quote that it was in. Lists in those are not loose by it.
    blank: Option<usize>,
    joined: String,
}

impl<'t> Blocks<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            out: Vec::new(),
            lines: Lines::new(text),
            lists: Vec::new(),
            definitions: Definitions::default(),
            open: Vec::new(),
            leaf: Leaf::None,
            quotes: 0,
            blank: None,
            joined: String::new(),
        }
    }

    pub fn read(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text.as_bytes()[at..];
            let end = memchr::memchr(b'\n', rest).map_or(self.text.len(), |length| at + length);
            self.line(Cursor::new(self.text, at, end));
            at = end + 1;
        }
        self.close(0);
    }

    fn line(&mut self, mut line: Cursor<'t>) {
        let matched = self.matched(&mut line);
        let all = matched == self.open.len();
        if all && self.goes_on(line) {
            return;
        }
        let begun = self.begin(&mut line, matched);
        if !line.is_blank() {
            self.leaf(line, matched, begun);
        } else if !begun {
            self.close(matched);
            return self.blank();
        }
        self.blank = None;
    }

    /// How many of the open containers a line belongs to; their markers are read.
    fn matched(&mut self, line: &mut Cursor<'t>) -> usize {
        if self.quotes == 0 && line.is_blank() {
            let empty = matches!(self.open.last(), Some(Container::Item { empty: true, .. }));
            let matched = self.open.len() - usize::from(empty);
            for container in &self.open[..matched] {
                if line.at == line.end {
                    break;
                }
                line.skip(container.indent());
            }
            return matched;
        }
        for (index, container) in self.open.iter().enumerate() {
            let mut ahead = *line;
            let indent = container.indent();
            let goes_on = match container {
                Container::Quote => {
                    ahead.skip(3);
                    quote(&mut ahead)
                }
                Container::Item { empty: true, .. } if line.is_blank() => false,
                _ => ahead.skip(indent) == indent || line.is_blank(),
            };
            if !goes_on {
                return index;
            }
            *line = ahead;
        }
        self.open.len()
    }

    /// A block begins in the innermost container that is not a list.
    fn child(&mut self) {
        if let Some(Container::List { .. }) = self.open.last() {
            self.close(self.open.len() - 1);
        }
        let apart = self
            .open
            .len()
            .checked_sub(1)
            .is_some_and(|index| self.is_apart(index));
        if let Some(Container::Item { list, empty, .. }) = self.open.last_mut() {
            self.lists[*list].loose |= apart && !*empty;
            *empty = false;
        }
    }

    /// The list in whose item a leaf is.
    fn item(&self) -> Option<usize> {
        match self.open.last() {
            Some(Container::Item { list, .. }) => Some(*list),
            _ => None,
        }
    }

    /// Whether a blank line is before this one, in the container at `index`.
    fn is_apart(&self, index: usize) -> bool {
        self.blank.is_some_and(|quotes| index >= quotes)
    }

    /// The line is blank in the containers that are open.
    fn blank(&mut self) {
        let quote = |container: &Container| matches!(container, Container::Quote);
        let innermost = if self.quotes > 0 {
            self.open.iter().rposition(quote)
        } else {
            None
        };
        self.blank = Some(innermost.map_or(0, |index| index + 1));
    }

    /// Closes the leaf, and the containers after the first `kept`.
    fn close(&mut self, kept: usize) {
        self.end_leaf();
        while self.open.len() > kept
            && let Some(container) = self.open.pop()
        {
            self.quotes -= usize::from(matches!(container, Container::Quote));
            self.out.push(Block::End(container));
        }
    }
}
