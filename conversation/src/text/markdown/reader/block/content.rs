//! What is in a line after the markers of its containers: the leaf that is open, or one that begins.

use std::ops::Range;

use super::cursor::Cursor;
use super::leaf::Mark;
use super::{Block, Blocks, Leaf, html, start, table};
use crate::text::markdown::reader::definition;

impl<'t> Blocks<'t> {
    /// Gives a line that is in all open containers to the leaf, if that is not text, or becomes a table by it. Whether it took it.
    pub(super) fn goes_on(&mut self, mut line: Cursor<'t>) -> bool {
        match self.leaf {
            Leaf::Fence {
                first,
                mark,
                length,
                indent,
            } => {
                let mut closing = line;
                if closing.skip(4) < 4 && start::closes(closing.rest(), mark, length) {
                    self.end_leaf();
                } else {
                    line.skip(indent);
                    self.push(first, line);
                }
            }
            Leaf::Html { first, end } => {
                if end == html::End::Blank && line.is_blank() {
                    self.end_leaf();
                    return false;
                }
                self.push(first, line);
                if end.is_in(line.rest()) {
                    self.end_leaf();
                }
            }
            Leaf::Indented { first, .. } => {
                let blank = line.is_blank();
                if line.skip(4) < 4 && !blank {
                    return false;
                }
                self.push(first, line);
                if blank {
                    self.blank();
                    return true;
                }
                let kept = self.lines.mark();
                self.leaf = Leaf::Indented { first, kept };
            }
            Leaf::Paragraph {
                first,
                last: Some((before, start)),
            } if line.skip(4) < 4 => return self.table(line, first, before, start),
            Leaf::None | Leaf::Paragraph { .. } | Leaf::Table(_) => return false,
        }
        self.blank = None;
        true
    }

    /// A line that is not blank, of which `matched` open containers are the first ones, or of containers that have `begun` in it.
    pub(super) fn leaf(&mut self, line: Cursor<'t>, matched: usize, begun: bool) {
        let all = !begun && matched == self.open.len();
        let mut text = line;
        let indent = text.skip(4);
        if all && indent < 4 && start::underline(text.rest()) && self.underlined() {
            return;
        }
        let goes_on = !begun
            && match self.leaf {
                Leaf::Paragraph { .. } => true,
                Leaf::Table(_) => all,
                _ => false,
            };
        if indent == 4 && !goes_on {
            self.start(matched, begun);
            let first = self.push(self.lines.len(), text);
            let kept = self.lines.mark();
            self.leaf = Leaf::Indented { first, kept };
            return;
        }
        if indent < 4 && self.other(line, text, indent, matched, begun, goes_on) {
            return;
        }
        text.skip_all();
        match self.leaf {
            Leaf::Paragraph { first, .. } if goes_on => {
                let before = self.lines.mark();
                self.push(first, text);
                let head = all && indent < 4 && text.rest().starts_with('|');
                self.leaf = Leaf::Paragraph {
                    first,
                    last: head.then_some((before, text.at)),
                };
            }
            Leaf::Table(columns) if goes_on && table::cells(text.rest()).next().is_some() => {
                self.out.push(Block::Row(text.at..text.end, columns));
            }
            _ => {
                self.start(matched, begun);
                let before = self.lines.mark();
                let first = self.push(self.lines.len(), text);
                self.leaf = Leaf::Paragraph {
                    first,
                    last: Some((before, text.at)),
                };
            }
        }
    }

    /// A rule, a heading, a fence or HTML; `text` is the line after its indentation.
    fn other(
        &mut self,
        line: Cursor<'t>,
        text: Cursor<'t>,
        indent: usize,
        matched: usize,
        begun: bool,
        goes_on: bool,
    ) -> bool {
        let rest = text.rest();
        if start::rule(rest).is_ok() {
            self.start(matched, begun);
            self.out.push(Block::Rule);
        } else if let Some(range) = start::heading(rest) {
            self.start(matched, begun);
            let first = self.lines.len();
            self.lines
                .push(first, text.at + range.start..text.at + range.end, 0);
            self.out.push(Block::Heading(first..first + 1));
        } else if let Some((mark, length)) = start::fence(rest) {
            self.start(matched, begun);
            self.leaf = Leaf::Fence {
                first: self.lines.len(),
                mark,
                length,
                indent,
            };
        } else if let Some(end) = html::start(rest, goes_on) {
            self.start(matched, begun);
            let first = self.push(self.lines.len(), line);
            self.leaf = Leaf::Html { first, end };
            if end.is_in(rest) {
                self.end_leaf();
            }
        } else {
            return false;
        }
        true
    }

    /// A leaf begins.
    fn start(&mut self, matched: usize, begun: bool) {
        if !begun {
            self.close(matched);
        }
        self.child();
    }

    fn push(&mut self, first: usize, line: Cursor) -> usize {
        self.lines.push(first, line.at..line.end, line.pad);
        first
    }

    /// The paragraph is a heading, if there is more of it than definitions.
    fn underlined(&mut self) -> bool {
        let Leaf::Paragraph { first, .. } = self.leaf else {
            return false;
        };
        let lines = self.undefined(first);
        let any = !lines.is_empty();
        if any {
            self.out.push(Block::Heading(lines));
        }
        self.leaf = Leaf::None;
        any
    }

    /// The lines of a paragraph without the definitions that it begins with, which are kept.
    fn undefined(&mut self, first: usize) -> Range<usize> {
        let lines = first..self.lines.len();
        if !self.lines.begin(&lines, b'[') {
            return lines;
        }
        let mut joined = std::mem::take(&mut self.joined);
        let text = self.lines.text(&lines, &mut joined);
        let mut done = 0;
        while let Some(found) = definition::definition(&text[done..]) {
            self.definitions.link(found.label, found.destination);
            done += found.length;
        }
        self.joined = joined;
        if done == 0 {
            return lines;
        }
        self.lines.after(lines, done)
    }

    /// Whether the last line of the paragraph is the head of a table, of which this line has the columns.
    fn table(&mut self, line: Cursor, first: usize, before: Mark, start: usize) -> bool {
        let Some(columns) = table::delimiters(line.rest()) else {
            return false;
        };
        let end = self.lines.mark().end();
        if table::columns(&self.text[start..end]) != Some(columns) {
            return false;
        }
        self.lines.back(before);
        if self.lines.len() > first {
            self.end_leaf();
        }
        self.out.push(Block::Table);
        self.out.push(Block::Row(start..end, columns));
        self.leaf = Leaf::Table(columns);
        true
    }

    /// Ends the leaf that is open.
    pub(super) fn end_leaf(&mut self) {
        match std::mem::replace(&mut self.leaf, Leaf::None) {
            Leaf::None => {}
            Leaf::Paragraph { first, .. } => {
                let lines = self.undefined(first);
                if !lines.is_empty() {
                    let list = self.item();
                    self.out.push(Block::Paragraph(lines, list));
                }
            }
            Leaf::Fence { first, .. } => self.out.push(Block::Code(first..self.lines.len())),
            Leaf::Indented { first, kept } => {
                self.lines.back(kept);
                self.out.push(Block::Code(first..self.lines.len()));
            }
            Leaf::Html { first, .. } => self.out.push(Block::Html(first..self.lines.len())),
            Leaf::Table(_) => self.out.push(Block::TableEnd),
        }
    }
}
