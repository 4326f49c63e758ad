//! What a bracket becomes: a link, an image, or a reference to a footnote.

use super::bracket::Bracket;
use super::destination::{parenthesized, unescaped};
use super::{Inline, Node};
use crate::text::markdown::reader::definition;

impl Inline<'_> {
    /// Reads on at the `]` at `at`: the end of the link or the note, or `at` if there is none.
    pub(super) fn end_bracket(&mut self, text: &str, at: usize) -> usize {
        let Some(bracket) = self.brackets.pop() else {
            return at;
        };
        let Some((destination, end)) = self.destination(text, &bracket, at) else {
            return self.note(text, &bracket, at);
        };
        let id = self.destinations.len();
        self.destinations.push(destination);
        self.runs.pair(bracket.runs);
        if bracket.image {
            self.nodes[bracket.node] = Node::Image(id);
            self.nodes.push(Node::ImageEnd(id));
        } else {
            self.nodes[bracket.node] = Node::Link(id);
            self.nodes.push(Node::LinkEnd(id));
            self.brackets.link();
        }
        end
    }

    /// Where a bracket that ends at `at` links to, and the end of the link.
    fn destination(&mut self, text: &str, bracket: &Bracket, at: usize) -> Option<(String, usize)> {
        let after = at + 1;
        if let Some((destination, end)) = parenthesized(text, after) {
            return Some((unescaped(destination).into_owned(), end));
        }
        let inner = &text[bracket.inner..at];
        let (label, end) = match text[after..]
            .strip_prefix('[')
            .map(|rest| (rest, definition::label(rest)))
        {
            Some((rest, Some(length))) if !is_note(&rest[..length]) => {
                (&rest[..length], after + length + 2)
            }
            other => {
                if definition::label(&text[bracket.inner..]) != Some(inner.len()) || is_note(inner)
                {
                    return None;
                }
                let collapsed = other.is_some_and(|(rest, _)| rest.starts_with(']'));
                (inner, if collapsed { after + 2 } else { after })
            }
        };
        let destination = self.definitions.destination(label)?;
        if self.allowance == 0 {
            return None;
        }
        self.allowance = self.allowance.saturating_sub(destination.len());
        Some((destination.to_owned(), end))
    }

    /// The bracket is a footnote's if that is defined, and no link is around it then.
    fn note(&mut self, text: &str, bracket: &Bracket, at: usize) -> usize {
        let inner = &text[bracket.inner..at];
        let label = definition::label(&text[bracket.inner..]) == Some(inner.len());
        let full = text[at + 1..]
            .strip_prefix('[')
            .and_then(|rest| Some(&rest[..definition::label(rest)?]))
            .is_some_and(|label| !is_note(label));
        if !label || !is_note(inner) || full || !self.definitions.is_note(&inner[1..]) {
            return at;
        }
        self.nodes.truncate(bracket.node);
        if bracket.image {
            self.nodes
                .push(Node::Text(bracket.inner - 2, bracket.inner - 1));
        }
        self.nodes.push(Node::Note(bracket.inner + 1, at));
        self.runs.forget(bracket.runs);
        self.brackets.clear();
        at + 1
    }
}

/// Whether a label, which is not long, is a footnote's.
fn is_note(label: &str) -> bool {
    label.len() > 1 && label.starts_with('^') && !label.contains('\n')
}
