//! Tables, which WhatsApp does not have: as code if they are narrow, else line by line.

use super::piece::{BOLD, Kind, Piece};
use crate::text::url;
use crate::text::width::width;

/// Columns of a phone in code; more would be broken in the middle of a row.
const WIDEST: usize = 30;
const GAP: &str = "  ";

/// A table while it is read. The first row is the head.
#[derive(Default)]
pub(super) struct Table {
    pub rows: Vec<Vec<Vec<Piece>>>,
}

/// A table as it is written.
pub(super) enum Shape {
    /// The content of a fence.
    Code(String),
    /// The lines of each row.
    Rows(Vec<Vec<Vec<Piece>>>),
}

impl Table {
    pub fn shape(self) -> Shape {
        self.code()
            .map_or_else(|| Shape::Rows(self.lines()), Shape::Code)
    }

    fn code(&self) -> Option<String> {
        let plain: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| plain(cell)).collect())
            .collect();
        let columns = plain.iter().map(Vec::len).max()?;
        let mut widths = vec![1; columns];
        for row in &plain {
            for (cell, widest) in row.iter().zip(&mut widths) {
                // In code a URL is not linked.
                if url::next(cell, 0).is_some() {
                    return None;
                }
                *widest = width(cell).max(*widest);
            }
        }
        if widths.iter().sum::<usize>() + GAP.len() * (columns - 1) > WIDEST {
            return None;
        }
        let mut out = String::new();
        for (index, row) in plain.iter().enumerate() {
            line(row.iter().map(String::as_str), &widths, &mut out);
            if index == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                line(rules.iter().map(String::as_str), &widths, &mut out);
            }
        }
        Some(out)
    }

    fn lines(self) -> Vec<Vec<Vec<Piece>>> {
        let mut rows = self.rows.into_iter();
        let head = rows.next().unwrap_or_default();
        let labels: Vec<Vec<Piece>> = head.iter().map(|cell| label(cell)).collect();
        let mut lines: Vec<Vec<Vec<Piece>>> = rows
            .map(|row| {
                row.into_iter()
                    .enumerate()
                    .filter(|(_, cell)| !plain(cell).is_empty())
                    .map(|(column, cell)| {
                        let mut line = labels.get(column).cloned().unwrap_or_default();
                        line.extend(cell);
                        line
                    })
                    .collect()
            })
            .collect();
        if lines.is_empty() {
            lines.push(head);
        }
        lines
    }
}

/// `*Header:* `, or nothing for a column without a name.
fn label(cell: &[Piece]) -> Vec<Piece> {
    let name = plain(cell);
    let mut label: Vec<Piece> = cell.to_vec();
    if name.is_empty() {
        return Vec::new();
    }
    for piece in &mut label {
        piece.style |= BOLD;
    }
    if !name.ends_with(':') {
        label.push(Piece::text(":", BOLD));
    }
    label.push(Piece::text(" ", 0));
    label
}

fn plain(cell: &[Piece]) -> String {
    let text: String = cell
        .iter()
        .map(|piece| {
            if piece.kind == Kind::Code {
                piece.text.trim()
            } else {
                &piece.text
            }
        })
        .collect();
    text.replace('`', "'").trim().to_owned()
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize], out: &mut String) {
    for (column, (cell, widest)) in cells.zip(widths).enumerate() {
        out.push_str(if column == 0 { "" } else { GAP });
        out.push_str(cell);
        out.extend(std::iter::repeat_n(' ', widest.saturating_sub(width(cell))));
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}
