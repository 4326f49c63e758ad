//! The brackets that are open.

/// `[` or `![` that nothing closes yet.
pub(super) struct Bracket {
    pub node: usize,
    pub image: bool,
    /// Where what is in it begins.
    pub inner: usize,
    /// How many runs were pending before it.
    pub runs: usize,
}

/// The brackets that are open.
#[derive(Default)]
pub(super) struct Brackets {
    open: Vec<Bracket>,
    /// The first ones are around a link: they are not links.
    around: usize,
}

impl Brackets {
    pub fn clear(&mut self) {
        self.open.clear();
        self.around = 0;
    }

    pub fn push(&mut self, node: usize, start: usize, inner: usize, runs: usize) {
        self.open.push(Bracket {
            node,
            image: inner - start > 1,
            inner,
            runs,
        });
    }

    /// A link has ended: the brackets around it are no links.
    pub fn link(&mut self) {
        self.around = self.open.len();
    }

    /// The innermost one, if it may be a link or an image.
    pub fn pop(&mut self) -> Option<Bracket> {
        let bracket = self.open.pop()?;
        let around = self.open.len() < self.around;
        self.around = self.around.min(self.open.len());
        (bracket.image || !around).then_some(bracket)
    }
}
