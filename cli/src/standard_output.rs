//! Whether standard output can be written to: where it is closed, Rust's start opens /dev/null in its place, and what is
//! written without the right to write is taken for written.
#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static IS_WRITABLE: AtomicBool = AtomicBool::new(true);

/// Run before Rust's start.
#[used]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,__mod_init_func")
)]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    // SAFETY: asks for flags; -1 where there is no such descriptor.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFL) };
    let is_writable = flags != -1 && flags & libc::O_ACCMODE != libc::O_RDONLY;
    IS_WRITABLE.store(is_writable, Ordering::Relaxed);
}

/// To be asked before a message is sent whose answer would be lost.
pub fn check() -> Result<(), Failure> {
    match IS_WRITABLE.load(Ordering::Relaxed) {
        true => Ok(()),
        false => Err(Failure::tool(
            "cannot write the output: standard output is closed, or open for reading only; nothing was sent".to_owned(),
        )),
    }
}

/// What was to be printed is lost.
pub fn failed(error: &io::Error) -> Failure {
    Failure::tool(format!("cannot write the output: {error}"))
}
