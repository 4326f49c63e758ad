//! The way of a text through the dialects.

use super::clean::clean;
use super::dialect::{self, Dialect, guess};
use super::lookalike::lookalike;
use super::{bounds, markdown};

/// `text`, as an agent wrote it, as WhatsApp text.
///
/// Markdown becomes what WhatsApp has in its place: `*bold*`, `_italic_`, `~struck~`, code without a language, `text: url`,
/// nested lists by `◦` and `▪`, narrow tables as code and wide ones line by line. A mark is written only where every
/// known reader binds it, and what would bind by accident is written as code or with a look-alike. In WhatsApp's own markup
/// only entities, `<br>`, backslashes before marks, tags of fences and markers of nested lists are cleaned. Code and
/// URLs are left as they are.
///
/// What is formatted may be formatted again: with [`Dialect::Auto`] it stays as it is. A text of which nothing would be
/// left (a comment) is given back. The time is linear in the length, and so is the length of what comes out; a text that
/// nests deeper than any person writes is cleaned, not parsed.
///
/// ```
/// use robofy_conversation::text::{Dialect, format};
///
/// let answer = "## **Opening** hours\n\n- Mon: [by phone](tel:+4930123)\n  - *not* on holidays";
/// assert_eq!(
///     format(answer, Dialect::Auto),
///     "*Opening hours*\n\n- Mon: by phone: +4930123\n  ◦ _not_ on holidays"
/// );
/// assert_eq!(format("*Order 12* is ready", Dialect::Auto), "*Order 12* is ready");
/// ```
pub fn format(text: &str, dialect: Dialect) -> String {
    let text_inside = unwrapped(text);
    let markdown = match dialect {
        Dialect::Auto => guess(text_inside) == Dialect::Markdown,
        Dialect::Markdown => true,
        Dialect::WhatsApp => false,
    };
    let mut out = cleaned(text_inside, markdown);
    if dialect != Dialect::WhatsApp
        && guess(&out) == Dialect::Markdown
        && cleaned(&out, true) != out
    {
        out = clean(&neutral(&out));
    }
    if out.is_empty() { text.to_owned() } else { out }
}

fn cleaned(text: &str, markdown: bool) -> String {
    if markdown && bounds::reasonable(text) {
        let out = clean(&markdown::render(text));
        if !out.is_empty() {
            return out;
        }
    }
    clean(text)
}

/// The inside of a fence around a whole answer, if its tag says that it is not code.
fn unwrapped(text: &str) -> &str {
    let whole = text.trim();
    let inside = whole
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"));
    let Some((tag, inside)) = inside.and_then(|inside| inside.split_once('\n')) else {
        return text;
    };
    let named = ["markdown", "md", "whatsapp"]
        .iter()
        .any(|name| tag.trim().eq_ignore_ascii_case(name));
    if named && !inside.contains("```") && !inside.trim().is_empty() {
        inside
    } else {
        text
    }
}

/// A text that says of itself that it is Markdown, and is not any more: such marks become look-alikes.
fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = "";
    let mut fence = dialect::Fence::default();
    for line in text.split('\n') {
        if !out.is_empty() || !before.is_empty() {
            out.push('\n');
        }
        if fence.holds(line) {
            out.push_str(line);
        } else if dialect::is_delimiter_row(line, before) {
            out.extend(line.chars().map(lookalike));
        } else {
            neutral_line(line, &mut out);
        }
        before = line;
    }
    out
}

fn neutral_line(line: &str, out: &mut String) {
    let rest = if dialect::is_heading(line) || dialect::is_tilde_fence(line) {
        line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '~'))
    } else {
        line
    };
    out.extend(line[..line.len() - rest.len()].chars().map(lookalike));
    let mut done = 0;
    dialect::marks(rest, |at| {
        out.push_str(&rest[done..at]);
        let pair = &rest[at..at + 2];
        if pair == "](" {
            out.push_str("] (");
        } else {
            out.extend(pair.chars().map(lookalike));
        }
        done = at + 2;
        true
    });
    out.push_str(&rest[done..]);
}

#[cfg(test)]
mod tests;
