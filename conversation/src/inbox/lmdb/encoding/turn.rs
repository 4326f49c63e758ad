//! A turn without its messages, which are records of their own.

use super::value::{Damaged, Read, Reader, Value, write_list};
use crate::inbox::message::Notice;
use crate::inbox::policy::turn::crash::Stage;
use crate::inbox::session::{Part, PartState, Turn};
use crate::inbox::store::{Epoch, Kind, TurnId};

impl Value for Turn {
    fn write(&self, to: &mut Vec<u8>) {
        self.id.0.write(to);
        self.owner.0.write(to);
        self.stage.write(to);
        self.attempts.write(to);
        self.dropped.write(to);
        self.end.write(to);
        write_list(self.parts.iter(), to);
        self.note.write(to);
        self.handed_out.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        let (id, owner) = (TurnId(u64::read(from)?), Epoch(u64::read(from)?));
        let turn = Self {
            id,
            owner,
            stage: Stage::read(from)?,
            messages: Vec::new(),
            attempts: u32::read(from)?,
            dropped: Option::read(from)?,
            end: Option::read(from)?,
            parts: from.list()?,
            note: Box::read(from)?,
            handed_out: bool::read(from)?,
        };
        let is_whole = turn.end.is_some() == (turn.stage == Stage::Answered);
        is_whole.then_some(turn).ok_or(Damaged)
    }
}

impl Value for Part {
    fn write(&self, to: &mut Vec<u8>) {
        self.text.write(to);
        to.push(match self.state {
            PartState::Unsettled => 0,
            PartState::Sent => 1,
            PartState::GivenUp => 2,
        });
        self.failures.write(to);
        self.provider_id.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            text: Box::read(from)?,
            state: match from.byte()? {
                0 => PartState::Unsettled,
                1 => PartState::Sent,
                2 => PartState::GivenUp,
                _ => return Err(Damaged),
            },
            failures: u32::read(from)?,
            provider_id: Option::read(from)?,
        })
    }
}

impl Value for Stage {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(match self {
            Self::Claimed => 0,
            Self::Sent => 1,
            Self::Answered => 2,
        });
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.byte()? {
            0 => Self::Claimed,
            1 => Self::Sent,
            2 => Self::Answered,
            _ => return Err(Damaged),
        })
    }
}

impl Value for Kind {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(match self {
            Self::Answer => 0,
            Self::Fallback => 1,
            Self::Typing => 2,
            Self::Notice(Notice::Stop) => 3,
            Self::Notice(Notice::Start) => 4,
            Self::Media => 5,
            Self::Expired(why) => {
                to.push(6);
                return why.write(to);
            }
        });
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(match from.byte()? {
            0 => Self::Answer,
            1 => Self::Fallback,
            2 => Self::Typing,
            3 => Self::Notice(Notice::Stop),
            4 => Self::Notice(Notice::Start),
            5 => Self::Media,
            6 => Self::Expired(Value::read(from)?),
            _ => return Err(Damaged),
        })
    }
}
