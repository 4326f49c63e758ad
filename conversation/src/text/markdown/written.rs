//! A line as it is written, and how WhatsApp reads it.

use super::piece::{Kind, Piece, STYLES};
use crate::sorting::sort;
use crate::text::grammar::{self, Mark, Reading, Span};

/// A line with marks.
pub(super) struct Written {
    pub text: String,
    /// Where each piece begins in it.
    pub starts: Vec<usize>,
    /// What is meant to bind, sorted.
    pub meant: Vec<Span>,
}

/// Where a reading and what is meant differ.
pub(super) enum Wrong {
    /// Binds by accident.
    Accident(Span),
    /// Is meant, and does not bind.
    Missing(Span),
}

impl Written {
    pub fn new(prefix: &str, pieces: &[Piece]) -> Self {
        let mut line = Self {
            text: prefix.to_owned(),
            starts: Vec::new(),
            meant: Vec::new(),
        };
        let mut open: Vec<(u8, Mark, usize)> = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let keep = open
                .iter()
                .take_while(|(style, ..)| piece.style & style != 0)
                .count();
            line.close(&mut open, keep);
            line.open(&mut open, pieces, index);
            line.starts.push(line.text.len());
            if piece.kind == Kind::Code {
                let start = line.text.len();
                line.text.push('`');
                line.text.push_str(&piece.text);
                line.text.push('`');
                line.meant.push(Span {
                    mark: Mark::Code,
                    range: start..line.text.len(),
                });
            } else {
                line.text.push_str(&piece.text);
            }
        }
        line.close(&mut open, 0);
        sort(&mut line.meant, |a, b| key(a).cmp(&key(b)));
        line
    }

    fn close(&mut self, open: &mut Vec<(u8, Mark, usize)>, keep: usize) {
        for (_, mark, start) in open.drain(keep..).rev() {
            self.text.push_str(mark.text());
            self.meant.push(Span {
                mark,
                range: start..self.text.len(),
            });
        }
    }

    /// Opens what begins at a piece, the longest first, so that pairs nest.
    fn open(&mut self, open: &mut Vec<(u8, Mark, usize)>, pieces: &[Piece], index: usize) {
        let begun: u8 = open.iter().map(|(style, ..)| style).sum();
        let length = |style: u8| {
            pieces[index..]
                .iter()
                .take_while(|piece| piece.style & style != 0)
                .count()
        };
        let mut begins: Vec<(usize, u8, Mark)> = STYLES
            .into_iter()
            .filter(|(style, _)| pieces[index].style & !begun & style != 0)
            .map(|(style, mark)| (length(style), style, mark))
            .collect();
        sort(&mut begins, |(a, ..), (b, ..)| b.cmp(a));
        for (_, style, mark) in begins {
            open.push((style, mark, self.text.len()));
            self.text.push_str(mark.text());
        }
    }

    /// What is wrong in either reading. Code without marks in it may be code or not.
    pub fn check(&self, pieces: &[Piece]) -> Vec<Wrong> {
        if self.meant.is_empty()
            && !self
                .text
                .bytes()
                .any(|byte| matches!(byte, b'*' | b'_' | b'~'))
        {
            return Vec::new();
        }
        let mut wrong = Vec::new();
        for reading in [Reading::Narrow, Reading::Wide] {
            let mut bound = Vec::with_capacity(self.meant.len());
            grammar::line_spans(&self.text, reading, 0, &mut bound);
            sort(&mut bound, |a, b| key(a).cmp(&key(b)));
            let optional = |span: &Span| reading == Reading::Narrow && span.mark == Mark::Code;
            let mut bound = bound.into_iter().peekable();
            for span in &self.meant {
                while let Some(other) = bound.next_if(|other| key(other) < key(span)) {
                    wrong.push(Wrong::Accident(other));
                }
                if bound.next_if_eq(span).is_none() && !optional(span) {
                    wrong.push(Wrong::Missing(span.clone()));
                }
            }
            wrong.extend(bound.map(Wrong::Accident));
        }
        debug_assert_eq!(self.starts.len(), pieces.len());
        wrong
    }
}

fn key(span: &Span) -> (Mark, usize, usize) {
    (span.mark, span.range.start, span.range.end)
}
