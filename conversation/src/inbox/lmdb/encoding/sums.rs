//! What is known of the whole store, in one record that begins with the version of all others.

use super::value::{Damaged, Read, Reader, Value};

/// What the first record begins with.
const STAMP: [u8; 12] = *b"robofy inbox";

/// The version of the records. A store of a later one is refused.
pub(in crate::inbox::lmdb) const VERSION: u32 = 1;

/// What is known of the whole store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct Sums {
    /// The last number that was given to a message, a turn or an epoch.
    pub(in crate::inbox::lmdb) last: u64,
    /// How often the store was opened.
    pub(in crate::inbox::lmdb) opened: u64,
    pub(in crate::inbox::lmdb) pending: u64,
    pub(in crate::inbox::lmdb) turns: u64,
    pub(in crate::inbox::lmdb) sessions: u64,
    pub(in crate::inbox::lmdb) seen: u64,
}

impl Value for Sums {
    fn write(&self, to: &mut Vec<u8>) {
        for number in [
            self.last,
            self.opened,
            self.pending,
            self.turns,
            self.sessions,
            self.seen,
        ] {
            number.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let mut next = || u64::read(from);
        Ok(Self {
            last: next()?,
            opened: next()?,
            pending: next()?,
            turns: next()?,
            sessions: next()?,
            seen: next()?,
        })
    }
}

/// The sums as they are written: what the file is and its version, in a form that no version changes, go first.
pub(in crate::inbox::lmdb) struct Stamped(pub(in crate::inbox::lmdb) Sums);

impl Value for Stamped {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&STAMP);
        to.extend_from_slice(&VERSION.to_le_bytes());
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        if from.array() != Ok(STAMP) || from.array() != Ok(VERSION.to_le_bytes()) {
            return Err(Damaged);
        }
        Sums::read(from).map(Self)
    }
}

/// The version of the store whose first record this is; `None`: it is another program's.
pub(in crate::inbox::lmdb) fn version(first: &[u8]) -> Option<u32> {
    let version = first.strip_prefix(&STAMP)?.first_chunk()?;
    Some(u32::from_le_bytes(*version))
}
