use super::*;

/// What binds: each span as its mark's name and its content.
fn bound(text: &str, reading: Reading) -> Vec<(Mark, &str)> {
    spans(text, reading)
        .into_iter()
        .map(|span| (span.mark, &text[span.inner()]))
        .collect()
}

#[track_caller]
fn both(text: &str, expected: &[(Mark, &str)]) {
    for reading in [Reading::Narrow, Reading::Wide] {
        assert_eq!(bound(text, reading), expected, "{reading:?}");
    }
}

use Mark::{Bold, Code, Fence, Italic, Strike};

#[test]
fn the_forms_of_the_faq() {
    both(
        "*b* _i_ ~s~ `c`",
        &[(Code, "c"), (Bold, "b"), (Italic, "i"), (Strike, "s")],
    );
    both("```a\n*b*```", &[(Fence, "a\n*b*")]);
}

#[test]
fn words_and_sums_are_never_formatted() {
    for text in [
        "snake_case_name",
        "5*6*7",
        "super*bold*ly",
        "2 * 3 * 4",
        "*a *",
        "* a*",
        "**",
    ] {
        both(text, &[]);
    }
}

#[test]
fn no_mark_crosses_a_line() {
    both("*a\nb*", &[]);
}

#[test]
fn marks_nest_in_any_order() {
    both(
        "_*bold italic*_",
        &[(Bold, "bold italic"), (Italic, "*bold italic*")],
    );
    both(
        "_Italic *bold* inside_",
        &[(Bold, "bold"), (Italic, "Italic *bold* inside")],
    );
    both(
        "*head `co_d_e`*",
        &[(Code, "co_d_e"), (Bold, "head `co_d_e`")],
    );
}

#[test]
fn a_list_marker_is_no_mark() {
    both("* item *bold*", &[(Bold, "bold")]);
    assert_eq!(line("* a"), (Line::Bullet, 2));
    assert_eq!(line("12. a"), (Line::Number, 4));
    assert_eq!(line("123. a"), (Line::Plain, 0));
    assert_eq!(line(" - a"), (Line::Plain, 0));
    assert_eq!(line("> a"), (Line::Quote, 2));
}

#[test]
fn the_readers_differ_after_a_parenthesis_and_beside_cjk() {
    for text in ["(*b*)", "“*b*”", "是*b*"] {
        assert_eq!(bound(text, Reading::Narrow), []);
        assert_eq!(bound(text, Reading::Wide), [(Bold, "b")]);
    }
    both("*太字です。*この", &[(Bold, "太字です。")]);
}

#[test]
fn blank_fences_are_skipped() {
    assert_eq!(fences("``` ``` x"), []);
    both("``````a```", &[(Fence, "```a")]);
    both("```js```", &[(Fence, "js")]);
}

#[test]
fn nothing_binds_in_a_url() {
    both("https://e.com/_a_/b_c?x=*1*", &[]);
}
