//! The kinds of places at which a part may end.

/// What ends at a cut, the best first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Block,
    Line,
    /// A line that is followed by more of the same item, or a heading.
    Within,
    Sentence,
    Word,
    Character,
    /// Between a mark and what it marks, or within a URL or a character: if there is nothing else.
    Forced,
}
