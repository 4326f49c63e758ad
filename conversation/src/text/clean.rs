//! What no dialect means to show: entities, `<br>`, backslashes before marks, the tag of a fence, markers of nested lists.
//!
//! Everything here is a fixed point: cleaned text is not changed by cleaning it again.

use super::atoms::{Atom, atoms};
use super::entity;
use super::grammar::{self, Part};
use super::lookalike::lookalike;
use super::names;
use super::tidy::tidy;

/// `text` cleaned outside of code; blank space around it is off, and no two blank lines follow each other.
pub(crate) fn clean(text: &str) -> String {
    if text.contains('\r') {
        return clean(&text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    let mut cleaner = Cleaner {
        out: String::with_capacity(text.len()),
        floor: 0,
    };
    grammar::outside(text, |part| match part {
        Part::Fence(range) => {
            let before = cleaner
                .out
                .trim_end_matches(|c: char| c != '\n' && c.is_whitespace());
            let at_line_start = before.is_empty() || before.ends_with('\n');
            let fence = &text[range];
            cleaner.verbatim(if at_line_start { &fence[..3] } else { "" });
            cleaner.verbatim(if at_line_start {
                &fence[3 + tag(fence)..]
            } else {
                fence
            });
        }
        Part::Line(range) => {
            cleaner.line(&text[range.clone()]);
            if text[range.end..].starts_with('\n') {
                cleaner.out.push('\n');
            }
        }
    });
    names::wrap(tidy(&cleaner.out))
}

/// The length of a fence's language tag, which WhatsApp would show as code; 0 if it would be all there is.
fn tag(fence: &str) -> usize {
    let inner = &fence[3..fence.len() - 3];
    let Some((tag, code)) = inner.split_once('\n') else {
        return 0;
    };
    let word = tag.trim_end();
    let named = word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.len() <= 20
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+#_.-".contains(&byte));
    if named && !code.trim().is_empty() {
        tag.len()
    } else {
        0
    }
}

struct Cleaner {
    out: String,
    /// What is before it is code or a URL, and done.
    floor: usize,
}

impl Cleaner {
    fn verbatim(&mut self, text: &str) {
        self.out.push_str(text);
        self.floor = self.out.len();
    }

    fn line(&mut self, line: &str) {
        if !line.bytes().any(|byte| matches!(byte, b';' | b'\\' | b'>')) {
            self.out.push_str(line);
            return;
        }
        let mut done = 0;
        for (range, atom) in atoms(line) {
            self.text(&line[done..range.start]);
            done = range.end;
            match atom {
                Atom::Code => self.verbatim(&line[range]),
                Atom::Url => {
                    // A sentence's, or that of an entity.
                    done += usize::from(line[done..].starts_with(';'));
                    self.url(&line[range.start..done]);
                }
            }
        }
        self.text(&line[done..]);
        self.floor = self.out.len();
    }

    fn text(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            self.push(c, chars.peek().copied());
        }
    }

    /// Each form ends in a character of its own, and is looked for when that one comes, be it by another form.
    fn push(&mut self, mut c: char, next: Option<char>) {
        loop {
            c = if c == ';'
                && let Some((length, c)) = self.entity()
            {
                self.out.truncate(self.out.len() - length);
                c
            } else if c == '>'
                && let Some(length) = self.line_break()
            {
                self.out.truncate(self.out.len() - length);
                return self.out.push('\n');
            } else if "*_~`#+-.!()[]{}|>".contains(c) && self.escaped() {
                self.out.pop();
                if c == '`' { '\'' } else { c }
            } else {
                return self.out.push(c);
            };
            if matches!(c, '*' | '_' | '~') {
                return self.literal(c, next);
            }
        }
    }

    /// A mark that is meant as a character: as it is where it cannot bind, else a look-alike.
    fn literal(&mut self, c: char, next: Option<char>) {
        let last = self.out.chars().next_back();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let harmless =
            (inside(last) && inside(next)) || (apart(last) && apart(next) && next.is_some());
        self.out.push(if harmless { c } else { lookalike(c) });
    }

    /// The entity at the end, but for its `;`: its length and what it stands for.
    fn entity(&self) -> Option<(usize, char)> {
        let tail = &self.out.as_bytes()[self.floor..];
        let length = tail
            .iter()
            .rev()
            .take(entity::LONGEST + 1)
            .position(|byte| *byte == b'&')?
            + 1;
        let name = self.out.get(self.out.len() - length + 1..)?;
        Some((length, entity::decode(name)?))
    }

    fn line_break(&self) -> Option<usize> {
        let tail = &self.out.as_bytes()[self.floor..];
        [&b"<br"[..], b"<br/", b"<br /"]
            .into_iter()
            .map(<[u8]>::len)
            .find(|length| {
                tail.len() >= *length && {
                    let form = &tail[tail.len() - length..];
                    form[..3].eq_ignore_ascii_case(b"<br")
                        && matches!(&form[3..], b"" | b"/" | b" /")
                }
            })
    }

    /// Two backslashes are a path of a network, not an escape.
    fn escaped(&self) -> bool {
        let tail = &self.out[self.floor..];
        tail.ends_with('\\') && !tail.ends_with("\\\\")
    }

    /// A URL in an answer that was escaped for HTML: `&amp;` is undone, everything else is the URL's.
    fn url(&mut self, url: &str) {
        let start = self.out.len();
        for c in url.chars() {
            if c == ';' && self.out[start..].ends_with("&amp") {
                self.out.truncate(self.out.len() - 3);
            } else {
                self.out.push(c);
            }
        }
        self.floor = self.out.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cleans(text: &str, expected: &str) {
        let cleaned = clean(text);
        assert_eq!(cleaned, expected);
        assert_eq!(clean(&cleaned), expected, "again");
    }

    #[test]
    fn entities_also_those_escaped_twice() {
        cleans(
            "AT&amp;T &nbsp;x &amp;amp;lt; &#39; &unknown; &;",
            "AT&T  x < ' &unknown; &;",
        );
        cleans("https://e.com/?a=1&amp;b=&lt;", "https://e.com/?a=1&b=&lt;");
    }

    /// Each `;` ends an entity, which is the `;` of the one before it.
    #[test]
    fn an_entity_that_ends_the_one_before_it_takes_no_stack() {
        let text = "&#59".repeat(200_000) + ";";
        assert_eq!(clean(&text), ";");
    }

    #[test]
    fn escapes_and_marks_that_are_meant() {
        cleans(
            "1\\. snake\\_case \\*not bold\\* 2 \\* 3",
            "1. snake_case ∗not bold∗ 2 * 3",
        );
        cleans("\\\\server\\\\_x &ast;a&ast;", "\\\\server\\\\_x ∗a∗");
        cleans("&\\#42;x\\`", "∗x'");
    }

    #[test]
    fn line_breaks() {
        cleans("a<br>b<BR/>c<br />d\r\ne\rf", "a\nb\nc\nd\ne\nf");
    }

    #[test]
    fn code_is_never_touched() {
        cleans("`&amp; \\* <br>` &amp;", "`&amp; \\* <br>` &");
        cleans(
            "```js\n&amp;\n\n\n\n__init__\n```",
            "```\n&amp;\n\n\n\n__init__\n```",
        );
        cleans("```bash\n```", "```bash\n```");
    }

    #[test]
    fn names_are_code() {
        cleans("__init__ and snake_case", "`__init__` and snake_case");
        cleans("(__init__) `__x__`", "(`__init__`) `__x__`");
    }
}
