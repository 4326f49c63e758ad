//! Makes room for marks: where one would not bind in every reading, it moves, gets a space, or is left out.

use super::piece::{BOLD, Kind, Piece, STRIKE, STYLES};
use crate::text::grammar::{Mark, Reading, may_close_before, may_open_after};

/// `pieces` such that the marks around their styles bind, as far as their neighbours tell.
pub(super) fn fit(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut pieces = code(pieces);
    for (style, mark) in STYLES {
        if pieces.iter().any(|piece| piece.style & style != 0) {
            pieces = styled(pieces, style, mark);
        }
    }
    pieces
}

/// Code that is not code in some reading is harmless unless there are marks in it.
fn code(pieces: Vec<Piece>) -> Vec<Piece> {
    if !pieces.iter().any(|piece| piece.kind == Kind::Code) {
        return pieces;
    }
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut rest = pieces.into_iter().peekable();
    while let Some(mut piece) = rest.next() {
        if piece.kind != Kind::Code {
            out.push(piece);
            continue;
        }
        let before = out.last().filter(|last| last.style & !piece.style == 0);
        let marked = out
            .last()
            .map_or(piece.style, |last| last.style ^ piece.style)
            != 0;
        let after = rest.peek().and_then(Piece::first);
        let opens =
            |reading| marked || may_open_after(before.and_then(Piece::last), reading, Mark::Code);
        let closes = may_close_before(after);
        let style = piece.style & out.last().map_or(0, |last| last.style);
        if piece.text.contains(['*', '_', '~']) {
            if !opens(Reading::Narrow) {
                out.push(Piece::text(" ", style));
            }
            let next_style = rest.peek().map_or(0, |next| next.style) & piece.style;
            out.push(piece);
            if !closes {
                out.push(Piece::text(" ", next_style));
            }
            continue;
        }
        // A mark follows it, or is put between.
        let is_followed = rest
            .peek()
            .is_some_and(|next| next.style & !piece.style != 0);
        if !(opens(Reading::Wide) && (closes || is_followed)) {
            piece.kind = Kind::Text;
        }
        out.push(piece);
    }
    out
}

fn styled(pieces: Vec<Piece>, style: u8, mark: Mark) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len() + 2);
    let mut rest = pieces.into_iter().peekable();
    while rest.peek().is_some() {
        let Some(first) = rest.next_if(|piece| piece.style & style != 0) else {
            out.extend(rest.next());
            continue;
        };
        let mut run = vec![first];
        while let Some(piece) = rest.next_if(|piece| piece.style & style != 0) {
            run.push(piece);
        }
        let last_style = run.last().map_or(0, |last| last.style);
        let closes = rest
            .peek()
            .is_none_or(|next| next.style & !last_style != 0 || may_close_before(next.first()));
        let opening = if closes {
            open(&mut out, &run[0], mark)
        } else {
            Opening::Never
        };
        match opening {
            Opening::Never => {
                let after_word = out
                    .last()
                    .and_then(Piece::last)
                    .is_some_and(char::is_alphanumeric);
                unstyle(&mut run, style, after_word, !closes);
            }
            Opening::Here => {}
            Opening::Spaced => {
                let between = out.last().map_or(0, |last| last.style) & run[0].style & !style;
                out.push(Piece::text(" ", between));
                let cjk_follows = rest.peek().and_then(Piece::first).is_some_and(is_unspaced);
                if cjk_follows {
                    let after = rest.peek().map_or(0, |next| next.style) & last_style;
                    run.push(Piece::text(" ", after));
                }
            }
            Opening::Moved(moved) => {
                if let (Some(closers), Some(next)) = (closers(&moved), rest.peek_mut()) {
                    let after = next.text.strip_prefix(closers.as_str());
                    if next.kind == Kind::Text
                        && let Some(after) = after
                        && may_close_before(after.chars().next())
                    {
                        let moved = Piece::text(closers, next.style | style);
                        next.text = after.to_owned();
                        run.push(moved);
                    }
                }
                let outer = out.last().map_or(0, |last| last.style) & run[0].style;
                out.push(Piece::text(moved, outer | style));
            }
        }
        out.append(&mut run);
    }
    out.retain(|piece| !piece.text.is_empty());
    out
}

