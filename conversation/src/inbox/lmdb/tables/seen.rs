//! Which messages were seen.

use super::Tables;
use crate::inbox::lmdb::encoding::key::{self, Kind};
use crate::inbox::lmdb::encoding::{Read, Reader, Value};
use crate::inbox::options::Moment;
use crate::inbox::policy::horizon;
use crate::inbox::store::StoreError;

/// That a message was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    at: i64,
    /// What has not ended is seen, however long it takes.
    is_pending: bool,
    /// Whether the index of times has it, which is exactly what would be forgotten by that.
    is_indexed: bool,
}

impl Value for Seen {
    fn write(&self, to: &mut Vec<u8>) {
        self.at.write(to);
        self.is_pending.write(to);
        self.is_indexed.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            at: i64::read(from)?,
            is_pending: bool::read(from)?,
            is_indexed: bool::read(from)?,
        })
    }
}

impl Tables {
    pub(super) fn has_seen(
        &self,
        channel: &str,
        id: &str,
        at: Moment<'_>,
    ) -> Result<bool, StoreError> {
        let seen: Option<Seen> = self.value(&key::named(Kind::Seen, &key::hash(channel, id)))?;
        Ok(seen.is_some_and(|seen| {
            seen.is_pending || (seen.is_indexed && !horizon::is_forgotten(seen.at, at))
        }))
    }

    pub(super) fn insert_seen(
        &mut self,
        channel: &str,
        id: &str,
        is_pending: bool,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        let hash = key::hash(channel, id);
        let key = key::named(Kind::Seen, &hash);
        let former: Option<Seen> = self.value(&key)?;
        match former {
            Some(former) if former.is_indexed => {
                self.delete(&key::at(Kind::SeenAt, former.at, &hash))?;
            }
            _ => self.sums.seen = self.sums.seen.wrapping_add(1),
        }
        self.put_bytes(&key::at(Kind::SeenAt, at.now, &hash), &[])?;
        let seen = Seen {
            at: at.now,
            is_pending: is_pending || former.is_some_and(|former| former.is_pending),
            is_indexed: true,
        };
        self.put(&key, &seen)
    }

    pub(super) fn end_seen(&mut self, channel: &str, id: &str) -> Result<(), StoreError> {
        let key = key::named(Kind::Seen, &key::hash(channel, id));
        match self.value::<Seen>(&key)? {
            Some(seen) if seen.is_indexed && seen.is_pending => self.put(
                &key,
                &Seen {
                    is_pending: false,
                    ..seen
                },
            ),
            Some(seen) if seen.is_pending => self.delete(&key).map(|_| ()),
            _ => Ok(()),
        }
    }

    pub(super) fn forget_seen(&mut self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        let over = self.over(Kind::SeenAt, most, |time| horizon::is_forgotten(time, at))?;
        for (time, hash) in &over {
            self.delete(&key::at(Kind::SeenAt, *time, hash))?;
            self.sums.seen = self.sums.seen.wrapping_sub(1);
            let key = key::named(Kind::Seen, hash);
            match self.value::<Seen>(&key)? {
                Some(seen) if seen.is_pending => self.put(
                    &key,
                    &Seen {
                        is_indexed: false,
                        ..seen
                    },
                )?,
                _ => {
                    self.delete(&key)?;
                }
            }
        }
        Ok(over.len())
    }
}
