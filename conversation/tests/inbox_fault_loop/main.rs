//! Kills a program with an inbox on disk again and again while messages come in, and counts what becomes of each message.
//!
//! As one of the tests it is short. By hand: `cargo test -p robofy-conversation --test inbox_fault_loop -- FAULT MESSAGES SESSIONS LIVES
//! [retry] [FOLDER]`, where FAULT is kill, stop, disk, full or clock, and `retry` stands for `retry_ambiguous`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod fault;
#[cfg(target_os = "linux")]
mod journal;
#[cfg(target_os = "linux")]
mod life;
#[cfg(target_os = "linux")]
mod plan;
#[cfg(target_os = "linux")]
mod program;
#[cfg(target_os = "linux")]
mod run;

#[cfg(target_os = "linux")]
fn main() {
    if let Some(folder) = std::env::var_os(program::FOLDER) {
        return program::run(folder.into());
    }
    run::main();
}
