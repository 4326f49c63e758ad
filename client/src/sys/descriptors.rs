//! How many connections the process can have: each takes a file descriptor, and the host needs some too.

use std::mem::MaybeUninit;

/// What POSIX systems give a process that asks for nothing.
const USUAL: u64 = 1024;
/// More than any machine has ports for.
const MOST: u64 = 1 << 20;

/// Three quarters of what the process may open (RLIMIT_NOFILE).
pub(crate) fn for_connections() -> usize {
    let allowed = soft_limit().unwrap_or(USUAL).clamp(4, MOST);
    usize::try_from(allowed / 4 * 3).unwrap_or(usize::MAX)
}

fn soft_limit() -> Option<u64> {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: a plain system call, which initialises what it is given if it returns 0.
    let limit = unsafe {
        let failed = libc::getrlimit(libc::RLIMIT_NOFILE, limit.as_mut_ptr()) != 0;
        if failed {
            return None;
        }
        limit.assume_init()
    };
    Some(limit.rlim_cur)
}
