//! The containers that begin in a line.

use super::container::{Container, quote};
use super::cursor::Cursor;
use super::{Block, Blocks, Leaf, List, start};
use crate::text::markdown::reader::definition;

/// Deeper containers are text.
const DEEPEST: usize = 256;

impl<'t> Blocks<'t> {
    /// Opens the containers that begin in a line; those after the first `matched` are closed. Whether there are any.
    pub(super) fn begin(&mut self, line: &mut Cursor<'t>, matched: usize) -> bool {
        let all = matched == self.open.len();
        let mut begun = false;
        // No rule begins before this byte.
        let mut no_rule = 0;
        loop {
            let mut ahead = *line;
            let indent = ahead.skip(4);
            if indent == 4 || self.open.len() >= DEEPEST {
                return begun;
            }
            let rest = ahead.rest();
            let container = if rest.starts_with('>') {
                quote(&mut ahead);
                Container::Quote
            } else if let Some(label) = definition::note(rest) {
                let start = ahead.at + 2;
                ahead.advance(label + 4);
                ahead.skip(usize::MAX);
                Container::Note(start..start + label)
            } else if let Some(marker) = start::marker(rest) {
                if marker.number.is_none() && ahead.at >= no_rule {
                    match start::rule(rest) {
                        Ok(()) => return begun,
                        Err(foreign) => no_rule = ahead.at + foreign,
                    }
                }
                ahead.advance(marker.length);
                let blank = ahead.is_blank();
                let interrupts = !begun && all && matches!(self.leaf, Leaf::Paragraph { .. });
                if interrupts && (blank || marker.number.is_some_and(|number| number != 1)) {
                    return begun;
                }
                let mut text = ahead;
                let spaces = if blank { 5 } else { text.skip(5) };
                if spaces < 5 {
                    ahead = text;
                } else {
                    ahead.skip(1);
                }
                if !begun {
                    self.close(matched);
                    begun = true;
                }
                let list = self.list(marker);
                Container::Item {
                    list,
                    width: indent + marker.length + if spaces < 5 { spaces } else { 1 },
                    empty: true,
                }
            } else {
                return begun;
            };
            if !begun {
                self.close(matched);
            }
            begun = true;
            self.add(container);
            *line = ahead;
        }
    }

    /// The list that an item belongs to, which is the innermost container then.
    fn list(&mut self, marker: start::Marker) -> usize {
        if let Some(Container::List { id, kind }) = self.open.last()
            && *kind == marker.kind
        {
            let id = *id;
            self.lists[id].loose |= self.is_apart(self.open.len() - 1);
            return id;
        }
        self.child();
        let id = self.lists.len();
        self.lists.push(List {
            first: marker.number,
            loose: false,
        });
        let list = Container::List {
            id,
            kind: marker.kind,
        };
        self.out.push(Block::Start(list.clone()));
        self.open.push(list);
        id
    }

    fn add(&mut self, container: Container) {
        match container {
            Container::Item { .. } => {}
            Container::Note(_) => {
                self.child();
                if let Some(Container::Note(_)) = self.open.last() {
                    self.close(self.open.len() - 1);
                }
                if let Container::Note(label) = &container {
                    self.definitions.note(&self.text[label.clone()]);
                }
            }
            _ => self.child(),
        }
        self.quotes += usize::from(matches!(container, Container::Quote));
        self.out.push(Block::Start(container.clone()));
        self.open.push(container);
    }
}
