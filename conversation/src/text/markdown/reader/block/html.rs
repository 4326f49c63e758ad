//! Blocks of HTML: what they begin with, and what ends them.

use crate::text::markdown::reader::inline::markup;

/// What ends a block of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A line that is blank, which is not of the block.
    Blank,
    /// The end tag of one of [`RAW`].
    Raw,
    Text(&'static str),
}

/// Elements whose text is not markup.
const RAW: [&str; 4] = ["pre", "script", "style", "textarea"];

/// Elements that are blocks.
const BLOCKS: &str = "address article aside base basefont blockquote body caption center col colgroup dd details dialog \
    dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li \
    link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr \
    track ul";

impl End {
    pub fn is_in(self, line: &str) -> bool {
        match self {
            Self::Blank => false,
            Self::Text(end) => line.contains(end),
            Self::Raw => line.match_indices("</").any(|(at, open)| {
                let tag = &line[at + open.len()..];
                let named = |name: &&str| starts(tag, name) && tag[name.len()..].starts_with('>');
                RAW.iter().any(named)
            }),
        }
    }
}

/// The end of the block that a line begins, within text or not.
pub(super) fn start(line: &str, in_text: bool) -> Option<End> {
    let rest = line.strip_prefix('<')?;
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '>']);
    if RAW
        .iter()
        .any(|name| starts(rest, name) && is_end(&rest[name.len()..]))
    {
        return Some(End::Raw);
    }
    for (begin, end) in [("!--", "-->"), ("?", "?>"), ("![CDATA[", "]]>")] {
        if rest.starts_with(begin) {
            return Some(End::Text(end));
        }
    }
    if rest.starts_with('!') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(End::Text(">"));
    }
    let tag = rest.strip_prefix('/').unwrap_or(rest);
    let length = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = tag.split_at(length);
    let block = (is_end(after) || after.starts_with("/>"))
        && BLOCKS
            .split(' ')
            .any(|block| block.eq_ignore_ascii_case(name));
    let alone = || {
        !in_text
            && markup::tag(line.as_bytes(), 0)
                .is_some_and(|end| line[end..].trim_matches([' ', '\t']).is_empty())
    };
    (block || alone()).then_some(End::Blank)
}

fn starts(text: &str, name: &str) -> bool {
    text.get(..name.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(name))
}
