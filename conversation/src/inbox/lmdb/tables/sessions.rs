//! Sessions: a record for each, one for each of its messages beside it, and the indexes by which they are found.

use std::sync::Arc;

use super::Tables;
use crate::inbox::lmdb::encoding::key::{self, Hash, Kind};
use crate::inbox::lmdb::encoding::{Damaged, Header, Read, Value, decode};
use crate::inbox::message::Message;
use crate::inbox::options::Moment;
use crate::inbox::session::{Channel, Rest, Scope, Session};
use crate::inbox::store::{Key, StoreError};
use crate::inbox::transaction::Records;

/// What is kept beside a session's record: a function of the record.
#[derive(Default)]
struct Beside {
    due_at: Option<i64>,
    owner: Option<u64>,
    /// The end of a pause that is all that there is.
    pause_at: Option<i64>,
    pending: u64,
    turns: u64,
    sessions: u64,
}

/// A session and its channel, and what they were.
struct Loaded {
    hash: Hash,
    before: Beside,
    seqs: Vec<u64>,
    session: Session,
    channel_key: [u8; 17],
    channel_before: Option<Channel>,
    channel: Channel,
}

impl Beside {
    fn of(session: &Session) -> Self {
        let pending = session.pending() as u64;
        let sleeps = pending == 0 && session.turn.is_none() && !session.opted_out;
        Self {
            due_at: session.due_at,
            owner: session.turn.as_ref().map(|turn| turn.owner.0),
            pause_at: sleeps.then_some(session.paused_until),
            pending,
            turns: u64::from(session.turn.is_some()),
            sessions: 1,
        }
    }
}

impl Tables {
    /// Loads a session as far as its scope goes, lets it be changed and saves what is different. One that is idle is not kept.
    pub(super) fn change_session<R>(
        &mut self,
        key: &Arc<Key>,
        scope: Scope,
        at: Moment<'_>,
        change: impl FnOnce(&mut Session, &mut Channel) -> R,
    ) -> Result<R, StoreError> {
        let mut loaded = self.load(key, scope.least(at.options))?;
        let changed = change(&mut loaded.session, &mut loaded.channel);
        self.save(&loaded, at)?;
        Ok(changed)
    }

    fn load(&self, key: &Arc<Key>, most: usize) -> Result<Loaded, StoreError> {
        let hash = key::hash(&key.channel, &key.session);
        let known = self.session(&hash, most)?;
        let before = known.as_ref().map(Beside::of).unwrap_or_default();
        let seqs = known.iter().flat_map(seqs).collect();
        let session = match known {
            Some(session) => session,
            None => {
                let mut session = Session::new(key.clone());
                if let Some(person) = self.person(key)? {
                    (session.to, session.recipient) = (person.to, person.recipient);
                }
                session
            }
        };
        let channel_key = key::named(Kind::Channel, &key::hash("", &key.channel));
        let channel_before: Option<Channel> = self.value(&channel_key)?;
        let channel = channel_before.unwrap_or_default();
        Ok(Loaded {
            hash,
            before,
            seqs,
            session,
            channel_key,
            channel_before,
            channel,
        })
    }

    fn save(&mut self, loaded: &Loaded, at: Moment<'_>) -> Result<(), StoreError> {
        let (channel, before) = (loaded.channel, loaded.channel_before);
        if channel == Channel::default() && before.is_some() {
            self.delete(&loaded.channel_key)?;
        } else if channel != before.unwrap_or_default() {
            self.put(&loaded.channel_key, &channel)?;
        }
        let kept = Some(&loaded.session).filter(|session| !session.is_idle(at.now));
        self.save_beside(&loaded.hash, &loaded.before, kept)?;
        self.save_records(&loaded.hash, &loaded.seqs, kept)
    }

    /// A session with the messages of its turn, and at most this many of those that wait.
    pub(in crate::inbox::lmdb) fn session(
        &self,
        hash: &Hash,
        most: usize,
    ) -> Result<Option<Session>, StoreError> {
        let first = key::named(Kind::Session, hash);
        let walk = self.env.from(&first).map_err(|code| self.fail(code))?;
        let mut records =
            walk.take_while(|record| record.map_or(true, |(key, _)| key.starts_with(&first)));
        let header = match records.next() {
            None => return Ok(None),
            Some(Err(code)) => return Err(self.fail(code)),
            Some(Ok((key, header))) if *key == first => Header::read(header),
            Some(Ok(_)) => Err(Damaged),
        };
        let message = |record: Result<(_, &[u8]), _>| -> Read<Message> {
            decode(record.map_err(|_| Damaged)?.1)
        };
        let mut session = header
            .and_then(|header| header.with(records.map(message), most))
            .map_err(|_| self.damaged())?;
        if session.rest.count > 0 {
            let last = self.last_message(hash)?;
            session.rest = Rest {
                last_accepted_at: last.accepted_at,
                last_written_at: last.written_at,
                ..session.rest
            };
        }
        Ok(Some(session))
    }

