//! What formatting and splitting cost, in time on a processor, for an ordinary text and for hostile ones, by size.
//!
//!     cargo run --release -p robofy-conversation --example text_speed [NAME]

#[path = "../tests/support/hostile.rs"]
mod hostile;

use hostile::{Make, fill, on_cpu};
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

fn inputs() -> Vec<(&'static str, Make)> {
    let ordinary: Make = Box::new(|size| fill(ORDINARY, size));
    let words: Make = Box::new(|size| fill("word ", size));
    let mut inputs = vec![("ordinary", ordinary), ("plain words", words)];
    inputs.extend(hostile::shapes());
    inputs
}
