//! The beginning of a line: columns, where a tab goes on to the next multiple of four.

/// A place in a line before which its containers are read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// In bytes of the text.
    pub at: usize,
    /// The end of the line, without its newline.
    pub end: usize,
    column: usize,
    /// Columns of the tab before `at` that are not read yet.
    pub pad: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str, at: usize, end: usize) -> Self {
        Self {
            text,
            at,
            end,
            column: 0,
            pad: 0,
        }
    }

    /// The rest of the line.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// Reads white space of `columns` columns, or what there is of it: how many.
    pub fn skip(&mut self, columns: usize) -> usize {
        let mut left = columns;
        while left > 0 {
            if self.pad == 0 {
                match self.text.as_bytes()[..self.end].get(self.at) {
                    Some(b' ') => self.pad = 1,
                    Some(b'\t') => self.pad = 4 - self.column % 4,
                    _ => break,
                }
                self.at += 1;
            }
            let read = self.pad.min(left);
            self.pad -= read;
            self.column += read;
            left -= read;
        }
        columns - left
    }

    /// Reads `bytes` bytes that are a column each.
    pub fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.column += bytes;
        self.pad = 0;
    }

    /// Reads all white space.
    pub fn skip_all(&mut self) {
        let rest = self.rest();
        self.at = self.end - rest.trim_start_matches([' ', '\t']).len();
        self.pad = 0;
    }

    pub fn is_blank(&self) -> bool {
        self.rest()
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | 0x0B | 0x0C))
    }
}
