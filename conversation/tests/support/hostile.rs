//! Texts that no person writes, of any length: each tempts a reader to go over what it has read, or to write it, again and again.
#![allow(dead_code, reason = "each program uses some of it")]

use std::time::Duration;

/// Makes a text of about so many bytes.
pub type Make = Box<dyn Fn(usize) -> String>;

/// Makes a text of two others.
pub type MakePair = fn(&str, &str, usize) -> String;

/// What Markdown, HTML and WhatsApp's own markup consist of, and what may be beside it.
#[rustfmt::skip]
pub const TOKENS: &[&str] = &[
    "*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "```\n", "~~~\n", "\n", "\n\n", " ", "\t", "a", "a ", "word ", "0", ".", ":", ";", "\"", "'",
    "(", ")", "[", "]", "](", "![", "[^", "[a](", "[a]: b\n", "[^a]", "[^a]: ", "[a][", "(<", "<", ">", "> ", "- ", "* ", "+ ", "1. ", "12) ", "\n  - ",
    "# ", "#", "---\n", "===\n", "a\n", "|", "|a", "|-", "| a | b |\n", "|\n", "\\", "\\*", "&", "&amp", "&amp;", "&#42;", "&#59;", "&#59", "<br>", "<b>",
    "</b>", "<a b=\"", "<a b='", "<!--", "-->", "<!a", "<?", "<div>\n", "</p>", "https://", "www.", "https://e.com/_a_ ", "a@b.c ", "__a__", "__A",
    "a_", "_a", "*a", "a*", "~a", "a~", "*a*", "_a_ ", "`a`", "`a*", "漢", "**漢", "「", "。", "é", "😀", "🇩🇪", "\u{200D}", "\u{301}", "\u{A0}",
    "\u{10FE2A}", "———\n", "◦ ", "∗", "\r\n", "\r", "$", "(*", "(**a",
];

/// `a`, and `b`, in about `size` bytes: `b` after one `a`, both in turn, one half of each, and one `b` after `a`.
pub const PAIRS: [(&str, MakePair); 5] = [
    ("after", |a, b, size| format!("{a}{}", fill(b, size))),
    ("in turn", |a, b, size| fill(&format!("{a}{b}"), size)),
    ("halves", |a, b, size| {
        fill(a, size / 2) + &fill(b, size / 2)
    }),
    ("words", |a, b, size| fill(&format!("{a}x{b} "), size)),
    ("around", |a, b, size| format!("{a}{}{a}", fill(b, size))),
];

/// `unit`, again and again.
pub fn fill(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len().max(1))
}

