//! Code and URLs within a line.

use std::ops::Range;

use super::grammar::{self, Mark, Reading};
use super::url;
use crate::sorting::sort;

pub(super) enum Atom {
    Code,
    Url,
}

/// What of a line is not plain text, in order.
pub(super) fn atoms(line: &str) -> Vec<(Range<usize>, Atom)> {
    let mut spans = Vec::new();
    grammar::line_spans(line, Reading::Wide, 0, &mut spans);
    let mut atoms: Vec<(Range<usize>, Atom)> = spans
        .into_iter()
        .filter(|span| span.mark == Mark::Code)
        .map(|span| (span.range, Atom::Code))
        .collect();
    atoms.extend(url::all(line).into_iter().map(|range| (range, Atom::Url)));
    sort(&mut atoms, |(a, _), (b, _)| a.start.cmp(&b.start));
    let mut end = 0;
    atoms.retain(|(range, _)| {
        let kept = range.start >= end;
        if kept {
            end = range.end;
        }
        kept
    });
    atoms
}
