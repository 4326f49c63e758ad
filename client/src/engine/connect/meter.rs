//! Bounds what the bytes of a peer may cost: in one poll, and before they come to anything.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Response heads have at most 256 KB. The rest is room for what surrounds them: TLS records, interim responses, frames.
const MAX_WITHOUT_PROGRESS: usize = 512 << 10;

/// Counts what a connection has received since a response last made progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter(Arc<AtomicUsize>);

impl Meter {
    /// Fails where a peer sends on and on, and none of it is a part of an answer.
    pub(crate) fn received(&self, bytes: usize) -> io::Result<()> {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        match before > MAX_WITHOUT_PROGRESS {
            true => Err(io::Error::other(Flood)),
            false => Ok(()),
        }
    }

    /// The head or a part of the body of a response has come.
    pub(crate) fn progress(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A peer that never comes to the point.
#[derive(Debug)]
pub(crate) struct Flood;

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than 512 KB came that is no part of an answer")
    }
}

impl std::error::Error for Flood {}

/// What one task may read before others have their turn.
const MAX_PER_TURN: usize = 8 << 10;

/// What is left of a task's turn. A turn ends when a read is pending.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    read: usize,
}

impl Turn {
    /// How much may be read now; none once the turn is over, after which a new one begins.
    pub(crate) fn room(&mut self) -> Option<usize> {
        let room = MAX_PER_TURN.saturating_sub(self.read);
        if room == 0 {
            self.read = 0;
            return None;
        }
        Some(room)
    }

    pub(crate) fn took(&mut self, bytes: usize) {
        self.read += bytes;
    }

    pub(crate) fn end(&mut self) {
        self.read = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_never_comes_to_the_point_is_found_out() {
        let meter = Meter::default();
        let part = MAX_WITHOUT_PROGRESS / 4;
        for _ in 0..40 {
            meter.received(part).unwrap();
            meter.progress();
        }
        let read = (0..40).find_map(|_| meter.received(part).err());
        assert!(read.unwrap().to_string().contains("no part of an answer"));
    }

    #[test]
    fn a_turn_ends_after_its_bytes_and_another_begins() {
        let mut turn = Turn::default();
        let mut read = 0;
        while let Some(room) = turn.room() {
            turn.took(room.min(1000));
            read += room.min(1000);
        }
        assert_eq!(read, MAX_PER_TURN);
        assert_eq!(turn.room(), Some(MAX_PER_TURN));
    }
}
