//! Mends a line in which something binds by accident, or does not bind.

use std::ops::Range;

use super::piece::{Kind, Piece, STYLES};
use super::written::{Written, Wrong};
use crate::sorting::sort;
use crate::text::grammar::{Mark, Reading, may_close_before, may_open_after};
use crate::text::lookalike::lookalike;

/// Marks that bind by accident become code or look-alikes; marks that do not bind go.
pub(super) fn repair(mut pieces: Vec<Piece>, line: &Written, wrong: &[Wrong]) -> Vec<Piece> {
    let mut meant: Vec<usize> = line
        .meant
        .iter()
        .filter(|span| span.mark != Mark::Code)
        .flat_map(|span| [span.range.start, span.range.end - 1])
        .collect();
    sort(&mut meant, usize::cmp);
    let literal = |at: &usize| meant.binary_search(at).is_err();
    let mut edits: Vec<(usize, usize)> = Vec::new();
    for wrong in wrong {
        if let Wrong::Accident(span) = wrong {
            let ends = [span.range.start, span.range.end - 1];
            for (index, at) in ends
                .iter()
                .filter(|at| literal(at))
                .filter_map(|at| place(&pieces, line, *at))
            {
                edits.extend(around(&pieces[index].text, at).map(|at| (index, at)));
            }
        }
    }
    // What is meant may bind once the accidents are gone.
    if edits.is_empty() {
        for wrong in wrong {
            if let Wrong::Missing(span) = wrong {
                clear(
                    &mut pieces,
                    line,
                    span.mark,
                    span.range.start,
                    span.range.end,
                );
            }
        }
        return pieces;
    }
    sort(&mut edits, Ord::cmp);
    edits.dedup();
    rewrite(pieces, &edits)
}

/// The text piece and the offset in it of byte `at` of the line.
fn place(pieces: &[Piece], line: &Written, at: usize) -> Option<(usize, usize)> {
    let index = line
        .starts
        .partition_point(|start| *start <= at)
        .checked_sub(1)?;
    let offset = at - line.starts[index];
    let piece = &pieces[index];
    (piece.kind == Kind::Text && offset < piece.text.len()).then_some((index, offset))
}

/// A mark and those of its kind beside it: half of a `**` would look odd.
fn around(text: &str, at: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let same = |byte: Option<&u8>| byte == bytes.get(at);
    let start = if at > 0 && same(bytes.get(at - 1)) {
        at - 1
    } else {
        at
    };
    let end = if same(bytes.get(at + 1)) {
        at + 2
    } else {
        at + 1
    };
    start..end
}

fn clear(pieces: &mut [Piece], line: &Written, mark: Mark, start: usize, end: usize) {
    let style = STYLES
        .iter()
        .find(|(_, other)| *other == mark)
        .map_or(0, |(style, _)| *style);
    let first = line.starts.partition_point(|piece| *piece < start);
    let last = line.starts.partition_point(|piece| *piece < end);
    for piece in &mut pieces[first..last] {
        piece.style &= !style;
        if mark == Mark::Code && piece.kind == Kind::Code {
            piece.kind = Kind::Text;
        }
    }
}

/// Replaces the mark at each of `edits`, which are sorted.
fn rewrite(pieces: Vec<Piece>, edits: &[(usize, usize)]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len() + 2);
    let mut edits = edits.iter().peekable();
    for (index, piece) in pieces.into_iter().enumerate() {
        if edits.peek().is_none_or(|(piece, _)| *piece != index) {
            out.push(piece);
            continue;
        }
        let mut text = String::new();
        let mut done = 0;
        // The end of a word that is no name: what is left of it is none either.
        let mut refused = 0;
        while let Some((_, at)) = edits.next_if(|(piece, _)| *piece == index) {
            if *at < done {
                continue;
            }
            let word = if *at < refused {
                None
            } else {
                let word = word(&piece.text, *at, done);
                refused = word.end;
                is_name(&piece.text, &word).then_some(word)
            };
            if let Some(name) = word {
                text.push_str(&piece.text[done..name.start]);
                out.push(Piece::text(std::mem::take(&mut text), piece.style));
                out.push(Piece::new(
                    &piece.text[name.clone()],
                    piece.style,
                    Kind::Code,
                ));
                done = name.end;
                continue;
            }
            text.push_str(&piece.text[done..*at]);
            text.extend(piece.text[*at..].chars().next().map(lookalike));
            done = at + 1;
        }
        text.push_str(&piece.text[done..]);
        out.push(Piece { text, ..piece });
    }
    out.retain(|piece| !piece.text.is_empty());
    out
}

/// The letters, digits and underscores around byte `at`, from byte `from` on.
fn word(text: &str, at: usize, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let start = at - bytes[from..at].iter().rev().take_while(of_word).count();
    let end = at + bytes[at..].iter().take_while(of_word).count();
    start..end
}

/// Whether a word is an identifier, and backticks around it bind in every reading.
fn is_name(text: &str, word: &Range<usize>) -> bool {
    let (before, after) = (&text[..word.start], &text[word.end..]);
    let opens = may_open_after(before.chars().next_back(), Reading::Narrow, Mark::Code);
    let closes = may_close_before(after.chars().next());
    let marked = before.ends_with(['*', '_', '~']) || after.starts_with(['*', '~']);
    opens && closes && !marked && text[word.clone()].contains(|c: char| c.is_ascii_alphanumeric())
}

/// Gives up the marks of a line: nothing is styled, and nothing binds.
pub(super) fn withdraw(pieces: &mut [Piece]) {
    for piece in pieces {
        piece.style = 0;
        if piece.kind == Kind::Text {
            piece.text = piece
                .text
                .chars()
                .map(|c| {
                    if matches!(c, '*' | '_' | '~') {
                        lookalike(c)
                    } else {
                        c
                    }
                })
                .collect();
        }
    }
}