/// The time that this thread has run: other programs of a busy machine do not count.
pub fn on_cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is that of one live structure.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(result, 0, "there is such a clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Texts of a shape of their own, by what is in them.
pub fn shapes() -> Vec<(&'static str, Make)> {
    let repeated = |unit: &'static str| -> Make { Box::new(move |size| fill(unit, size)) };
    let halves = |a: &'static str, b: &'static str| -> Make {
        Box::new(move |size| fill(a, size / 2) + &fill(b, size / 2))
    };
    let after = |begin: &'static str, unit: &'static str| -> Make {
        Box::new(move |size| format!("{begin}{}", fill(unit, size)))
    };
    let mut shapes = vec![
        ("> > > ...", repeated("> ")),
        ("- - - ..., blank lines", halves("- ", "\n")),
        ("1. 1. 1. ...", repeated("1. ")),
        ("[[[...", repeated("[")),
        ("![![![...", repeated("![")),
        ("[a](<b, again and again", repeated("[a](<b")),
        ("[](, again and again", repeated("[](")),
        ("*a **a, again and again", repeated("*a **a ")),
        ("a**b c*, again and again", repeated("a**b c* ")),
        ("*_~ in turn", repeated("*a_b~c ")),
        (
            "backticks of each length",
            Box::new(|size| {
                (1..)
                    .scan(0, |sum, n| {
                        *sum += n + 1;
                        (*sum < size).then(|| "`".repeat(n) + " ")
                    })
                    .collect()
            }),
        ),
        ("<!--, again and again", repeated("<!-- ")),
        ("<a, <?, <![CDATA[", repeated("<a <? <![CDATA[ <!A ")),
        ("</div, lines", repeated("<div\n")),
        ("&amp;amp;...", repeated("&amp;amp;")),
        ("&&&, no semicolon", repeated("&amp")),
        ("\\\\\\", repeated("\\")),
        ("|a|a|..., one row", halves("|a", "\n|-")),
        (
            "table, short rows",
            Box::new(|size| {
                let head = fill("|a", size / 4) + "\n" + &fill("|-", size / 4) + "\n";
                head + &fill("|\n", size / 2)
            }),
        ),
        ("[^1]: footnotes nested", repeated("[^1]:")),
        ("[^n] footnotes", repeated("[^a]\n\n[^a]: x\n\n")),
        ("[a]: b, and [a]", halves("[a]: b\n", "[a] ")),
        (
            "indentation growing",
            Box::new(|size| {
                (0..)
                    .scan(0, |sum, n| {
                        *sum += 2 * n + 4;
                        (*sum < size / 2).then(|| " ".repeat(2 * n) + "- a\n")
                    })
                    .collect::<String>()
                    + &"\n".repeat(size / 2)
            }),
        ),
        (
            "deep list, then blank lines",
            Box::new(|size| {
                (0..100)
                    .map(|n| " ".repeat(2 * n) + "- a\n")
                    .collect::<String>()
                    + &"\n".repeat(size)
            }),
        ),
        (
            "deep quotes, lazy lines",
            Box::new(|size| "> ".repeat(48) + "a\n" + &"b\n".repeat(size / 2)),
        ),
        ("https://, again and again", repeated("https://")),
        ("(((*a", repeated("(*a")),
        ("**「a」**あ", repeated("**「a」**あ")),
        ("``` lines", repeated("```\n")),
        ("~~~ *a", repeated("~~a ~a ")),
        ("+++ headings", repeated("a\n===\n")),
        ("underscores", after("**b** ", "_")),
        ("underscores within words", after("**b** (x", "__y")),
        ("[^[^[^ ]]]", halves("[^", "]")),
        (
            "****, then a letter",
            Box::new(|size| fill("**", size) + "~~あ~~"),
        ),
        ("&#59&#59;", Box::new(|size| fill("&#59", size) + ";")),
        ("flags", repeated("🇩🇪")),
    ];
    shapes.extend(tables());
    shapes.extend(fences());
    shapes
}

/// Tables whose head is long, each column of which is named in each row.
fn tables() -> Vec<(&'static str, Make)> {
    let table = |head: fn(usize) -> String, row: &'static str| -> Make {
        Box::new(move |size| format!("|{}|\n|-|\n{}", head(size / 2), fill(row, size / 2)))
    };
    vec![
        (
            "long head, short rows",
            table(|size| fill("h", size), "|a|\n"),
        ),
        (
            "head of styles",
            table(|size| fill("*h*_i_", size), "|a|\n"),
        ),
        ("head of code", table(|size| fill("`h` ", size), "|a\n")),
        (
            "many tables with heads",
            Box::new(|size| {
                let table = format!("|{}|\n|-|\n{}\n", fill("h", 250), fill("|a|\n", 250));
                fill(&table, size)
            }),
        ),
    ]
}

/// Fences with much white space in them, over many parts.
fn fences() -> Vec<(&'static str, Make)> {
    let fence = |begin: &'static str, middle: &'static str, end: &'static str| -> Make {
        Box::new(move |size| {
            let [begin, middle, end] = [begin, middle, end].map(|part| fill(part, size / 2));
            format!("```{begin}{middle}{end}```")
        })
    };
    vec![
        ("fence, blanks first", fence(" ", "word ", "")),
        ("fence, blanks last", fence("", "word ", " ")),
        ("fence, blank lines first", fence("\n", "word ", "")),
        ("fence, all blank", fence(" ", "\n", "\u{A0}")),
    ]
}
