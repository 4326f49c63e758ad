//! Lines: blank ones, and lists within lists, which WhatsApp does not have.

use super::grammar::{self, Line, Part};

/// The marker of a list within a list, the outermost first.
pub(crate) const NESTED: [&str; 2] = ["◦", "▪"];

/// `text` without blank space around it, with at most one blank line in a row, and nested bullets as characters.
pub(crate) fn tidy(text: &str) -> String {
    let text = text.trim();
    let mut out = String::with_capacity(text.len());
    let mut list = List::default();
    grammar::outside(text, |part| match part {
        Part::Fence(range) => out.push_str(&text[range]),
        Part::Line(range) => {
            let line = &text[range.clone()];
            let whole = out.is_empty() || out.ends_with('\n');
            let ends = text[range.end..].starts_with('\n');
            let blank = line.trim().is_empty();
            if whole && !blank {
                list.line(line, &mut out);
            } else if !(whole && ends) {
                out.push_str(line);
            }
            if ends && !(blank && out.ends_with("\n\n")) {
                out.push('\n');
            }
        }
    });
    out.truncate(out.trim_end().len());
    out
}

/// The columns at which the lists around a line begin.
#[derive(Default)]
struct List {
    columns: Vec<usize>,
}

impl List {
    const DEEPEST: usize = 8;

    fn line(&mut self, line: &str, out: &mut String) {
        let item = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - item.len()];
        let column: usize = indent
            .bytes()
            .map(|byte| if byte == b'\t' { 4 } else { 1 })
            .sum();
        let (kind, marker) = grammar::line(item);
        let bullet = kind == Line::Bullet || item.starts_with("+ ");
        if column == 0 {
            self.columns.clear();
            if bullet || kind == Line::Number {
                self.columns.push(0);
            }
        } else if column > 1 && !self.columns.is_empty() && (bullet || kind == Line::Number) {
            while self.columns.len() > 1 && self.columns.last().is_some_and(|last| *last >= column)
            {
                self.columns.pop();
            }
            if self.columns.len() < Self::DEEPEST {
                self.columns.push(column);
            }
            if bullet {
                let depth = (self.columns.len() - 2).min(NESTED.len() - 1);
                out.push_str(indent);
                out.push_str(NESTED[depth]);
                out.push_str(&item[marker.max(2) - 1..]);
                return;
            }
        }
        out.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tidies(text: &str, expected: &str) {
        assert_eq!(tidy(text), expected);
        assert_eq!(tidy(expected), expected, "again");
    }

    #[test]
    fn blank_lines_outside_of_fences() {
        tidies(
            " \n a\n\n \n\nb\n\n```\n\n\n\nx```\n\n\n",
            "a\n\nb\n\n```\n\n\n\nx```",
        );
    }

    #[test]
    fn nested_bullets() {
        tidies(
            "- a\n  - b\n    - c\n  * d\n- e",
            "- a\n  ◦ b\n    ▪ c\n  ◦ d\n- e",
        );
        tidies(
            "1. a\n   - b\n\n   + c\ntext\n   - d",
            "1. a\n   ◦ b\n\n   ◦ c\ntext\n   - d",
        );
    }
}
