//! The places at which a part may end, and which of them is best.

use super::class::Class;
use super::layout::Layout;

const CLASSES: usize = 7;

/// The last cut of each class that fits: its byte, and the units up to it.
#[derive(Default)]
pub(super) struct Cuts {
    last: [Option<(usize, usize)>; CLASSES],
}

impl Cuts {
    pub fn add(&mut self, class: Class, at: usize, units: usize) {
        self.last[class as usize] = Some((at, units));
    }

    /// The cut to take. `least` units must be in the part, `spare` more for a better cut than a word's.
    pub fn best(&self, layout: &Layout, least: usize, spare: usize) -> Option<usize> {
        let enough = |class: Class, least: usize| {
            self.last[class as usize]
                .filter(|(_, units)| *units >= least)
                .map(|(at, _)| at)
        };
        let mut after = None;
        for class in [Class::Block, Class::Line, Class::Within] {
            let Some(at) = enough(class, least + spare).filter(|at| Some(*at) > after) else {
                continue;
            };
            if layout.fits_whole(at, class) {
                return Some(at);
            }
            // What follows is cut anyway: the later the better.
            after = Some(at);
        }
        let within = |class, least| enough(class, least).filter(|at| Some(*at) > after);
        within(Class::Sentence, least + spare)
            .or_else(|| within(Class::Word, least))
            .or(after)
            .or_else(|| self.latest())
    }

    /// The one that fills the part most.
    pub fn latest(&self) -> Option<usize> {
        let (forced, others) = self.last.split_last()?;
        others
            .iter()
            .flatten()
            .max()
            .or(forced.as_ref())
            .map(|(at, _)| *at)
    }
}
