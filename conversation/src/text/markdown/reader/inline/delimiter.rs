//! Runs of `*`, `_` and `~`, and which of them belong together.

use super::punctuation::is_punctuation;

/// What a pair of runs shows as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Emphasis,
    Strong,
    Strike,
}

/// A run of one mark.
pub(super) struct Run {
    pub start: usize,
    /// Marks that are not part of a pair.
    pub left: usize,
    /// The pairs that it closes, from the inside out: a range of [`Runs::pairs`].
    closed: [usize; 2],
    /// The outermost pair that it opens, or [`NONE`]; the others follow from there.
    opened: usize,
    mark: u8,
    /// Its length modulo 3, which is what decides whether runs belong together; tildes are 1 or 2.
    rest: u8,
    opens: bool,
    closes: bool,
}

const NONE: usize = usize::MAX;

struct Pair {
    style: Style,
    /// The next pair inwards that the same run opens, or [`NONE`].
    inner: usize,
}

/// The runs of a text.
#[derive(Default)]
pub(super) struct Runs {
    pub runs: Vec<Run>,
    pairs: Vec<Pair>,
    /// Runs that may still become part of a pair.
    pending: Vec<usize>,
    openers: Vec<usize>,
}

impl Runs {
    pub fn clear(&mut self) {
        self.runs.clear();
        self.pairs.clear();
        self.pending.clear();
    }

    /// How many runs are pending.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Takes back the pending runs after the first `kept`.
    pub fn forget(&mut self, kept: usize) {
        self.pending.truncate(kept);
    }

    /// Takes the run at `start` up if it may open or close something: its length, and whether it is taken.
    pub fn push(&mut self, text: &str, start: usize) -> (usize, bool) {
        let bytes = text.as_bytes();
        let mark = bytes[start];
        let length = bytes[start..]
            .iter()
            .take_while(|byte| **byte == mark)
            .count();
        let before = text[..start].chars().next_back();
        let after = text[start + length..].chars().next();
        let (opens, closes) = flanks(mark, length, before, after);
        let taken = (opens || closes) && (mark != b'~' || length <= 2);
        if taken {
            self.pending.push(self.runs.len());
            self.runs.push(Run {
                start,
                left: length,
                closed: [0; 2],
                opened: NONE,
                mark,
                rest: (length % 3) as u8,
                opens,
                closes,
            });
        }
        (length, taken)
    }

    /// Pairs the pending runs after the first `kept`; those do not belong to what is outside of them any more.
    pub fn pair(&mut self, kept: usize) {
        // Of each kind of run that closes, before which run none opens it.
        let mut bottom = [0; 18];
        self.openers.clear();
        for index in kept..self.pending.len() {
            let id = self.pending[index];
            if self.runs[id].closes {
                self.close(id, &mut bottom);
            }
            if self.runs[id].opens && self.runs[id].left > 0 {
                self.openers.push(id);
            }
        }
        self.pending.truncate(kept);
    }

    fn close(&mut self, id: usize, bottom: &mut [usize; 18]) {
        let start = self.pairs.len();
        let Run {
            mark, rest, opens, ..
        } = self.runs[id];
        let marks = match mark {
            b'*' => 0,
            b'_' => 1,
            _ => 2,
        };
        let bottom = &mut bottom[marks * 6 + usize::from(opens) * 3 + usize::from(rest)];
        while self.runs[id].left > 0 {
            let fits = |other: &Run| {
                other.mark == mark
                    && if mark == b'~' {
                        other.rest == rest
                    } else {
                        !(opens || other.closes)
                            || !(rest + other.rest).is_multiple_of(3)
                            || rest == 0
                    }
            };
            let found = self
                .openers
                .iter()
                .rposition(|opener| *opener < *bottom || fits(&self.runs[*opener]))
                .filter(|index| self.openers[*index] >= *bottom);
            let Some(found) = found else {
                *bottom = id;
                break;
            };
            self.openers.truncate(found + 1);
            let opener = &self.runs[self.openers[found]];
            let (style, taken) = match mark {
                b'~' => (Style::Strike, opener.left),
                _ if opener.left > 1 && self.runs[id].left > 1 => (Style::Strong, 2),
                _ => (Style::Emphasis, 1),
            };
            let opener = &mut self.runs[self.openers[found]];
            opener.left -= taken;
            self.pairs.push(Pair {
                style,
                inner: std::mem::replace(&mut opener.opened, self.pairs.len()),
            });
            if opener.left == 0 {
                self.openers.pop();
            }
            self.runs[id].left -= taken;
        }
        self.runs[id].closed = [start, self.pairs.len()];
    }

    /// What a run closes, from the inside out.
    pub fn closed(&self, run: &Run) -> impl Iterator<Item = Style> {
        let [start, end] = run.closed;
        self.pairs[start..end].iter().map(|pair| pair.style)
    }

    /// What a run opens, from the outside in.
    pub fn opened(&self, run: &Run) -> impl Iterator<Item = Style> {
        let mut next = run.opened;
        std::iter::from_fn(move || {
            let pair = self.pairs.get(next)?;
            next = pair.inner;
            Some(pair.style)
        })
    }
}

/// Whether a run between two characters may open and close emphasis.
fn flanks(mark: u8, length: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let punctuation = |c: Option<char>| c.is_some_and(is_punctuation);
    let loose = |c| blank(c) || punctuation(c);
    let left = !blank(after) && (!punctuation(after) || loose(before));
    let right = !blank(before) && (!punctuation(before) || loose(after));
    let opens = left && (!right || punctuation(before));
    let closes = right && (!left || punctuation(after));
    match mark {
        b'*' => (left, right),
        b'_' => (opens, closes),
        // Two of them also within a word.
        _ if length > 1 => (!blank(after), right || before == Some('~')),
        _ => (opens, closes || before == Some('~')),
    }
}
