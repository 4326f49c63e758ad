//! Runs the conformance suite on the store in memory:
//! `cargo run --release -p robofy-conversation --features conformance --example inbox_conformance -- [histories [seed]]`.

use robofy_conversation::inbox::conformance::{self, Failure};
use robofy_conversation::inbox::memory::Memory;

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|number| number.parse().ok());
    let (histories, seed) = (
        numbers.next().unwrap_or(100_000),
        numbers.next().unwrap_or(1),
    );
    let report = conformance::run(histories, seed, Memory::new)
        .inspect_err(|failure| eprintln!("{failure}"))?;
    println!("{report}");
    Ok(())
}
