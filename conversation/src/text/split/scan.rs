//! From the beginning of a part to all places at which it may end.

use super::class::Class;
use super::cut::Cuts;
use super::grapheme;
use super::layout::{Layout, is_heading};
use crate::text::grammar::{self, Mark};

/// Where a part begins.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub at: usize,
    /// Where its line begins.
    line: usize,
    /// The first span that begins at or after `at`, and those that are open.
    next: usize,
    open: Vec<usize>,
}

impl Place {
    pub fn advance(&mut self, layout: &Layout, at: usize) {
        if let Some(newline) = layout.text[self.at..at].rfind('\n') {
            self.line = self.at + newline + 1;
        }
        self.at = at;
        self.walk(layout, at);
    }

    /// Opens and closes what begins and ends before `at`.
    fn walk(&mut self, layout: &Layout, at: usize) {
        self.open.retain(|span| layout.spans[*span].range.end > at);
        while let Some(span) = layout
            .spans
            .get(self.next)
            .filter(|span| span.range.start < at)
        {
            if span.range.end > at {
                self.open.push(self.next);
            }
            self.next += 1;
        }
    }

    /// The next byte at which `walk` would change something.
    fn change(&self, layout: &Layout) -> usize {
        let begins = layout
            .spans
            .get(self.next)
            .map_or(usize::MAX, |span| span.range.start + 1);
        self.open
            .iter()
            .map(|span| layout.spans[*span].range.end)
            .fold(begins, usize::min)
    }

    fn marks<'l>(&'l self, layout: &'l Layout) -> impl DoubleEndedIterator<Item = Mark> + 'l {
        self.open.iter().map(|span| layout.spans[*span].mark)
    }

    pub fn in_fence(&self, layout: &Layout) -> bool {
        self.marks(layout).any(|mark| mark == Mark::Fence)
    }

    /// What opens again here what was closed before.
    pub fn opening(&self, layout: &Layout) -> String {
        if self.in_fence(layout) {
            return "```\n".to_owned();
        }
        let quoted = self.at > self.line && layout.text[self.line..].starts_with("> ");
        let quote = if quoted { "> " } else { "" };
        quote
            .chars()
            .chain(self.marks(layout).flat_map(|mark| mark.text().chars()))
            .collect()
    }

    /// What closes here what is open, and where: a mark does not bind after white space.
    pub fn closing(&self, layout: &Layout, start: usize) -> (usize, String) {
        let part = &layout.text[start..self.at];
        if self.in_fence(layout) {
            let closing = if part.ends_with('\n') { "```" } else { "\n```" };
            return (self.at, closing.to_owned());
        }
        let closing = self.marks(layout).rev().map(Mark::text).collect();
        (start + part.trim_end().len(), closing)
    }
}

/// Bytes between which a part may end.
struct Free {
    after: usize,
    before: usize,
}

impl Free {
    /// Not beside a mark on its inner side, nor where only white space would be between the marks.
    fn within(place: &Place, layout: &Layout, least: usize) -> Self {
        let mut free = Free {
            after: least,
            before: layout.end,
        };
        for inner in place.open.iter().map(|span| &layout.inner[*span]) {
            free.after = free.after.max(inner.start);
            free.before = free.before.min(inner.end);
        }
        free
    }
}

/// How far before the limit a part may end within a word.
const WITHIN_WORD: usize = 256;

/// All places at which a part that begins at `start` may end; `used` units are added at its beginning.
pub(super) fn scan(layout: &Layout, start: &Place, mut used: usize) -> Cuts {
    let text = layout.text;
    // It begins between two characters: how they are drawn does not depend on what is before it.
    let part = &text[start.at..];
    let mut cuts = Cuts::default();
    let mut place = start.clone();
    let lead = part
        .find(|c: char| !c.is_whitespace())
        .map_or(text.len(), |lead| start.at + lead);
    let mut url = layout.urls.partition_point(|url| url.end <= start.at);
    let mut least = lead;
    let mut free = Free::within(&place, layout, least);
    let mut change = place.change(layout);
    let mut fenced = place.in_fence(layout);
    let mut line = start.line;
    let mut heading = false;
    let mut blank = false;
    let [mut before_space, mut last] = ['\n'; 2];

    for (offset, c) in text[start.at..layout.end].char_indices() {
        let at = start.at + offset;
        // Far from the limit no part ends within a word.
        if c.is_ascii_alphanumeric()
            && last.is_ascii_alphanumeric()
            && used + WITHIN_WORD <= layout.limit
        {
            used += 1;
            last = c;
            continue;
        }
        if at >= change {
            place.walk(layout, at);
            free = Free::within(&place, layout, least);
            change = place.change(layout);
            fenced = place.in_fence(layout);
        }
        while layout.urls.get(url).is_some_and(|url| url.start < at) {
            least = least.max(layout.urls[url].end - 1);
            free.after = free.after.max(least);
            url += 1;
        }
        if used > layout.limit {
            break;
        }
        let added = if fenced {
            if last == '\n' { 3 } else { 4 }
        } else {
            place.open.len()
        };
        if at > lead && used + added <= layout.limit {
            let space = last.is_whitespace();
            let class = if !(free.after < at && at < free.before) {
                Class::Forced
            } else if last == '\n' && c != '\n' {
                match () {
                    () if fenced => Class::Line,
                    () if heading => Class::Within,
                    () if blank => Class::Block,
                    () if c == ' ' || c == '\t' => Class::Within,
                    () => Class::Line,
                }
            } else if space && !c.is_whitespace() {
                if ends_sentence(before_space) && !fenced {
                    Class::Sentence
                } else {
                    Class::Word
                }
            } else if ends_sentence_at_once(last) && !")]\"'」』）】》〉”’。！？".contains(c)
            {
                Class::Sentence
            } else if used + WITHIN_WORD > layout.limit && grapheme::boundary(part, offset) {
                Class::Character
            } else {
                Class::Forced
            };
            cuts.add(class, at, used);
        }
        if at == line && !fenced {
            least = least.max(line + grammar::line(&text[line..]).1);
            free.after = free.after.max(least);
        }
        used += c.len_utf16();
        if c == '\n' {
            let ended = text[line.max(start.at)..at].trim();
            blank = ended.is_empty();
            heading = if blank { heading } else { is_heading(ended) };
            line = at + 1;
        }
        if c.is_whitespace() && !last.is_whitespace() {
            before_space = last;
        }
        last = c;
    }
    cuts
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | ':' | ';' | '؟' | '।' | '॥' | '۔')
        || ends_sentence_at_once(c)
}

/// Where no space follows.
fn ends_sentence_at_once(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
}
