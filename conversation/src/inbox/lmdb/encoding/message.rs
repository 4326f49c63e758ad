//! A message that has not ended.

use super::value::{Damaged, Read, Reader, Value, write_text};
use crate::inbox::message::{Class, Message, Notice, Why};

impl Value for Message {
    fn write(&self, to: &mut Vec<u8>) {
        self.seq.write(to);
        write_text(&self.id, to);
        self.accepted_at.write(to);
        self.accepted_at.wrapping_sub(self.written_at).write(to);
        self.class.write(to);
        write_text(&self.text, to);
        self.revoked.write(to);
        self.dropped.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let (seq, id, accepted_at) = (u64::read(from)?, Box::read(from)?, i64::read(from)?);
        Ok(Self {
            seq,
            id,
            accepted_at,
            written_at: accepted_at.wrapping_sub(i64::read(from)?),
            class: Class::read(from)?,
            text: Box::read(from)?,
            revoked: bool::read(from)?,
            dropped: Option::read(from)?,
        })
    }
}

impl Value for Class {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(match self {
            Self::Ask => 0,
            Self::Media => 1,
            Self::Notice(Notice::Stop) => 2,
            Self::Notice(Notice::Start) => 3,
        });
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.byte()? {
            0 => Self::Ask,
            1 => Self::Media,
            2 => Self::Notice(Notice::Stop),
            3 => Self::Notice(Notice::Start),
            _ => return Err(Damaged),
        })
    }
}

impl Value for Why {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(match self {
            Self::Window => 0,
            Self::Human => 1,
            Self::Stopped => 2,
            Self::Revoked => 3,
        });
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.byte()? {
            0 => Self::Window,
            1 => Self::Human,
            2 => Self::Stopped,
            3 => Self::Revoked,
            _ => return Err(Damaged),
        })
    }
}
