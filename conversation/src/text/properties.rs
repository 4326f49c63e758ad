//! Properties, of generated texts.

use proptest::prelude::*;
use proptest::sample::select;

use super::fuzzing::{check_format, check_split};
use super::grammar::{Mark, Reading, spans};
use super::{Dialect, format};

#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "**", "*", "_", "__", "~~", "~", "***", "`", "``", "```", "```\n", "\n", "\n\n", "\n\n\n", " ", "  ", "a", "word", "snake_case",
    "__init__", "https://e.com/_a_", "https://e.com/?a=*1&amp;b_", "www.e.com", "[t](https://e.com/a_b)", "![i](https://e.com)", "](",
    "[", "]", "(", ")", "> ", "- ", "* ", "  - ", "    - ", "1. ", "12) ", "# ", "## ", "|", "|---|---|\n", "| a | b |\n", "\\*", "\\_",
    "\\`", "\\", "&amp;", "&lt;", "&#42;", "&#96;", "&#10;", "&", "amp;", "#42;", ";", "<br>", "<b>", "</b>", "<x>", "<!-- ", "-->", "<", ">",
    "漢", "字", "「", "」", "。", "é", "😀", "👨‍👩‍👧", "\t", "\r\n", "\r", "———", "---\n", "===\n", "[^1]", "[^1]: ", "\u{10FE2A}", "∗",
    ".", "!", ":", "`x`", "`a*b*`", "'", "\"", "“", "”", "\u{A0}", "\u{200B}", "~~~\n", "markdown\n", "python\n", "<div>\n", "+ ", "1", "$",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(TOKENS), 0..40).prop_map(|tokens| tokens.concat())
}

/// A word in Markdown, and what of `*_~` it should show.
fn word() -> impl Strategy<Value = (bool, bool, bool)> {
    (any::<bool>(), any::<bool>(), any::<bool>())
}

/// Words with styles in Markdown, each marked by itself.
fn marked(words: &[(bool, bool, bool)]) -> String {
    let words = words
        .iter()
        .enumerate()
        .map(|(index, (bold, italic, strike))| {
            let mark = |on: &bool, mark| if *on { mark } else { "" };
            let (b, i, s) = (mark(bold, "**"), mark(italic, "*"), mark(strike, "~~"));
            format!("{s}{b}{i}w{index}w{i}{b}{s}")
        });
    words.collect::<Vec<_>>().join(" ")
}

/// Which of the marks is around byte `at`.
fn styles(text: &str, at: usize, reading: Reading) -> Vec<Mark> {
    let around = spans(text, reading)
        .into_iter()
        .filter(|span| span.range.contains(&at));
    let mut marks: Vec<Mark> = around.map(|span| span.mark).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_again_changes_nothing(text in text()) {
        check_format(&text);
    }

    #[test]
    fn formatting_anything_changes_nothing_again(text in "\\PC{0,40}") {
        check_format(&text);
    }

    #[test]
    fn exactly_the_emphasis_of_the_source_binds(
        words in prop::collection::vec(word(), 1..8),
        before in select(&["", "## ", "> ", "- ", "1. ", "(", "\"", "是", "text **b**\n\n"][..]),
        noise in select(&["", " \\*x\\*", " 2 * 3", " snake_case", " \\_y\\_", " `a_b_`", " https://e.com/_a_"][..]),
    ) {
        let source = format!("{before}{}{noise}", marked(&words));
        let out = format(&source, Dialect::Markdown);
        for (index, (bold, italic, strike)) in words.iter().enumerate() {
            let at = out.find(&format!("w{index}w")).unwrap();
            let bold = *bold || before == "## ";
            let mut expected = Vec::new();
            expected.extend(bold.then_some(Mark::Bold));
            expected.extend(italic.then_some(Mark::Italic));
            expected.extend(strike.then_some(Mark::Strike));
            for reading in [Reading::Narrow, Reading::Wide] {
                prop_assert_eq!(&styles(&out, at, reading), &expected, "w{}w of {:?} as {:?}, {:?}", index, source, out, reading);
            }
        }
        // Nothing else binds.
        for word in ["x", "snake_case", "y"] {
            let Some(at) = out.find(&format!(" {word}")).filter(|_| noise.contains(word) && before != "## ") else { continue };
            prop_assert_eq!(styles(&out, at + 1, Reading::Wide), [], "{} of {:?}", word, out);
        }
    }

    #[test]
    fn code_is_not_touched(
        code in "[a-z*_~&;\\\\#<>\\[\\](){}|.!-]{1,12}",
        lines in prop::collection::vec("[ -_a-z{-~]{0,12}", 1..4),
        around in select(&["", "**", "_", "~~"][..]),
    ) {
        let block = lines.join("\n");
        prop_assume!(!block.trim().is_empty());
        let source = format!("**a** {around}`{code}`{around} b\n\n```x\n{block}\n```\n");
        let out = format(&source, Dialect::Markdown);
        let found = spans(&out, Reading::Narrow);
        let inner = |mark| found.iter().filter(|span| span.mark == mark).map(|span| out[span.inner()].to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(inner(Mark::Code), [code], "{:?}", out);
        let fence = inner(Mark::Fence);
        prop_assert_eq!(fence.len(), 1);
        let expected = format!("\n{block}");
        prop_assert_eq!(fence[0].trim_end(), expected.trim_end(), "{:?}", out);
    }

    #[test]
    fn urls_are_not_touched(
        path in "[a-z0-9_*~/?=&#%.-]{0,16}[a-z0-9/]",
        around in select(&[" ", "**", "*", "(", "> ", "\n- ", "|"][..]),
        dialect in select(&[Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp][..]),
    ) {
        let url = format!("https://e.com/{path}");
        let source = format!("**a** x{around} {url} {around} _b_");
        let out = format(&source, dialect);
        prop_assert!(out.contains(&url), "{:?} of {:?}", out, source);
    }

    #[test]
    fn parts_are_the_text(text in text(), limit in 0_u32..80) {
        check_split(&text, limit);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn long_texts_have_few_parts(texts in prop::collection::vec(text(), 20..200), limit in 512_u32..1500) {
        check_split(&texts.concat(), limit);
        check_split(&format(&texts.concat(), Dialect::Auto), limit);
    }
}
