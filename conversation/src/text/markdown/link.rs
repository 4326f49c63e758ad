//! Links: a client links a bare URL by itself, and knows no other kind.

use super::piece::{Kind, Piece};

/// A link or an image whose text is being read.
pub(super) struct Open {
    /// As it is shown; `None` if there is nothing that a phone could open.
    url: Option<String>,
    /// The piece of the line with which its text begins.
    start: usize,
}

impl Open {
    pub fn new(url: &str, start: usize) -> Self {
        Self {
            url: shown(url),
            start,
        }
    }

    /// `text: url`, or what of it says something. Of an image within a link the text is enough.
    pub fn end(self, line: &mut Vec<Piece>, within: bool) {
        let Some(url) = self.url.filter(|_| !within) else {
            return;
        };
        let start = self.start.min(line.len());
        let text: String = line[start..]
            .iter()
            .map(|piece| piece.text.as_str())
            .collect();
        let text = text.trim();
        if text.is_empty() || bare(text).eq_ignore_ascii_case(bare(&url)) {
            line.truncate(start);
        } else {
            line.push(Piece::text(if text.ends_with(':') { " " } else { ": " }, 0));
        }
        keep_apart(line, &Piece::text(url.as_str(), 0));
        line.push(Piece::new(url, 0, Kind::Url));
    }
}

/// A space after a URL, before what would be taken for more of it; and before one, after a letter.
pub(super) fn keep_apart(line: &mut Vec<Piece>, next: &Piece) {
    let Some(last) = line.last() else { return };
    let more = |c: char| c.is_alphanumeric() || "/#&=%+@_-~*(".contains(c);
    if last.kind == Kind::Url && next.first().is_some_and(more) {
        line.push(Piece::text(" ", 0));
    }
}

fn shown(url: &str) -> Option<String> {
    let url = url.trim();
    for scheme in ["mailto:", "tel:", "sms:"] {
        if let Some(address) = url.strip_prefix(scheme) {
            return (!address.is_empty()).then(|| address.to_owned());
        }
    }
    let host = url.split(['/', '?', '#']).next().unwrap_or_default();
    let usable = url.contains("://")
        || (host.contains('.') && !host.starts_with('.') && !host.contains(':'));
    usable.then(|| url.replace(' ', "%20").replace('\n', ""))
}

fn bare(url: &str) -> &str {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.strip_prefix("www.")
        .unwrap_or(url)
        .trim_end_matches('/')
}