    /// The message of a session that was accepted last.
    fn last_message(&self, hash: &Hash) -> Result<Message, StoreError> {
        let end = key::message(hash, u64::MAX);
        let mut walk = self.env.below(&end).map_err(|code| self.fail(code))?;
        match walk.next().transpose().map_err(|code| self.fail(code))? {
            Some((key, message)) if key.starts_with(&end[..17]) && key.len() == end.len() => {
                decode(message).map_err(|_| self.damaged())
            }
            _ => Err(self.damaged()),
        }
    }

    /// Every session that is kept, in no order that means anything.
    pub(in crate::inbox::lmdb) fn each_session(
        &self,
        mut each: impl FnMut(Session),
    ) -> Result<(), StoreError> {
        let walk = self
            .env
            .from(&[Kind::Session as u8])
            .map_err(|code| self.fail(code))?;
        for record in walk {
            let (key, _) = record.map_err(|code| self.fail(code))?;
            let Some((kind, name)) = key.split_first() else {
                continue;
            };
            if *kind != Kind::Session as u8 {
                break;
            }
            if let Ok(hash) = Hash::try_from(name)
                && let Some(session) = self.session(&hash, usize::MAX)?
            {
                each(session);
            }
        }
        Ok(())
    }

    /// Forgets at most this many sessions that were kept for a pause that has ended.
    pub(super) fn end_pauses(&mut self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        let over = self.over(Kind::PauseAt, most, |until| until <= at.now)?;
        for (_, hash) in &over {
            let key = self.name_of(hash)?;
            self.change(&key, Scope::Head, at, |_, _| {})?;
        }
        Ok(over.len())
    }

    fn save_beside(
        &mut self,
        hash: &Hash,
        before: &Beside,
        session: Option<&Session>,
    ) -> Result<(), StoreError> {
        let after = session.map(Beside::of).unwrap_or_default();
        for (kind, before, after) in [
            (Kind::DueAt, before.due_at, after.due_at),
            (Kind::PauseAt, before.pause_at, after.pause_at),
        ] {
            let key = |time: Option<i64>| time.map(|time| key::at(kind, time, hash));
            self.replace(key(before), key(after))?;
        }
        let key = |owner: Option<u64>| owner.map(|owner| key::by(Kind::OwnedBy, owner, hash));
        self.replace(key(before.owner), key(after.owner))?;
        for (sum, before, after) in [
            (&mut self.sums.pending, before.pending, after.pending),
            (&mut self.sums.turns, before.turns, after.turns),
            (&mut self.sums.sessions, before.sessions, after.sessions),
        ] {
            *sum = sum.wrapping_add(after).wrapping_sub(before);
        }
        Ok(())
    }

    fn replace(
        &mut self,
        before: Option<[u8; 25]>,
        after: Option<[u8; 25]>,
    ) -> Result<(), StoreError> {
        if before == after {
            return Ok(());
        }
        if let Some(before) = before {
            self.delete(&before)?;
        }
        after.map_or(Ok(()), |after| self.put_bytes(&after, &[]))
    }

    fn save_records(
        &mut self,
        hash: &Hash,
        before: &[u64],
        session: Option<&Session>,
    ) -> Result<(), StoreError> {
        let header = key::named(Kind::Session, hash);
        let mut bytes = Vec::new();
        let mut after = Vec::new();
        if let Some(session) = session {
            Header::write(session, &mut bytes);
            self.put_if_new(&header, &bytes)?;
            for message in session.messages() {
                bytes.clear();
                message.write(&mut bytes);
                self.put_if_new(&key::message(hash, message.seq), &bytes)?;
                after.push(message.seq);
            }
        } else if self.get(&header)?.is_some() {
            self.delete(&header)?;
        }
        for seq in before {
            if after.binary_search(seq).is_err() {
                self.delete(&key::message(hash, *seq))?;
            }
        }
        Ok(())
    }

    fn put_if_new(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        if self.get(key)? == Some(value) {
            return Ok(());
        }
        self.put_bytes(key, value)
    }
}

fn seqs(session: &Session) -> impl Iterator<Item = u64> {
    session.messages().map(|message| message.seq)
}
