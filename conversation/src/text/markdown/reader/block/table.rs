//! Tables: rows of cells between `|`, with a row of hyphens below the first.

use std::borrow::Cow;

/// The cells of a row, without what is blank around them.
pub(in super::super) fn cells(row: &str) -> impl Iterator<Item = &str> {
    let mut rest = row.strip_prefix('|').unwrap_or(row);
    std::iter::from_fn(move || {
        let text = rest.trim_start_matches([' ', '\t']);
        if text.is_empty() {
            return None;
        }
        let end = pipes(text).next().unwrap_or(text.len());
        rest = text.get(end + 1..).unwrap_or_default();
        Some(text[..end].trim_end_matches([' ', '\t']))
    })
}

/// A cell without the backslashes before its `|`.
pub(in super::super) fn unescaped(cell: &str) -> Cow<'_, str> {
    if cell.contains("\\|") {
        Cow::Owned(cell.replace("\\|", "|"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Where the `|` are that part cells: those without a backslash before them.
fn pipes(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'|', text.as_bytes())
        .filter(|at| *at == 0 || text.as_bytes()[at - 1] != b'\\')
}

/// How many columns a line has as the head of a table; `None` if it is not one.
pub(super) fn columns(line: &str) -> Option<usize> {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        return None;
    }
    let count = pipes(line).count();
    let last = pipes(line).last()?;
    let closed = line[last + 1..].trim_matches([' ', '\t']).is_empty();
    Some(count + 1 - usize::from(line.starts_with('|')) - usize::from(closed))
}

/// How many columns a row of hyphens gives a table.
pub(super) fn delimiters(line: &str) -> Option<usize> {
    let inner = line.strip_prefix('|').unwrap_or(line);
    if !line.contains('|') || !line.contains('-') {
        return None;
    }
    let mut columns = 0;
    let mut parts = inner.split('|').peekable();
    while let Some(part) = parts.next() {
        if part.bytes().any(|byte| !matches!(byte, b'-' | b':' | b' ')) {
            return None;
        }
        let last = parts.peek().is_none();
        if last && part.bytes().all(|byte| byte == b' ') {
            break;
        }
        if !last && !part.contains('-') {
            return None;
        }
        columns += 1;
    }
    Some(columns)
}
