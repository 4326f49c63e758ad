//! Lines and the space between them.

use super::line;
use super::piece::Piece;
use crate::text::tidy::NESTED;

/// What is written so far, and the line under way.
#[derive(Default)]
pub(super) struct Writer {
    pub out: String,
    pub line: Vec<Piece>,
    /// Newlines that the next line wants before it.
    gap: usize,
    quotes: usize,
    /// The next number of each list that is open; 0 for bullets, which are numbered by nothing.
    lists: Vec<Option<u64>>,
    /// The marker of the item that begins, until something of it is written.
    marker: Option<String>,
}

impl Writer {
    /// Deeper lists are written as if they were this deep.
    const DEEPEST: usize = 6;

    pub fn new(length: usize) -> Self {
        Self {
            out: String::with_capacity(length + length / 16),
            ..Self::default()
        }
    }

    pub fn push(&mut self, piece: Piece) {
        self.line.push(piece);
    }

    pub fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.line);
        let before = self.out.len();
        self.newlines();
        let quote = if self.quotes > 0 { "> " } else { "" };
        let indent = "  ".repeat(self.lists.len().min(Self::DEEPEST));
        let prefix = match &self.marker {
            Some(marker) => format!("{quote}{marker}"),
            None => format!("{quote}{indent}"),
        };
        if line::write(&prefix, pieces, &mut self.out) {
            self.marker = None;
            self.gap = 1;
        } else {
            self.out.truncate(before);
        }
    }

    fn newlines(&mut self) {
        if !self.out.is_empty() {
            self.out.extend(std::iter::repeat_n('\n', self.gap));
        }
    }

    /// Ends the line; what comes is at least this many newlines away. In a quote there are no blank lines.
    fn apart(&mut self, newlines: usize) {
        self.end_line();
        self.gap = self.gap.max(if self.quotes > 0 { 1 } else { newlines });
    }

    pub fn block(&mut self) {
        self.apart(2);
    }

    /// A paragraph; the first one of an item is on the line of its marker.
    pub fn paragraph(&mut self) {
        if self.marker.is_none() {
            self.apart(2);
        }
    }

    pub fn start_quote(&mut self) {
        self.apart(2);
        self.quotes += 1;
    }

    pub fn end_quote(&mut self) {
        self.end_line();
        self.quotes -= 1;
        self.apart(2);
    }

    pub fn start_list(&mut self, first: Option<u64>) {
        self.apart(if self.lists.is_empty() { 2 } else { 1 });
        self.lists.push(first);
    }

    pub fn end_list(&mut self) {
        self.end_line();
        self.lists.pop();
        self.marker = None;
        self.apart(if self.lists.is_empty() { 2 } else { 1 });
    }

    pub fn start_item(&mut self) {
        self.apart(1);
        let depth = self.lists.len().clamp(1, Self::DEEPEST) - 1;
        let indent = "  ".repeat(depth);
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ if depth == 0 => "- ".to_owned(),
            _ => format!("{indent}{} ", NESTED[(depth - 1).min(NESTED.len() - 1)]),
        };
        self.marker = Some(marker);
    }

    pub fn end_item(&mut self) {
        self.apart(1);
        self.marker = None;
    }

    /// What the next line begins with.
    pub fn marker(&mut self, marker: String) {
        self.marker = Some(marker);
    }

    /// Code over lines, which begins at the first column whatever it is in.
    pub fn fence(&mut self, code: &str) {
        let code = code.trim_end();
        if code.trim().is_empty() {
            return;
        }
        let apart = if self.lists.is_empty() { 2 } else { 1 };
        if let Some(marker) = self.marker.take() {
            self.newlines();
            self.out.push_str(marker.trim_end());
            self.gap = 1;
        } else {
            self.apart(apart);
        }
        self.newlines();
        self.out.push_str("```\n");
        self.out
            .push_str(&code.replace("```", "`\u{200B}`\u{200B}`"));
        self.out.push_str("\n```");
        self.gap = 1;
        self.apart(apart);
    }
}
