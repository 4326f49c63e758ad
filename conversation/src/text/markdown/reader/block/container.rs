//! Blocks of blocks, and what they begin with.

use std::ops::Range;

use super::cursor::Cursor;
use crate::text::markdown::reader::definition;

/// A block of blocks.
#[derive(Clone)]
pub(in super::super) enum Container {
    Quote,
    List {
        id: usize,
        /// What its markers end in.
        kind: u8,
    },
    Item {
        list: usize,
        /// Columns that its lines are indented by.
        width: usize,
        empty: bool,
    },
    /// With the bytes of its label.
    Note(Range<usize>),
}

impl Container {
    /// Columns that its lines are indented by.
    pub fn indent(&self) -> usize {
        match self {
            Self::Item { width, .. } => *width,
            Self::Note(_) => definition::INDENT,
            Self::Quote | Self::List { .. } => 0,
        }
    }
}

/// Reads the marker of a quote.
pub(super) fn quote(line: &mut Cursor) -> bool {
    let quote = line.rest().starts_with('>');
    if quote {
        line.advance(1);
        line.skip(1);
    }
    quote
}
