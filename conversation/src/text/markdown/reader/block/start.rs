//! What a line begins with, at its first column that is not blank.

/// A bullet, or a number with what ends it.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    /// The bullet, or `.` or `)`.
    pub kind: u8,
    pub number: Option<u64>,
    pub length: usize,
}

/// The marker of a list's item; white space or the end of the line follows it.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let bytes = line.as_bytes();
    let digits = bytes
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let kind = *bytes.get(digits)?;
    let number = match kind {
        b'-' | b'+' | b'*' if digits == 0 => None,
        b'.' | b')' if (1..10).contains(&digits) => Some(line[..digits].parse().ok()?),
        _ => return None,
    };
    matches!(bytes.get(digits + 1), None | Some(b' ' | b'\t')).then_some(Marker {
        kind,
        number,
        length: digits + 1,
    })
}

/// `Ok` for a thematic break; else before which byte of the line there is none either.
pub(super) fn rule(line: &str) -> Result<(), usize> {
    let bytes = line.as_bytes();
    let Some(mark @ (b'-' | b'*' | b'_')) = bytes.first() else {
        return Err(0);
    };
    let mut count = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            byte if byte == mark => count += 1,
            b' ' | b'\t' => {}
            _ => return Err(at),
        }
    }
    if count < 3 { Err(bytes.len()) } else { Ok(()) }
}

/// The text of an ATX heading, as a range of the line.
pub(super) fn heading(line: &str) -> Option<std::ops::Range<usize>> {
    const BLANK: [char; 2] = [' ', '\t'];
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    if !(1..=6).contains(&level) || !(text.is_empty() || text.starts_with(BLANK)) {
        return None;
    }
    let start = line.len() - text.trim_start_matches(BLANK).len();
    let text = line[start..].trim_end_matches(BLANK);
    let open = text.trim_end_matches('#');
    let text = if open.is_empty() || open.ends_with(BLANK) {
        open.trim_end_matches(BLANK)
    } else {
        text
    };
    Some(start..start + text.len())
}

/// Whether a line makes a heading of the paragraph before it.
pub(super) fn underline(line: &str) -> bool {
    let line = line.trim_end_matches([' ', '\t']);
    !line.is_empty()
        && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// The mark of a fence and its length.
pub(super) fn fence(line: &str) -> Option<(u8, usize)> {
    let mark = *line.as_bytes().first()?;
    let length = run(line, mark);
    let fence = match mark {
        b'`' => length >= 3 && !line[length..].contains('`'),
        b'~' => length >= 3,
        _ => false,
    };
    fence.then_some((mark, length))
}

/// Whether a line ends a fence.
pub(super) fn closes(line: &str, mark: u8, length: usize) -> bool {
    let closing = run(line, mark);
    closing >= length && line[closing..].trim_matches([' ', '\t']).is_empty()
}

/// How many of `mark` a line begins with.
pub(super) fn run(line: &str, mark: u8) -> usize {
    line.bytes().take_while(|byte| *byte == mark).count()
}
