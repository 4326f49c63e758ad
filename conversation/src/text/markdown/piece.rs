//! What a line is made of before there are marks in it.

use crate::text::grammar::Mark;

pub(super) const BOLD: u8 = 1;
pub(super) const ITALIC: u8 = 2;
pub(super) const STRIKE: u8 = 4;

/// The styles and the mark of each; where several begin at once, the first is the outermost.
pub(super) const STYLES: [(u8, Mark); 3] = [
    (BOLD, Mark::Bold),
    (ITALIC, Mark::Italic),
    (STRIKE, Mark::Strike),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Code,
    Url,
}

/// Text of one kind and one style.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub text: String,
    pub style: u8,
    pub kind: Kind,
}

impl Piece {
    pub fn new(text: impl Into<String>, style: u8, kind: Kind) -> Self {
        Self {
            text: text.into(),
            style,
            kind,
        }
    }

    pub fn text(text: impl Into<String>, style: u8) -> Self {
        Self::new(text, style, Kind::Text)
    }

    /// The first character that is shown.
    pub fn first(&self) -> Option<char> {
        if self.kind == Kind::Code {
            Some('`')
        } else {
            self.text.chars().next()
        }
    }

    /// The last character that is shown.
    pub fn last(&self) -> Option<char> {
        if self.kind == Kind::Code {
            Some('`')
        } else {
            self.text.chars().next_back()
        }
    }

    pub fn is_blank(&self) -> bool {
        self.kind == Kind::Text && self.text.trim().is_empty()
    }
}

/// One piece for each run of text of one style; code without backticks; URLs apart.
pub(super) fn normal(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        match piece.kind {
            Kind::Code => {
                piece.text = piece.text.replace('`', "'").trim().to_owned();
            }
            // In CommonMark's text a backtick is one that nothing closes; here it might find another.
            Kind::Text if piece.text.contains('`') => piece.text = piece.text.replace('`', "'"),
            _ => {}
        }
        if piece.text.is_empty() {
            continue;
        }
        match merged.last_mut() {
            Some(last)
                if last.kind == Kind::Text
                    && piece.kind == Kind::Text
                    && last.style == piece.style =>
            {
                last.text.push_str(&piece.text);
            }
            _ => merged.push(piece),
        }
    }
    merged
}

/// Splits the URLs out of text, and white space out of what is styled. A URL is not styled: a reader may take the mark for a part of it.
pub(super) fn split(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if piece.kind != Kind::Text {
            let style = if piece.kind == Kind::Url {
                0
            } else {
                piece.style
            };
            out.push(Piece { style, ..piece });
            continue;
        }
        let mut done = 0;
        for url in crate::text::url::all(&piece.text) {
            words(&piece.text[done..url.start], piece.style, &mut out);
            out.push(Piece::new(&piece.text[url.clone()], 0, Kind::Url));
            done = url.end;
        }
        words(&piece.text[done..], piece.style, &mut out);
    }
    spaces(&mut out);
    out
}

fn words(text: &str, style: u8, out: &mut Vec<Piece>) {
    let head = text.len() - text.trim_start().len();
    let tail = text.trim_end().len().max(head);
    let cut = if style == 0 {
        [0, text.len()]
    } else {
        [head, tail]
    };
    for part in [&text[..cut[0]], &text[cut[0]..cut[1]], &text[cut[1]..]] {
        if !part.is_empty() {
            out.push(Piece::text(part, style));
        }
    }
}

/// White space has the styles that go on over it.
fn spaces(pieces: &mut [Piece]) {
    let mut before = 0;
    for piece in pieces.iter_mut() {
        if piece.is_blank() {
            piece.style &= before;
        }
        before = piece.style;
    }
    let mut after = 0;
    for piece in pieces.iter_mut().rev() {
        if piece.is_blank() {
            piece.style &= after;
        }
        after = piece.style;
    }
}
