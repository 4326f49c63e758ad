//! A text's way into parts.

use super::layout::Layout;
use super::part::Part;
use super::scan::{Place, scan};
use crate::text::width::units;

/// How much of its room a part may leave.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// How many parts there may be.
    pub parts: usize,
    /// What a part holds at least, on an average.
    pub capacity: usize,
}

impl Layout<'_> {
    /// Units for each part to come: what the end of a word may cost.
    const SPARE: usize = 16;

    /// The parts; without a plan, each as full as can be.
    pub fn run(&self, plan: Option<Plan>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut place = Place::default();
        let mut left = units(self.text);
        while place.at < self.end {
            let lead = self.lead(place.at);
            let blank = units(&self.text[place.at..lead]);
            if blank > self.limit / 2 {
                left -= blank;
                place.advance(self, lead);
            }
            let mut part = Part::new(place.at..self.text.len());
            let opening = place.opening(self);
            if left + opening.len() <= self.limit {
                part.opening = (self.opened(&place), opening);
                parts.push(part);
                break;
            }
            let (least, spare) = plan.map_or((0, 0), |plan| {
                let more = plan.parts.saturating_sub(parts.len() + 1);
                (
                    left.saturating_sub(more * plan.capacity),
                    more * Self::SPARE.min(self.limit / 64),
                )
            });
            let cuts = scan(self, &place, opening.len());
            let cut = if plan.is_some() {
                cuts.best(self, least, spare)
            } else {
                cuts.latest()
            };
            let Some(cut) = cut else {
                // There is no room for what would have to be added.
                let mut lead = self.lead(place.at);
                let blank = units(&self.text[place.at..lead]);
                if blank + 2 <= self.limit {
                    lead = place.at;
                } else {
                    left -= blank;
                }
                let cut = self.bare(lead);
                left -= units(&self.text[lead..cut]);
                parts.push(Part::new(lead..cut));
                place.advance(self, cut);
                continue;
            };
            part = Part::new(place.at..cut);
            part.opening = (self.opened(&place), opening);
            left -= units(&self.text[place.at..cut]);
            place.advance(self, cut);
            part.closing = place.closing(self, part.range.start);
            parts.push(part);
        }
        parts
    }

    /// After the white space at `at`.
    fn lead(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        at + rest.len() - rest.trim_start().len()
    }

    /// Where marks are opened: a mark does not bind before white space.
    fn opened(&self, place: &Place) -> usize {
        if place.in_fence(self) {
            place.at
        } else {
            self.lead(place.at)
        }
    }

    /// As much as fits from `at`.
    fn bare(&self, at: usize) -> usize {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.len_utf16();
            used <= self.limit
        };
        at + self.text[at..]
            .chars()
            .take_while(fits)
            .map(char::len_utf8)
            .sum::<usize>()
    }
}
