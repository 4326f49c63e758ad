//! What is promised of every text, for the tests and the fuzz targets: a broken promise is a panic.

use super::{Dialect, format, grammar, split};

/// Formats `text` in each dialect.
///
/// # Panics
///
/// If a text that is formatted changes when it is formatted again, or if nothing is left of one.
pub fn check_format(text: &str) {
    for dialect in [Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp] {
        let out = format(text, dialect);
        let again = if dialect == Dialect::WhatsApp {
            dialect
        } else {
            Dialect::Auto
        };
        assert_eq!(format(&out, again), out, "{dialect:?} of {text:?}, again");
        assert!(
            text.is_empty() || !out.is_empty(),
            "nothing is left of {text:?}"
        );
        for reading in [grammar::Reading::Narrow, grammar::Reading::Wide] {
            for span in grammar::spans(&out, reading) {
                assert!(out.get(span.inner()).is_some_and(|inner| !inner.is_empty()));
            }
        }
    }
}

/// Splits `text`.
///
/// # Panics
///
/// If a part is blank or longer than `limit`, or parts of it are not those of the text.
pub fn check_split(text: &str, limit: u32) {
    split::check(text, limit);
}
