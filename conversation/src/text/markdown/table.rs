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

/// Bytes of labels that the tables of a text may still be written with. A long label may stand above many rows; where it runs
/// out, rows have none.
#[derive(Default)]
pub(super) struct Allowance(usize);

impl Allowance {
    /// More than the labels of tables that people write, whose cells are hardly ever this much shorter.
    const TIMES: usize = 8;
    /// For short texts.
    const LEAST: usize = 100_000;

    /// What a piece costs besides its text: the marks around it.
    const PIECE: usize = 4;

    /// For a text of `length` bytes.
    pub fn new(length: usize) -> Self {
        Self(length.saturating_mul(Self::TIMES).max(Self::LEAST))
    }

    /// Whether there is as much; if not, there is no more.
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

impl Table {
    pub fn shape(self, labels: &mut Allowance) -> Shape {
        self.code()
            .map_or_else(|| Shape::Rows(self.lines(labels)), Shape::Code)
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

    fn lines(self, allowance: &mut Allowance) -> Vec<Vec<Vec<Piece>>> {
        let mut rows = self.rows.into_iter();
        let head = rows.next().unwrap_or_default();
        let labels: Vec<Vec<Piece>> = head.iter().map(|cell| label(cell)).collect();
        let mut lines: Vec<Vec<Vec<Piece>>> =
            rows.map(|row| labelled(row, &labels, allowance)).collect();
        if lines.is_empty() {
            lines.push(head);
        }
        lines
    }
}

/// The lines of a row: its cells with something in them, each after the label of its column.
fn labelled(
    row: Vec<Vec<Piece>>,
    labels: &[Vec<Piece>],
    allowance: &mut Allowance,
) -> Vec<Vec<Piece>> {
    let cells: Vec<(usize, Vec<Piece>)> = row
        .into_iter()
        .enumerate()
        .filter(|(_, cell)| !plain(cell).is_empty())
        .collect();
    let named = cells.iter().filter_map(|(column, _)| labels.get(*column));
    let bytes = named
        .flatten()
        .map(|piece| piece.text.len() + Allowance::PIECE);
    let labels = if allowance.take(bytes.sum()) {
        labels
    } else {
        &[]
    };
    cells
        .into_iter()
        .map(|(column, cell)| {
            let mut line = labels.get(column).cloned().unwrap_or_default();
            line.extend(cell);
            line
        })
        .collect()
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
