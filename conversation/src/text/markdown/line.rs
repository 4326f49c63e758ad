//! One line: pieces in, WhatsApp text out, which binds what the pieces say and nothing else.

use super::fit::fit;
use super::leftover;
use super::piece::{Kind, Piece, normal, split};
use super::repair::{repair, withdraw};
use super::written::Written;

/// How often a line is repaired before its marks are given up.
const REPAIRS: usize = 4;

/// Appends the line to `out`; `prefix` is its marker or indentation. Nothing is appended if the pieces are blank.
pub(super) fn write(prefix: &str, pieces: Vec<Piece>, out: &mut String) -> bool {
    let mut pieces = split(leftover::bold(normal(pieces)));
    if pieces.iter().all(Piece::is_blank) {
        return false;
    }
    if prefix.is_empty()
        && let Some(first) = pieces.first_mut().filter(|first| first.kind == Kind::Text)
    {
        first
            .text
            .drain(..first.text.len() - first.text.trim_start().len());
    }
    pieces = fit(pieces);
    for _ in 0..REPAIRS {
        let line = Written::new(prefix, &pieces);
        let wrong = line.check(&pieces);
        if wrong.is_empty() {
            out.push_str(&line.text);
            return true;
        }
        pieces = repair(pieces, &line, &wrong);
    }
    withdraw(&mut pieces);
    out.push_str(&Written::new(prefix, &pieces).text);
    true
}
