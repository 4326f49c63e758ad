//! What formatting and splitting cost, in time on a processor, for an ordinary text and for hostile ones, by size.
//!
//!     cargo run --release -p robofy-conversation --example text_speed [NAME]

use std::time::Duration;

use robofy_conversation::text::{Dialect, format, split};

const ORDINARY: &str = "## Your **order** 12\n\nHello, it is *on its way*: see [the page](https://e.com/a_b?c=1).\n\n\
1. Take the `code`\n   - and *nest* it\n2. **Do not** wait\n\n> quoted\n> twice\n\n| Plan | Price |\n|---|---|\n| A | $1 |\n\n\
```python\ndef f(x):\n    return x ** 2\n```\n\nAT&amp;T says it was ~~bad~~ good, and that snake_case is not italic. \
Another sentence, as answers have them, without any marks at all. And one more.\n\n";

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    table("format", &name, |text| {
        drop(format(text, Dialect::Markdown))
    });
    table("split", &name, |text| drop(split(text, 0)));
}

fn table(what: &str, wanted: &str, run: impl Fn(&str)) {
    println!(
        "{:<30}{:>10}{:>10}{:>10}",
        format!("{what}, ms for"),
        "100 KB",
        "1 MB",
        "10 MB"
    );
    for (name, make) in inputs()
        .into_iter()
        .filter(|(name, _)| name.contains(wanted))
    {
        print!("{name:<30}");
        for (size, runs) in [(100_000, 20), (1_000_000, 2), (10_000_000, 1)] {
            let text = make(size);
            let start = on_cpu();
            (0..runs).for_each(|_| run(&text));
            print!(
                "{:>10.2}",
                (on_cpu() - start).as_secs_f64() * 1000.0 / f64::from(runs)
            );
        }
        println!();
    }
}

type Make = Box<dyn Fn(usize) -> String>;

fn inputs() -> Vec<(&'static str, Make)> {
    let repeated =
        |unit: &'static str| -> Make { Box::new(move |size| unit.repeat(size / unit.len())) };
    let halves = |a: &'static str, b: &'static str| -> Make {
        Box::new(move |size| a.repeat(size / 2 / a.len()) + &b.repeat(size / 2 / b.len()))
    };
    vec![
        ("ordinary", repeated(ORDINARY)),
        ("plain words", repeated("word ")),
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
                let columns = 1000;
                "|a".repeat(columns)
                    + "\n"
                    + &"|-".repeat(columns)
                    + "\n"
                    + &"|\n".repeat(size.saturating_sub(4 * columns) / 2)
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
    ]
}

/// The time that this thread has run: other programs of a busy machine do not count.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(
        stat.split(' ')
            .next()
            .and_then(|time| time.parse().ok())
            .unwrap_or(0),
    )
}
