//! The keys of the tree. A byte says what a record is; names are hashed, since LMDB's keys are short; numbers are
//! written so that they sort.

use ring::digest::{Context, SHA256};

/// Half of a SHA-256: of 2^40 names, two have the same once in 10^14 stores.
pub(in crate::inbox::lmdb) type Hash = [u8; 16];

/// The kinds of records. Those of an index are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::inbox::lmdb) enum Kind {
    /// The one record of the version and the sums.
    Sums = 0,
    Channel = b'c',
    DueAt = b'd',
    /// A channel's name.
    ChannelName = b'h',
    Alias = b'i',
    /// Messages that were seen.
    Seen = b'm',
    SeenAt = b'n',
    /// Sessions with a turn, by its worker's epoch.
    OwnedBy = b'o',
    Person = b'p',
    PersonAt = b'q',
    /// A session, and after it its messages.
    Session = b's',
    Worker = b'w',
    /// Sessions that are kept for a pause alone, by its end.
    PauseAt = b'z',
}

/// A name in its space: a session in its channel.
pub(in crate::inbox::lmdb) fn hash(space: &str, name: &str) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&(space.len() as u64).to_le_bytes());
    context.update(space.as_bytes());
    context.update(name.as_bytes());
    let mut hash = Hash::default();
    hash.copy_from_slice(&context.finish().as_ref()[..16]);
    hash
}

/// What has a name.
pub(in crate::inbox::lmdb) fn named(kind: Kind, hash: &Hash) -> [u8; 17] {
    let mut key = [kind as u8; 17];
    key[1..].copy_from_slice(hash);
    key
}

/// A message of a session.
pub(in crate::inbox::lmdb) fn message(session: &Hash, seq: u64) -> [u8; 25] {
    let mut key = [Kind::Session as u8; 25];
    key[1..17].copy_from_slice(session);
    key[17..].copy_from_slice(&seq.to_be_bytes());
    key
}

/// What is found by a time.
pub(in crate::inbox::lmdb) fn at(kind: Kind, time: i64, hash: &Hash) -> [u8; 25] {
    by(kind, time.cast_unsigned() ^ (1 << 63), hash)
}

/// What is found by a number.
pub(in crate::inbox::lmdb) fn by(kind: Kind, number: u64, hash: &Hash) -> [u8; 25] {
    let mut key = [kind as u8; 25];
    key[1..9].copy_from_slice(&number.to_be_bytes());
    key[9..].copy_from_slice(hash);
    key
}

/// The time and the name of [`at`]'s.
pub(in crate::inbox::lmdb) fn parse_at(kind: Kind, key: &[u8]) -> Option<(i64, Hash)> {
    let (number, hash) = parse_by(kind, key)?;
    Some(((number ^ (1 << 63)).cast_signed(), hash))
}

/// The number and the name of [`by`]'s.
pub(in crate::inbox::lmdb) fn parse_by(kind: Kind, key: &[u8]) -> Option<(u64, Hash)> {
    let (first, rest) = key.split_first()?;
    let (number, hash) = rest.split_at_checked(8)?;
    let number = u64::from_be_bytes(number.try_into().ok()?);
    (*first == kind as u8).then_some((number, hash.try_into().ok()?))
}
