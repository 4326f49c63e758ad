use super::*;

/// In the dialect given and, once formatted, as it is.
#[track_caller]
fn formats_in(dialect: Dialect, text: &str, expected: &str) {
    let out = format(text, dialect);
    assert_eq!(out, expected);
    assert_eq!(format(&out, Dialect::Auto), expected, "again");
}

#[track_caller]
fn formats(text: &str, expected: &str) {
    formats_in(Dialect::Auto, text, expected);
}

#[test]
fn bold_italic_leaves_no_literal_asterisks() {
    formats("***launch now***", "*_launch now_*");
}

#[test]
fn code_is_never_touched() {
    for dialect in [Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp] {
        formats_in(dialect, "`2**3**2` is 512", "`2**3**2` is 512");
    }
    formats(
        "**x** `2**3**2` `a_b` `&amp;`",
        "*x* `2**3**2` `a_b` `&amp;`",
    );
}

#[test]
fn the_tag_of_a_fence_is_not_shown() {
    let expected = "```\ndef __init__(self):\n    return a**b\n```";
    for dialect in [Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp] {
        formats_in(
            dialect,
            "```python\ndef __init__(self):\n    return a**b\n```",
            expected,
        );
    }
}

#[test]
fn names_with_underscores_are_not_bold() {
    for dialect in [Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp] {
        formats_in(
            dialect,
            "__init__ and snake_case",
            "`__init__` and snake_case",
        );
    }
}

#[test]
fn a_url_is_not_broken() {
    let url = "https://e.com/_a_/b_c?x=*1*";
    for dialect in [Dialect::Auto, Dialect::Markdown, Dialect::WhatsApp] {
        formats_in(dialect, url, url);
    }
    formats(
        &format!("**See** {url} and _more_"),
        &format!("*See* {url} and _more_"),
    );
    formats("**https://e.com/x_y**", "https://e.com/x_y");
    formats("**See https://e.com/x now**", "*See* https://e.com/x *now*");
}

#[test]
fn a_link_with_text_is_not_raw() {
    formats(
        "[our guide](https://e.com/a_b)",
        "our guide: https://e.com/a_b",
    );
    formats(
        "See [our guide](https://e.com/a_b).",
        "See our guide: https://e.com/a_b.",
    );
    formats("[https://e.com](https://e.com/)", "https://e.com/");
    formats("**[guide](https://e.com)**", "*guide*: https://e.com");
    formats("![logo](https://e.com/l.png)", "logo: https://e.com/l.png");
    formats(
        "[![logo](https://e.com/l.png)](https://e.com)",
        "logo: https://e.com",
    );
    formats("[top](#top) [x](/a)", "top x");
    formats("[write](mailto:a_b@e.com)", "write: a_b@e.com");
    formats("**a** <https://e.com/_x_>", "*a* https://e.com/_x_");
    formats(
        "[a]: https://e.com/a_b\n\n**see** [a]",
        "*see* a: https://e.com/a_b",
    );
    formats("[a](https://e.com)b", "a: https://e.com b");
}

#[test]
fn a_bold_word_in_a_heading_leaves_no_number_signs() {
    formats("## **Choose** this", "*Choose this*");
    formats("# a *b* c\ntext", "*a _b_ c*\n\ntext");
}

#[test]
fn a_narrow_table_is_code() {
    formats(
        "| Plan | Price |\n|---|---:|\n| **Basic** | $10 |\n| Pro | $20 |",
        "```\nPlan   Price\n-----  -----\nBasic  $10\nPro    $20\n```",
    );
}

#[test]
fn a_wide_table_is_lines() {
    formats(
        "| Plan | What you get |\n|---|---|\n| Basic | one agent and a thousand messages |\n| Pro | **more** of it |",
        "*Plan:* Basic\n*What you get:* one agent and a thousand messages\n\n*Plan:* Pro\n*What you get:* *more* of it",
    );
}

/// As long as people write them, and longer.
#[test]
fn each_row_of_a_table_names_its_columns() {
    let mut rows = String::new();
    let mut expected = String::new();
    for number in 1..=2000 {
        rows += &format!("| {number} | 9 | yes |\n");
        expected +=
            &format!("*Order:* {number}\n*Number of messages per month:* 9\n*Paid:* yes\n\n");
    }
    let head = "| Order | Number of messages per month | Paid |\n|---|---|---|\n";
    formats(&format!("{head}{rows}"), expected.trim_end());
}

#[test]
fn a_head_longer_than_any_is_not_repeated_for_ever() {
    let head = "h".repeat(20_000);
    let rows = "|a|\n".repeat(5000);
    let out = format(&format!("|{head}|\n|-|\n{rows}"), Dialect::Auto);
    assert!(out.starts_with(&format!("*{head}:* a\n\n*{head}:* a\n\n")));
    assert!(out.ends_with("a\n\na\n\na"));
    assert_eq!(out.matches('a').count(), 5000);
    assert!(out.len() < 500_000, "{} bytes", out.len());
}

#[test]
fn nested_lists_keep_their_levels() {
    for dialect in [Dialect::Auto, Dialect::Markdown] {
        formats_in(dialect, "- a\n  - b\n    - c", "- a\n  ◦ b\n    ▪ c");
    }
    formats("**x**\n\n1. a\n   - b\n2. c", "*x*\n\n1. a\n  ◦ b\n2. c");
}

#[test]
fn entities_are_not_raw() {
    for dialect in [Dialect::Auto, Dialect::WhatsApp] {
        formats_in(dialect, "AT&amp;T &nbsp;x", "AT&T  x");
    }
    formats("**AT&amp;T** &copy; &#39;x&#39;", "*AT&T* © 'x'");
}

