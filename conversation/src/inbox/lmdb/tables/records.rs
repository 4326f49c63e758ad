//! What a transaction asks of the records.

use std::sync::Arc;

use super::Tables;
use crate::inbox::lmdb::encoding::key::Kind;
use crate::inbox::options::Moment;
use crate::inbox::policy::turn::due;
use crate::inbox::session::{Channel, Scope, Session};
use crate::inbox::store::{Epoch, Key, Offer, StoreError};
use crate::inbox::transaction::{Owner, Records};

impl Records for Tables {
    fn number(&mut self) -> Result<u64, StoreError> {
        self.sums.last = self.sums.last.wrapping_add(1);
        Ok(self.sums.last)
    }

    fn pending(&self) -> Result<usize, StoreError> {
        Ok(usize::try_from(self.sums.pending).unwrap_or(usize::MAX))
    }

    fn alive(&self) -> Result<Vec<Epoch>, StoreError> {
        let alive = self.all_of(Kind::Worker)?;
        Ok(alive.into_iter().map(Epoch).collect())
    }

    fn is_seen(&self, channel: &str, id: &str, at: Moment<'_>) -> Result<bool, StoreError> {
        self.has_seen(channel, id, at)
    }

    fn see(
        &mut self,
        channel: &str,
        id: &str,
        is_pending: bool,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        self.insert_seen(channel, id, is_pending, at)
    }

    fn ended(&mut self, channel: &str, ids: &[Box<str>]) -> Result<(), StoreError> {
        ids.iter().try_for_each(|id| self.end_seen(channel, id))
    }

    fn owner(&self, channel: &str, identifier: &str) -> Result<Option<Owner>, StoreError> {
        self.owner_of(channel, identifier)
    }

    fn alias(
        &mut self,
        session: &Arc<Key>,
        offer: &Offer<'_>,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        self.see_channel(offer.channel)?;
        self.see_person(session, offer, at)
    }

    fn channels(&self) -> Result<Vec<Box<str>>, StoreError> {
        self.all_of(Kind::ChannelName)
    }

    fn due(&self, skip: usize, most: usize, at: Moment<'_>) -> Result<Vec<Arc<Key>>, StoreError> {
        let is = |is_one: fn(i64, Moment<'_>) -> bool| {
            move |entry: &Result<(i64, _), _>| {
                entry.as_ref().map_or(true, |(time, _)| is_one(*time, at))
            }
        };
        let late = self
            .first_of(Kind::DueAt)?
            .take_while(is(|time, at| time <= at.now));
        let far = self.last_of(Kind::DueAt)?.take_while(is(|time, at| {
            time > at.now && due::is_due(time, at.now, at.options)
        }));
        late.chain(far)
            .skip(skip)
            .take(most)
            .map(|entry| self.name_of(&entry?.1))
            .collect()
    }

    fn change<R>(
        &mut self,
        session: &Arc<Key>,
        scope: Scope,
        at: Moment<'_>,
        change: impl FnOnce(&mut Session, &mut Channel) -> R,
    ) -> Result<R, StoreError> {
        self.change_session(session, scope, at, change)
    }
}
