//! A session without its messages, and a channel.

use std::collections::VecDeque;
use std::sync::Arc;

use super::value::{Damaged, Read, Reader, Value};
use crate::inbox::message::Message;
use crate::inbox::session::{Channel, Session};
use crate::inbox::store::Key;

/// A session as its own record has it.
pub(in crate::inbox::lmdb) struct Header {
    session: Session,
    /// How many of the messages that follow belong to the turn.
    of_turn: u64,
    /// How many wait.
    waiting: u64,
}

impl Header {
    /// Writes what is not a message.
    pub(in crate::inbox::lmdb) fn write(session: &Session, to: &mut Vec<u8>) {
        session.key.channel.write(to);
        session.key.session.write(to);
        session.to.write(to);
        session.recipient.write(to);
        session.paused_until.write(to);
        session.opted_out.write(to);
        session.in_a_hurry.write(to);
        session.due_at.write(to);
        ((session.waiting.len() + session.rest.count) as u64).write(to);
        session.turn.is_some().write(to);
        if let Some(turn) = &session.turn {
            (turn.messages.len() as u64).write(to);
            turn.write(to);
        }
    }

    pub(in crate::inbox::lmdb) fn read(bytes: &[u8]) -> Read<Self> {
        let from = &mut Reader(bytes);
        let key = Key {
            channel: Box::read(from)?,
            session: Box::read(from)?,
        };
        let mut session = Session {
            to: Option::read(from)?,
            recipient: Option::read(from)?,
            paused_until: i64::read(from)?,
            opted_out: bool::read(from)?,
            in_a_hurry: bool::read(from)?,
            due_at: Option::read(from)?,
            ..Session::new(Arc::new(key))
        };
        let (waiting, mut of_turn) = (u64::read(from)?, 0);
        if bool::read(from)? {
            of_turn = u64::read(from)?;
            session.turn = Some(Box::new(Value::read(from)?));
        }
        let whole = Self {
            session,
            of_turn,
            waiting,
        };
        from.0.is_empty().then_some(whole).ok_or(Damaged)
    }

    /// Adds the messages, in their order: those of the turn, and of those that wait at most this many.
    pub(in crate::inbox::lmdb) fn with(
        self,
        mut messages: impl Iterator<Item = Read<Message>>,
        most: usize,
    ) -> Read<Session> {
        let Self {
            mut session,
            of_turn,
            waiting,
        } = self;
        let number = |count: u64| usize::try_from(count).map_err(|_| Damaged);
        let (of_turn, waiting) = (number(of_turn)?, number(waiting)?);
        if let Some(turn) = &mut session.turn {
            turn.messages = messages.by_ref().take(of_turn).collect::<Read<_>>()?;
            check(turn.messages.len() == of_turn)?;
        }
        let most = most.min(waiting);
        session.waiting = messages
            .by_ref()
            .take(most)
            .collect::<Read<VecDeque<_>>>()?;
        check(session.waiting.len() == most)?;
        session.rest.count = waiting - most;
        check(session.rest.count > 0 || messages.next().is_none())?;
        Ok(session)
    }

    /// Whose it is.
    pub(in crate::inbox::lmdb) fn into_key(self) -> Arc<Key> {
        self.session.key
    }
}

impl Value for Channel {
    fn write(&self, to: &mut Vec<u8>) {
        self.held_until.write(to);
        self.strikes.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<Self> {
        Ok(Self {
            held_until: i64::read(from)?,
            strikes: u32::read(from)?,
        })
    }
}

fn check(holds: bool) -> Read<()> {
    holds.then_some(()).ok_or(Damaged)
}
