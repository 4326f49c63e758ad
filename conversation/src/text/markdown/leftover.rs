//! `**「太字」**は`, `**Price:**20 €`: CommonMark leaves such pairs as they are, because a letter or digit follows the second one
//! (commonmark-spec#650).

use super::piece::{BOLD, Kind, Piece};

/// The first `**` of a pair.
#[derive(Clone, Copy)]
struct Open {
    /// Where among the pieces it is.
    at: usize,
    /// Beside a letter that is not ASCII.
    is_beside: bool,
    begins_word: bool,
}

impl Open {
    /// Whether another `**`, after this character, ends it: that one is beside such a letter, too, or ends a label.
    fn binds(self, before: Option<char>, is_beside: bool) -> bool {
        let ends_label = before.is_some_and(|c| ":.!?".contains(c));
        let is_meant = self.is_beside || is_beside || (self.begins_word && ends_label);
        is_meant && !spaced(before)
    }
}

fn spaced(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

/// Makes bold what is between two `**` that the parser left, if they are beside a letter that is not ASCII, or around a label.
pub(super) fn bold(pieces: Vec<Piece>) -> Vec<Piece> {
    let left = |piece: &Piece| piece.kind == Kind::Text && piece.text.contains("**");
    if !pieces.iter().any(left) {
        return pieces;
    }
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len() + 2);
    let mut open: Option<Open> = None;
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
            match open {
                Some(opened) if opened.at + 1 < out.len() && opened.binds(before, beside) => {
                    out[opened.at].text.clear();
                    out[opened.at + 1..]
                        .iter_mut()
                        .for_each(|piece| piece.style |= BOLD);
                    if !beside && after.is_some_and(char::is_alphanumeric) {
                        out.push(Piece::text(" ", piece.style));
                    }
                    open = None;
                }
                _ => {
                    if !spaced(after) {
                        open = Some(Open {
                            at: out.len(),
                            is_beside: beside,
                            begins_word: spaced(before),
                        });
                    }
                    out.push(Piece::text("**", piece.style));
                }
            }
        }
    }
    out.retain(|piece| !piece.text.is_empty());
    out
}