#[test]
fn whatsapps_own_bold_does_not_become_italic() {
    formats("*Order 12* is ready", "*Order 12* is ready");
}

#[test]
fn a_bullet_by_an_asterisk_is_not_taken_for_italic() {
    formats(
        "* item\n* **bold** item\n* 2 * 3",
        "- item\n- *bold* item\n- 2 * 3",
    );
    formats("* item\n* other", "* item\n* other");
}

#[test]
fn a_whole_answer_in_one_fence_is_unwrapped() {
    formats("```markdown\n# Hi\n**x**\n```", "*Hi*\n\n*x*");
    formats("```\nls\n```", "```\nls\n```");
}

#[test]
fn emphasis_beside_cjk_letters() {
    formats(
        "**この文は太字です。**この文は普通です",
        "*この文は太字です。*この文は普通です",
    );
    formats("これは**「重要」**です", "これは *「重要」* です");
    formats("请在**三天内**回复", "请在 *三天内* 回复");
    formats("**한국어**를", "*한국어*를");
}

#[test]
fn ordered_lists_keep_their_numbers() {
    formats("**x**\n\n3. a\n4. b", "*x*\n\n3. a\n4. b");
    formats(
        "1. **a**\n\n```\nx\n```\n\n2. **b**",
        "1. *a*\n\n```\nx\n```\n\n2. *b*",
    );
    formats("1) **a**\n2) b", "1. *a*\n2. b");
}

#[test]
fn quotes_are_marked_in_each_line() {
    formats("> **a**\nb\n> c\n>\n> d", "> *a*\n> b\n> c\n> d");
    formats("> a\n> > **b**", "> a\n> *b*");
}

#[test]
fn emphasis_over_lines_is_marked_in_each() {
    formats("**a\nb**", "*a*\n*b*");
}

#[test]
fn marks_after_brackets_and_quotes_bind_in_every_reading() {
    formats("(**important**) x", "*(important)* x");
    formats("(**Note:** see)", "*(Note:* see)");
    formats("say \"**hi**\".", "say *\"hi\"*.");
    formats("super**bold**ly ✅**Done**", "superboldly ✅ *Done*");
    formats("** a ** b **c **", "∗∗ a ∗∗ b ∗∗c ∗∗");
}

#[test]
fn what_would_bind_by_accident_is_code_or_a_lookalike() {
    formats("**x** \\*not\\* _private_name_", "*x* ∗not∗ _private_name_");
    formats("**x** \\_private\\_", "*x* `_private_`");
    formats("**x** a \\* b \\* c", "*x* a * b * c");
}

#[test]
fn footnotes_and_rules_are_text() {
    formats(
        "**a**[^1]\n\n---\n\n[^1]: note",
        "*a*[1]\n\n———\n\n[1] note",
    );
}

#[test]
fn html_that_agents_write() {
    formats(
        "**a**<br>b <strong>c</strong> <your name>",
        "*a*\nb *c* <your name>",
    );
    formats("**a** <!-- x -->b", "*a* b");
    formats("<div>\n<b>x</b>\n</div>\n\n**y**", "*x*\n\n*y*");
}

#[test]
fn what_would_become_empty_stays() {
    for text in ["", " ", "<!-- x -->", "&nbsp;", "[](x)"] {
        assert_eq!(format(text, Dialect::Markdown), text);
        assert_eq!(format(text, Dialect::Auto), text);
    }
}

#[test]
fn code_in_code_and_in_lists() {
    formats(
        "- **a**\n\n  ```sh\n  ls\n  ```\n- b",
        "- *a*\n\n```\nls\n```\n- b",
    );
    formats("~~~\na ``` b\n~~~", "```\na `\u{200B}`\u{200B}` b\n```");
    formats("**x** `` a`b `` ` `", "*x* `a'b`");
}

#[test]
fn what_was_markdown_once_is_not_so_again() {
    formats("\\*\\*x\\*\\* **y**", "∗∗x∗∗ *y*");
    formats("\\# x **y**", "＃ x *y*");
    formats("**a** \\[x](y)", "*a* [x] (y)");
}

#[test]
fn a_product_stays_what_it_is() {
    formats("**Total:** 2*3*4 = 24", "*Total:* 2*3*4 = 24");
    formats("**or** 10*2.5*4*5, a*b*c", "*or* 10*2.5*4*5, a*b*c");
    formats("# Powers\n2**3**2", "*Powers*\n\n2∗∗3∗∗2");
    formats("**un**believ*ab*le", "unbelievable");
}

#[test]
fn a_label_is_bold_though_no_space_follows_it() {
    formats("**Note:**text", "*Note:* text");
    formats("- **Name:**Max\n- **Age:**7", "- *Name:* Max\n- *Age:* 7");
    formats("**Preis:**20€ **Wow!**so", "*Preis:* 20€ *Wow!* so");
    formats("a **b** c f(**x.**y)", "a *b* c f(∗∗x.∗∗y)");
}

#[test]
fn what_is_strong_within_a_word_is_text_alone() {
    formats("**24**h **a**bc **ab**cd", "24h abc abcd");
    formats("super**bold**ly", "superboldly");
}

#[test]
fn code_stays_code_beside_a_mark() {
    formats("`code`**bold**", "`code` *bold*");
    formats("`npm i`**now**", "`npm i` *now*");
    formats("**b**`x`", "*b*`x`");
}