/// Leaves a style out. Asterisks that were hardly meant as marks stay: around a factor, or from within one word into another.
fn unstyle(run: &mut [Piece], style: u8, after_word: bool, before_word: bool) {
    let is_literal = match run {
        [only] if is_factor(&only.text) => after_word,
        _ => after_word && before_word && run.iter().any(|piece| piece.text.contains(' ')),
    };
    for piece in &mut *run {
        piece.style &= !style;
    }
    let is_text = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.kind == Kind::Text);
    if !is_literal || style == STRIKE || !is_text(run.first()) || !is_text(run.last()) {
        return;
    }
    let mark = if style == BOLD { "**" } else { "*" };
    if let Some(first) = run.first_mut() {
        first.text.insert_str(0, mark);
    }
    if let Some(last) = run.last_mut() {
        last.text.push_str(mark);
    }
}

/// A number or a letter, as in `2*3*4` and `a*b*c`.
fn is_factor(text: &str) -> bool {
    let mut rest = text.chars();
    let is_letter = rest.next().is_some_and(char::is_alphabetic) && rest.next().is_none();
    is_letter
        || text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || ".,".contains(c))
}

enum Opening {
    /// It binds as it is.
    Here,
    /// A space before it.
    Spaced,
    /// Before the brackets or quotes that it follows: they are taken off `out`.
    Moved(String),
    /// Within a word: no reader formats that.
    Never,
}

fn open(out: &mut [Piece], first: &Piece, mark: Mark) -> Opening {
    let narrow = |before| may_open_after(before, Reading::Narrow, mark);
    let Some(last) = out.last_mut() else {
        return Opening::Here;
    };
    if last.style & !first.style != 0 || narrow(last.last()) {
        return Opening::Here;
    }
    let Some(before) = last.last() else {
        return Opening::Here;
    };
    if is_unspaced(before) {
        return Opening::Spaced;
    }
    if before.is_alphanumeric() {
        return if last.kind == Kind::Url {
            Opening::Spaced
        } else {
            Opening::Never
        };
    }
    if last.kind != Kind::Text || !is_opening(before) {
        return Opening::Spaced;
    }
    let kept = last.text.trim_end_matches(is_opening);
    let ahead = kept.chars().next_back();
    if !narrow(ahead) && !ahead.is_some_and(|c| is_unspaced(c) || !c.is_alphanumeric()) {
        return Opening::Never;
    }
    let moved = last.text[kept.len()..].to_owned();
    last.text.truncate(kept.len());
    if !narrow(ahead) {
        last.text.push(' ');
    }
    Opening::Moved(moved)
}

fn is_opening(c: char) -> bool {
    "([{\"'«“‘„‹<（「『【《〈$#@+-/=€£¥¡¿".contains(c)
}

/// What closes `opened`, from the inside.
fn closers(opened: &str) -> Option<String> {
    const PAIRS: [(char, char); 16] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('"', '"'),
        ('\'', '\''),
        ('«', '»'),
        ('“', '”'),
        ('‘', '’'),
        ('„', '“'),
        ('‹', '›'),
        ('（', '）'),
        ('「', '」'),
        ('『', '』'),
        ('【', '】'),
        ('《', '》'),
        ('〈', '〉'),
    ];
    opened
        .chars()
        .rev()
        .map(|c| {
            PAIRS
                .iter()
                .find(|(open, _)| *open == c)
                .map(|(_, close)| *close)
        })
        .collect()
}

/// A letter of a script that writes no spaces between words, where readers differ.
pub(super) fn is_unspaced(c: char) -> bool {
    c.is_alphanumeric()
        && matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
            | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF10}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}
