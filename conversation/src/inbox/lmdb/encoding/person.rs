//! A person who has more than a phone number, and whose the identifiers are.

use super::key::Hash;
use super::value::{Read, Reader, Value, write_list};

/// A person who has more than a phone number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct Person {
    pub(in crate::inbox::lmdb) to: Option<Box<str>>,
    pub(in crate::inbox::lmdb) recipient: Option<Box<str>>,
    pub(in crate::inbox::lmdb) seen_at: i64,
    /// The other identifiers, hashed; they may have become another's.
    pub(in crate::inbox::lmdb) aliases: Vec<Hash>,
}

impl Value for Person {
    fn write(&self, to: &mut Vec<u8>) {
        self.to.write(to);
        self.recipient.write(to);
        self.seen_at.write(to);
        write_list(self.aliases.iter(), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            to: Option::read(from)?,
            recipient: Option::read(from)?,
            seen_at: i64::read(from)?,
            aliases: from.list()?,
        })
    }
}

/// Whose an identifier is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inbox::lmdb) struct Alias {
    pub(in crate::inbox::lmdb) of: Hash,
    /// The session's name in its channel.
    pub(in crate::inbox::lmdb) session: Box<str>,
}

impl Value for Alias {
    fn write(&self, to: &mut Vec<u8>) {
        self.of.write(to);
        self.session.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            of: from.array()?,
            session: Box::read(from)?,
        })
    }
}
