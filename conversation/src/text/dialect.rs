//! Which markup a text is written in.

use super::url;

/// The markup of a text that is to be formatted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Guessed: see [`guess`].
    #[default]
    Auto,
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown,
    /// WhatsApp's own: only what no dialect means to show is cleaned.
    WhatsApp,
}

/// Markdown if, outside of code and URLs, there is `**`, `~~`, a heading (`# `), the delimiter row of a table, or `](`; else WhatsApp.
///
/// An agent that writes for WhatsApp means bold by `*x*`, and so single marks say nothing.
///
/// ```
/// use robofy_conversation::text::{Dialect, guess};
///
/// assert_eq!(guess("*Order 12* is ready"), Dialect::WhatsApp);
/// assert_eq!(guess("**Order 12** is ready"), Dialect::Markdown);
/// assert_eq!(guess("`2**3` is 8"), Dialect::WhatsApp);
/// ```
pub fn guess(text: &str) -> Dialect {
    let mut fence = Fence::default();
    let mut before = "";
    for line in text.split('\n') {
        let shows = !fence.holds(line)
            && (is_tilde_fence(line)
                || is_heading(line)
                || is_delimiter_row(line, before)
                || has_mark(line));
        if shows {
            return Dialect::Markdown;
        }
        before = line;
    }
    Dialect::WhatsApp
}

/// The fence of backticks that is open: how many.
#[derive(Default)]
pub(crate) struct Fence(Option<usize>);

impl Fence {
    /// Whether `line`, the next one, is in a fence, or begins or ends one.
    pub fn holds(&mut self, line: &str) -> bool {
        let line = line.trim();
        let length = line.bytes().take_while(|byte| *byte == b'`').count();
        let rest = &line[length..];
        match self.0 {
            Some(open) => {
                if length >= open && rest.is_empty() {
                    self.0 = None;
                }
                true
            }
            None if length >= 3 && !rest.contains('`') => {
                self.0 = Some(length);
                true
            }
            None => false,
        }
    }
}

/// A fence that only Markdown has.
pub(crate) fn is_tilde_fence(line: &str) -> bool {
    line.trim_start().starts_with("~~~")
}

/// An ATX heading.
pub(crate) fn is_heading(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    let level = text
        .bytes()
        .take(7)
        .take_while(|byte| *byte == b'#')
        .count();
    line.len() - text.len() < 4
        && (1..=6).contains(&level)
        && text[level..].starts_with([' ', '\t'])
        && !text[level..].trim().is_empty()
}

/// `| --- | :-: |` below a line with a `|`.
pub(crate) fn is_delimiter_row(line: &str, before: &str) -> bool {
    line.contains('|')
        && line.contains('-')
        && before.contains('|')
        && line
            .bytes()
            .all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t' | b'\r'))
}

/// `**`, `~~` or `](` outside of code spans and URLs.
fn has_mark(line: &str) -> bool {
    let mut found = false;
    marks(line, |_| {
        found = true;
        false
    });
    found
}

/// Gives where each `**`, `~~` and `](` of a line begins, until `go_on` is false.
pub(crate) fn marks(line: &str, mut go_on: impl FnMut(usize) -> bool) {
    let bytes = line.as_bytes();
    // Runs of backticks that nothing closes, by their length, so that each length is looked for once.
    let mut unclosed = [false; 32];
    let mut url = url::next(line, 0);
    let mut at = 0;
    while at < bytes.len() {
        while url.as_ref().is_some_and(|url| url.end <= at) {
            url = url::next(line, at);
        }
        if url.as_ref().is_some_and(|url| url.start <= at) {
            at = url.as_ref().map_or(at + 1, |url| url.end);
            continue;
        }
        match (bytes[at], bytes.get(at + 1)) {
            (b'`', _) => at = after_code(bytes, at, &mut unclosed),
            (b'*', Some(b'*')) | (b'~', Some(b'~')) | (b']', Some(b'(')) => {
                if !go_on(at) {
                    return;
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// The end of the code span that begins at `at`, or of the backticks, if none does.
fn after_code(bytes: &[u8], at: usize, unclosed: &mut [bool; 32]) -> usize {
    let run = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| **byte == b'`')
            .count()
    };
    let length = run(at);
    let mut next = at + length;
    if length >= unclosed.len() || unclosed[length] {
        return next;
    }
    while next < bytes.len() {
        let other = run(next);
        if other == length {
            return next + length;
        }
        next += other.max(1);
    }
    unclosed[length] = true;
    at + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_itself() {
        for text in [
            "**b**",
            "~~s~~",
            "a\n## h",
            "| a | b |\n|---|---|",
            "[a](b)",
            "~~~\nx\n~~~",
            "`a` **b**",
            "`` ` `` **b**",
            "` **b**",
        ] {
            assert_eq!(guess(text), Dialect::Markdown, "{text}");
        }
    }

    #[test]
    fn whatsapp_is_the_rest() {
        for text in [
            "",
            "*b* _i_ ~s~",
            "#tag",
            "`**`",
            "```\n**b**\n# h\n```",
            "https://e.com/**x",
            "---",
            "a | b\n---",
            "```\n**never closed",
            "1. [a]",
        ] {
            assert_eq!(guess(text), Dialect::WhatsApp, "{text}");
        }
    }
}
