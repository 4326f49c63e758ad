//! What every store has to pass: random histories, each step of which is checked against a simple model.
//!
//! ```
//! use robofy_conversation::inbox::conformance;
//! use robofy_conversation::inbox::memory::Memory;
//!
//! let report = conformance::run(100, 1, Memory::new)?;
//! assert_eq!(report.lost(), 0);
//! # Ok::<(), conformance::Failure>(())
//! ```

mod history;
mod model;
mod report;
mod rng;
mod shrink;
mod subject;
mod world;

pub use report::Report;
pub use shrink::Failure;
pub use subject::Subject;

use self::history::generate;
use self::rng::Rng;

/// Lives through this many histories. The same seed gives the same ones.
///
/// # Errors
///
/// The first history that the store does not live through as promised, made as short as possible.
pub fn run(histories: u64, seed: u64, mut subject: impl Subject) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut seeds = Rng(seed);
    for _ in 0..histories {
        let seed = seeds.next();
        replay(seed, &mut subject).map(|one| report.add(&one))?;
    }
    Ok(report)
}

/// Lives through the history of this seed, as a [`Failure`] names it.
///
/// # Errors
///
/// The store does not live through it as promised.
pub fn replay(seed: u64, subject: &mut impl Subject) -> Result<Report, Failure> {
    let (options, events) = generate(seed);
    world::live(subject, &options, &events)
        .map_err(|_| shrink::shrink(seed, subject, &options, events))
}
