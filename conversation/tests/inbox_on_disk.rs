//! The same tests with the store on disk.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::duplicate_mod,
    reason = "that is how a test fails, and what they share is each one's own"
)]

#[path = "inbox_clients.rs"]
mod clients;
#[path = "inbox_faults.rs"]
mod faults;
#[path = "inbox_people.rs"]
mod people;
#[path = "inbox_turns.rs"]
mod turns;

const IS_ON_DISK: bool = true;
