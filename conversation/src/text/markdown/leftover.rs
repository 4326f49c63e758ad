//! `**「太字」**は`: CommonMark leaves such pairs as they are, because a letter follows the second one (commonmark-spec#650).

use super::piece::{BOLD, Kind, Piece};

/// Makes bold what is between two `**` that the parser left, if they are beside a letter that is not ASCII.
pub(super) fn bold(pieces: Vec<Piece>) -> Vec<Piece> {
    let left = |piece: &Piece| piece.kind == Kind::Text && piece.text.contains("**");
    if !pieces.iter().any(left) {
        return pieces;
    }
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len() + 2);
    // Where in `out` the open pair is, and whether it is beside such a letter.
    let mut open: Option<(usize, bool)> = None;
    let mut rest = pieces.into_iter().peekable();
    while let Some(piece) = rest.next() {
        if !left(&piece) {
            out.push(piece);
            continue;
        }
        let parts: Vec<&str> = piece.text.split("**").collect();
        for (index, part) in parts.iter().enumerate() {
            if !part.is_empty() {
                out.push(Piece::text(*part, piece.style));
            }
            let Some(next) = parts.get(index + 1) else {
                break;
            };
            let before = out.iter().rev().find_map(Piece::last);
            let after = next
                .chars()
                .next()
                .or_else(|| rest.peek().and_then(Piece::first));
            let beside = [before, after].into_iter().flatten().any(|c| !c.is_ascii());
            let spaced = |c: Option<char>| c.is_none_or(char::is_whitespace);
            match open {
                Some((start, wide))
                    if !spaced(before) && (wide || beside) && start + 1 < out.len() =>
                {
                    out[start].text.clear();
                    out[start + 1..]
                        .iter_mut()
                        .for_each(|piece| piece.style |= BOLD);
                    open = None;
                }
                _ => {
                    if !spaced(after) {
                        open = Some((out.len(), beside));
                    }
                    out.push(Piece::text("**", piece.style));
                }
            }
        }
    }
    out.retain(|piece| !piece.text.is_empty());
    out
}
