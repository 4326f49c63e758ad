//! Between `<` and `>`: tags, comments and their like, and links without text.

/// What nothing closes any more, so that each end is looked for once in a text.
#[derive(Default)]
pub(super) struct Unclosed([bool; 4]);

/// The end of the HTML that begins with the `<` at `at`.
pub(super) fn html(text: &str, at: usize, unclosed: &mut Unclosed) -> Option<usize> {
    const FORMS: [(&str, &str, usize); 4] = [
        // `<!-->` and `<!--->` are comments too.
        ("<!--", "-->", 2),
        ("<![CDATA[", "]]>", 9),
        ("<?", "?>", 2),
        ("<!", ">", 2),
    ];
    let rest = &text[at..];
    let form = FORMS.iter().position(|(begin, ..)| rest.starts_with(begin));
    let Some(form) = form else {
        return tag(text.as_bytes(), at);
    };
    let (_, end, from) = FORMS[form];
    if form == 3 && !rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if unclosed.0[form] {
        return None;
    }
    let found = rest[from..].find(end);
    unclosed.0[form] = found.is_none();
    found.map(|length| at + from + length + end.len())
}

/// The end of the opening or closing tag that begins at `at`.
pub(in super::super) fn tag(bytes: &[u8], at: usize) -> Option<usize> {
    let closes = bytes.get(at + 1) == Some(&b'/');
    let mut at = at + 1 + usize::from(closes);
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    at = after(bytes, at, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-'
    });
    if closes {
        at = after(bytes, at, is_blank);
        return (bytes.get(at) == Some(&b'>')).then_some(at + 1);
    }
    loop {
        let start = after(bytes, at, is_blank);
        match *bytes.get(start)? {
            b'>' => return Some(start + 1),
            b'/' => return (bytes.get(start + 1) == Some(&b'>')).then_some(start + 2),
            byte if start > at && (byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':')) => {}
            _ => return None,
        }
        at = after(bytes, start, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-')
        });
        let equals = after(bytes, at, is_blank);
        if bytes.get(equals) == Some(&b'=') {
            at = value(bytes, after(bytes, equals + 1, is_blank))?;
        }
    }
}

/// The end of an attribute's value.
fn value(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    if matches!(quote, b'"' | b'\'') {
        let length = memchr::memchr(quote, &bytes[at + 1..])?;
        return Some(at + 1 + length + 1);
    }
    let end = after(bytes, at, |byte| {
        !is_blank(byte) && !matches!(byte, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`')
    });
    (end > at).then_some(end)
}

/// The end of the URL or address in the `<>` that begins at `at`.
pub(super) fn autolink(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let length = rest.find(|c: char| c.is_ascii_control() || matches!(c, ' ' | '<' | '>'))?;
    let inner = &rest[..length];
    let link = rest[length..].starts_with('>') && (is_url(inner) || is_address(inner));
    link.then_some(at + 1 + length)
}

fn is_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    let scheme = after(bytes, 0, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-')
    });
    (2..=32).contains(&scheme) && bytes.get(scheme) == Some(&b':') && bytes[0].is_ascii_alphabetic()
}

fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let in_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !local.is_empty()
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(in_label)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C)
}

/// The first byte at or after `at` that is not `of` the kind.
fn after(bytes: &[u8], at: usize, of: impl Fn(u8) -> bool) -> usize {
    at + bytes[at..].iter().take_while(|byte| of(**byte)).count()
}
