//! What an agent should read of what is not a text: the same words for every channel.

use super::builder::Builder;
use super::json::Value;
use super::kind::Field;

/// Those that there are, each on its line.
pub(super) fn lines(builder: &mut Builder, values: [Value<'_>; 2]) {
    joined(builder, values, "\n");
}

fn joined(builder: &mut Builder, values: [Value<'_>; 2], between: &str) -> usize {
    let length = values.iter().map(|value| value.json().len()).sum();
    let mut last = 0;
    builder.compose(Field::Text, length, |text| {
        last = append(text, values, between)
    });
    last
}

/// Returns where the last one begins.
fn append(text: &mut String, values: [Value<'_>; 2], between: &str) -> usize {
    let begin = text.len();
    let mut last = begin;
    for value in values {
        let before = text.len();
        if before > begin {
            text.push_str(between);
        }
        last = text.len();
        if !value.append(text) {
            text.truncate(before);
        }
    }
    last - begin
}

/// A medium's caption and its file's name.
pub(super) fn caption(builder: &mut Builder, caption: Value<'_>, file_name: Value<'_>) {
    let last = joined(builder, [caption, file_name], "\n");
    if file_name.is_word() {
        builder.put_tail(Field::FileName, Field::Text, last);
    }
}

/// `name, address (latitude, longitude)`.
pub(super) fn place(builder: &mut Builder, words: [Value<'_>; 2], coordinates: [Value<'_>; 2]) {
    let length: usize = words
        .iter()
        .chain(&coordinates)
        .map(|value| value.json().len() + 2)
        .sum();
    builder.compose(Field::Text, length, |text| {
        let begin = text.len();
        append(text, words, ", ");
        let named = text.len() > begin;
        if coordinates.iter().all(|value| value.is_word()) {
            text.push_str(if named { " (" } else { "" });
            append(text, coordinates, ", ");
            text.push_str(if named { ")" } else { "" });
        }
    });
}
