//! Characters that look like marks and are none: there is no escape in WhatsApp.

/// What is shown in place of `*`, `_`, `~` and a backtick where they would bind by accident.
pub(crate) fn lookalike(mark: char) -> char {
    match mark {
        '*' => '∗',
        '_' => '＿',
        '~' => '∼',
        '`' => '\'',
        '#' => '＃',
        '|' => '│',
        _ => mark,
    }
}
