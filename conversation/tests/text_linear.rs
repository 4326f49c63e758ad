//! What hostile texts cost: time that grows as their length does, and no more text than a few times their own.
#![allow(clippy::expect_used, reason = "that is how a test fails")]

#[path = "support/hostile.rs"]
mod hostile;

use std::time::Duration;

use hostile::{PAIRS, TOKENS, fill, on_cpu, shapes};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use robofy_conversation::text::{Dialect, format, guess, split};

/// More than some parts: what is begun and ended once costs little of it.
const SHORT: usize = 4_000;
const TIMES: usize = 16;

type Run = fn(&str) -> usize;

/// Each gives the length of what it makes.
const RUNS: [(&str, Run); 5] = [
    ("as Markdown", |text| format(text, Dialect::Markdown).len()),
    ("as WhatsApp", |text| format(text, Dialect::WhatsApp).len()),
    ("guessed", |text| usize::from(guess(text) == Dialect::Auto)),
    ("in parts", |text| joined(&split(text, 512))),
    ("in short parts", |text| joined(&split(text, 64))),
];

fn joined(parts: &[String]) -> usize {
    parts.iter().map(String::len).sum()
}

/// What is made of a text is at most so long.
fn longest(text: &str) -> usize {
    24 * text.len() + 200_000
}

fn time(run: Run, text: &str) -> Duration {
    let start = on_cpu();
    let length = run(text);
    assert!(length <= longest(text), "{} became {length}", text.len());
    on_cpu() - start
}

/// What is so many times as long takes so many times as long, or up to five times that; a square would be 16 times that.
#[track_caller]
fn assert_linear(name: &str, make: impl Fn(usize) -> String) {
    let (short, long) = (make(SHORT), make(SHORT * TIMES));
    for (what, run) in RUNS {
        // What is measured is the least of some runs: memory and caches cost what they cost.
        let mut least = [Duration::MAX; 2];
        let is_linear = (0..4).any(|_| {
            least[0] = least[0].min(time(run, &short));
            least[1] = least[1].min(time(run, &long));
            least[1] <= (least[0] + Duration::from_micros(50)) * 5 * TIMES as u32
        });
        assert!(
            is_linear,
            "{name}, {what}: {least:?} for {TIMES} times the length"
        );
    }
}

#[test]
fn shapes_of_their_own() {
    for (name, make) in shapes() {
        assert_linear(name, &make);
        assert_linear(name, |size| format!("**b** {}", make(size)));
    }
}

#[test]
fn one_token_again_and_again() {
    for token in TOKENS {
        assert_linear(token, |size| fill(token, size));
        assert_linear(token, |size| format!("**b** {}", fill(token, size)));
    }
}

/// A token, how often, and all of them how often.
fn nested() -> impl Strategy<Value = String> {
    let runs = prop::collection::vec((select(TOKENS), 1_usize..400), 1..8);
    (runs, 1_usize..200).prop_map(|(runs, times)| {
        let unit: String = runs
            .iter()
            .map(|(token, times)| token.repeat(*times))
            .collect();
        unit.repeat(times.min(50_000 / unit.len()).max(1))
    })
}

proptest! {
    // The same at each run: what is measured must not change with it.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(13),
        ..ProptestConfig::with_cases(32)
    })]

    #[test]
    fn pairs_of_tokens(a in select(TOKENS), b in select(TOKENS), pair in select(&PAIRS[..])) {
        assert_linear(&format!("{a:?}, {b:?} {}", pair.0), |size| pair.1(a, b, size));
        assert_linear(&format!("**b** {a:?}, {b:?} {}", pair.0), |size| format!("**b** {}", pair.1(a, b, size)));
    }

    #[test]
    fn what_is_made_is_no_longer_than_a_few_times_the_text(text in nested()) {
        for (_, run) in RUNS {
            time(run, &text);
        }
    }
}
