//! Which messages were seen.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use super::order::Order;
use super::room::give_back;
use crate::inbox::options::Moment;
use crate::inbox::policy::horizon;

/// Messages by a keyed hash of 128 bits: of 2^40 messages, two have the same once in 10^14 stores.
#[derive(Default)]
pub(super) struct Seen {
    keys: [RandomState; 2],
    at: HashMap<u128, i64, AsItIs>,
    /// What has not ended is seen, however long it takes.
    pending: HashSet<u128, AsItIs>,
    /// When they came; what was seen again is there twice.
    order: Order<u128>,
}

type AsItIs = BuildHasherDefault<Half>;

/// Half of a hash is a hash.
#[derive(Default)]
struct Half(u64);

impl Hasher for Half {
    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Seen {
    /// Whether it was seen and is not forgotten.
    pub(super) fn has(&self, channel: &str, id: &str, at: Moment<'_>) -> bool {
        let hash = self.hash(channel, id);
        if self.pending.contains(&hash) {
            return true;
        }
        let seen_at = self.at.get(&hash);
        seen_at.is_some_and(|&seen_at| !horizon::is_forgotten(seen_at, at))
    }

    pub(super) fn insert(&mut self, channel: &str, id: &str, now: i64, is_pending: bool) {
        let hash = self.hash(channel, id);
        if is_pending {
            self.pending.insert(hash);
        }
        self.at.insert(hash, now);
        self.order.push(now, hash);
    }

    /// These messages have ended.
    pub(super) fn ended(&mut self, channel: &str, messages: &[Box<str>]) {
        for id in messages {
            self.pending.remove(&self.hash(channel, id));
        }
    }

    /// Forgets at most this many, and says how many.
    pub(super) fn purge(&mut self, most: usize, at: Moment<'_>) -> usize {
        let mut purged = 0;
        while purged < most {
            let Some((_, hash)) = self.order.pop(|then| horizon::is_forgotten(then, at)) else {
                break;
            };
            if self
                .at
                .get(&hash)
                .is_some_and(|&then| horizon::is_forgotten(then, at))
            {
                self.at.remove(&hash);
            }
            purged += 1;
        }
        self.order.give_back();
        give_back!(self.at, self.pending);
        purged
    }

    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    fn hash(&self, channel: &str, id: &str) -> u128 {
        let [high, low] = &self.keys;
        u128::from(high.hash_one((channel, id))) << 64 | u128::from(low.hash_one((channel, id)))
    }
}
