//! How many connections the process may have: each takes a file descriptor, and the host needs some too.

use std::mem::MaybeUninit;

/// The usual soft limit, where it cannot be read.
const DEFAULT: u64 = 1024;
/// Instead of no limit (RLIM_INFINITY).
const MAX: u64 = 1 << 20;
/// Left for the host where the limit allows.
const RESERVED: u64 = 16;

/// Three quarters of what the process may open (RLIMIT_NOFILE).
pub(crate) fn for_connections() -> usize {
    share_of(soft_limit().unwrap_or(DEFAULT))
}

fn share_of(limit: u64) -> usize {
    let limit = limit.clamp(4, MAX);
    let share = (limit / 4 * 3).min(limit.saturating_sub(RESERVED));
    usize::try_from(share.max(limit / 4)).unwrap_or(usize::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_keeps_a_quarter_and_sixteen_where_there_are_so_many() {
        for (limit, share) in [
            (0, 1),
            (16, 4),
            (20, 5),
            (32, 16),
            (64, 48),
            (1024, 768),
            (u64::MAX, 786_432),
        ] {
            assert_eq!(share_of(limit), share, "{limit}");
        }
    }
}
