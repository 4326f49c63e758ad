//! The few tags that agents write. WhatsApp has no HTML, and shows what is not known here: `<your name>` is not a tag.

/// What a tag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Break,
    Bold(bool),
    Italic(bool),
    Strike(bool),
    /// Shown as nothing.
    Nothing,
}

/// Gives `html` as text and tags.
pub(super) fn read(html: &str, mut text: impl FnMut(&str, Option<Tag>)) {
    let mut done = 0;
    let mut at = 0;
    // Where the last comment that nothing closes begins: none after it is closed either.
    let mut unclosed = false;
    while let Some(open) = html[at..].find('<').map(|length| at + length) {
        let rest = &html[open..];
        let found = if rest.starts_with("<!--") {
            let end = if unclosed { None } else { rest.find("-->") };
            unclosed |= end.is_none();
            end.map(|end| (end + 3, Tag::Nothing))
        } else {
            tag(rest)
        };
        at = open + 1;
        if let Some((length, tag)) = found {
            text(&html[done..open], Some(tag));
            at = open + length;
            done = at;
        }
    }
    text(&html[done..], None);
}

/// The tag that `html` begins with, and its length.
fn tag(html: &str) -> Option<(usize, Tag)> {
    const LONGEST: usize = 200;
    let bytes = html.as_bytes();
    let closes = bytes.get(1) == Some(&b'/');
    let start = 1 + usize::from(closes);
    let name = bytes[start..]
        .iter()
        .take(11)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if !matches!(bytes.get(start + name), Some(b'>' | b'/' | b' ' | b'\n')) {
        return None;
    }
    let end = bytes.iter().take(LONGEST).position(|byte| *byte == b'>')? + 1;
    let tag = match html[start..start + name].to_ascii_lowercase().as_str() {
        "br" => Tag::Break,
        "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" if closes => Tag::Break,
        "b" | "strong" => Tag::Bold(!closes),
        "i" | "em" => Tag::Italic(!closes),
        "s" | "del" | "strike" => Tag::Strike(!closes),
        "p" | "div" | "li" | "tr" | "td" | "th" | "ul" | "ol" | "table" | "tbody" | "thead"
        | "span" | "u" | "sub" | "sup" | "small" | "center" | "font" | "h1" | "h2" | "h3"
        | "h4" | "details" | "summary" => Tag::Nothing,
        _ => return None,
    };
    Some((end, tag))
}
