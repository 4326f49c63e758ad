use super::*;
use crate::text::grammar::{Reading, spans};

#[track_caller]
fn splits(text: &str, limit: u32, expected: &[&str]) {
    assert_eq!(split(text, limit), expected);
    check(text, limit);
}

#[test]
fn units_are_those_of_utf16() {
    for text in ["a", "é", "漢", "😀", "a😀é漢"] {
        assert_eq!(units(text), text.encode_utf16().count());
    }
}

#[test]
fn between_blocks() {
    splits("aaaa\n\nbbbb\n\ncccc", 12, &["aaaa\n\nbbbb\n\n", "cccc"]);
    splits("", 0, &[]);
    splits(" \n ", 2, &[]);
    splits("short ", 0, &["short "]);
}

#[test]
fn a_heading_stays_with_what_follows() {
    splits(
        "aaaa aaaa\n\n*Head*\n\nbbbb bbbb",
        20,
        &["aaaa aaaa\n\n", "*Head*\n\nbbbb bbbb"],
    );
}

#[test]
fn between_items_then_sentences_then_words() {
    splits(
        "- aaaa\n- bbbb\n- cccc",
        16,
        &["- aaaa\n- bbbb\n", "- cccc"],
    );
    splits("Aaa bbb. Ccc ddd eee.", 14, &["Aaa bbb. ", "Ccc ddd eee."]);
    splits("人人人。人人人人人人", 8, &["人人人。", "人人人人人人"]);
    splits("aaaa bbbb cccc", 10, &["aaaa bbbb ", "cccc"]);
}

#[test]
fn a_fence_is_closed_and_opened_again() {
    let code = "```\naaaaaaaa\nbbbbbbbb\ncccccccc\n```";
    splits(
        code,
        32,
        &["```\naaaaaaaa\nbbbbbbbb\n```", "```\ncccccccc\n```"],
    );
}

#[test]
fn marks_are_closed_and_opened_again() {
    splits(
        "*aaaa _bbbb cccc_ dddd*",
        14,
        &["*aaaa _bbbb_* ", "*_cccc_ dddd*"],
    );
    splits("> *aaaa bbbb cccc*", 14, &["> *aaaa bbbb* ", "> *cccc*"]);
}

#[test]
fn a_url_is_whole_if_it_fits() {
    splits(
        "aaaa https://e.com/abcdefgh bbbb",
        24,
        &["aaaa ", "https://e.com/abcdefgh ", "bbbb"],
    );
    splits(
        "https://e.com/abcdefgh",
        12,
        &["https://e.co", "m/abcdefgh"],
    );
}

#[test]
fn three_thousand_emoji_are_whole() {
    for emoji in ["😀", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "☝️", "नि"] {
        let text = emoji.repeat(3000);
        let parts = split(&text, 0);
        assert_eq!(parts.concat(), text);
        assert!(
            parts.iter().all(|part| part.replace(emoji, "").is_empty()),
            "{emoji}"
        );
        check(&text, 0);
    }
}

#[test]
fn hostile_limits() {
    for text in [
        "```\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\na\n```",
        "> *_~😀😀😀😀~_*",
        "a                b",
        "😀 😀",
    ] {
        for limit in 0..40 {
            check(text, limit);
        }
    }
}

#[test]
fn what_was_marked_is_marked_in_each_part() {
    let text = format!("*{}*", "word ".repeat(3000).trim());
    for part in split(&text, 0) {
        let found = spans(&part, Reading::Narrow);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].range, 0..part.trim_end().len());
    }
    check(&text, 0);
}
