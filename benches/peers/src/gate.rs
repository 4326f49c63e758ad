//! How a program is measured from outside: it says "ready", waits for "go", does its work, says "done", and leaves when
//! its input closes. The harness reads its memory, threads and CPU time at each stop.

use std::io::{Read, stdin};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

/// The reqwest that was built, as the lock file names it.
pub fn version() -> String {
    let locked = include_str!("../Cargo.lock")
        .split_once("name = \"reqwest\"\nversion = \"")
        .and_then(|(_, rest)| rest.split('"').next());
    format!("reqwest {}", locked.unwrap_or("unknown"))
}

pub fn ready() -> Result<()> {
    println!("{}", json!({ "event": "ready", "version": version() }));
    stdin().read_line(&mut String::new())?;
    Ok(())
}

pub fn done(wall: Duration, answered: usize, failed: usize) -> Result<()> {
    println!(
        "{}",
        json!({ "event": "done", "wall_s": wall.as_secs_f64(), "answered": answered, "failed": failed })
    );
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Counts an answer, and says why there is none.
pub fn is_answered(result: Result<String>) -> bool {
    result
        .inspect_err(|error| eprintln!("a chat failed: {error:#}"))
        .is_ok()
}
