//! Which identifiers are whose, and where a person is reached.

use super::Tables;
use crate::inbox::lmdb::encoding::key::{self, Kind};
use crate::inbox::lmdb::encoding::{Alias, Person};
use crate::inbox::options::Moment;
use crate::inbox::policy::horizon;
use crate::inbox::store::{Key, Offer, StoreError};
use crate::inbox::transaction::Owner;

impl Tables {
    pub(super) fn person(&self, session: &Key) -> Result<Option<Person>, StoreError> {
        let hash = key::hash(&session.channel, &session.session);
        self.value(&key::named(Kind::Person, &hash))
    }

    pub(super) fn owner_of(
        &self,
        channel: &str,
        identifier: &str,
    ) -> Result<Option<Owner>, StoreError> {
        let alias = key::named(Kind::Alias, &key::hash(channel, identifier));
        let alias: Option<Alias> = self.value(&alias)?;
        let session = alias.as_ref().map_or(identifier, |alias| &alias.session);
        let session = Key::new(channel, session);
        let person = self.person(&session)?;
        Ok(person.map(|person| Owner {
            session: session.session,
            user_id: person.recipient,
        }))
    }

    pub(super) fn see_channel(&mut self, channel: &str) -> Result<(), StoreError> {
        let key = key::named(Kind::ChannelName, &key::hash("", channel));
        if self.get(&key)?.is_none() {
            self.put(&key, &Box::<str>::from(channel))?;
        }
        Ok(())
    }

    /// The identifiers of an event are this session's from now on. Who has only the phone number that names the session is not kept.
    pub(super) fn see_person(
        &mut self,
        session: &Key,
        offer: &Offer<'_>,
        at: Moment<'_>,
    ) -> Result<(), StoreError> {
        let (given, former) = (offer.whose(), offer.former);
        let mut all = former.each().chain(given.each());
        let is_named_so =
            given.phone == Some(&*session.session) && all.all(|one| Some(one) == given.phone);
        let known = self.person(session)?;
        if is_named_so && known.is_none() {
            return Ok(());
        }
        let hash = key::hash(&session.channel, &session.session);
        let mut person = known.clone().unwrap_or_default();
        for identifier in former.each().chain(given.each()) {
            self.alias_to(session, identifier, &mut person)?;
        }
        for (latest, given) in [
            (&mut person.to, given.phone),
            (
                &mut person.recipient,
                given.user_id.or(given.parent_user_id),
            ),
        ] {
            if given.is_some() && latest.as_deref() != given {
                *latest = given.map(Box::from);
            }
        }
        person.seen_at = at.now;
        if known.as_ref() == Some(&person) {
            return Ok(());
        }
        if let Some(known) = &known {
            self.delete(&key::at(Kind::PersonAt, known.seen_at, &hash))?;
        }
        self.put_bytes(&key::at(Kind::PersonAt, person.seen_at, &hash), &[])?;
        self.put(&key::named(Kind::Person, &hash), &person)
    }

    fn alias_to(
        &mut self,
        session: &Key,
        identifier: &str,
        person: &mut Person,
    ) -> Result<(), StoreError> {
        let hash = key::hash(&session.channel, identifier);
        let key = key::named(Kind::Alias, &hash);
        let known: Option<Alias> = self.value(&key)?;
        if *identifier == *session.session {
            if known.is_some() {
                self.delete(&key)?;
            }
        } else if known.is_none_or(|known| known.session != session.session) {
            let of = key::hash(&session.channel, &session.session);
            self.put(
                &key,
                &Alias {
                    of,
                    session: session.session.clone(),
                },
            )?;
            if !person.aliases.contains(&hash) {
                person.aliases.push(hash);
            }
        }
        Ok(())
    }

    /// Forgets who was not seen for the time of deduplication and has no session.
    pub(super) fn forget_people(
        &mut self,
        most: usize,
        at: Moment<'_>,
    ) -> Result<usize, StoreError> {
        let over = self.over(Kind::PersonAt, most, |time| horizon::is_forgotten(time, at))?;
        for (time, hash) in &over {
            self.delete(&key::at(Kind::PersonAt, *time, hash))?;
            let key = key::named(Kind::Person, hash);
            let Some(mut person) = self.value::<Person>(&key)? else {
                continue;
            };
            if self.get(&key::named(Kind::Session, hash))?.is_some() {
                person.seen_at = at.now;
                self.put_bytes(&key::at(Kind::PersonAt, at.now, hash), &[])?;
                self.put(&key, &person)?;
                continue;
            }
            for alias in &person.aliases {
                let alias = key::named(Kind::Alias, alias);
                if self
                    .value::<Alias>(&alias)?
                    .is_some_and(|alias| alias.of == *hash)
                {
                    self.delete(&alias)?;
                }
            }
            self.delete(&key)?;
        }
        Ok(over.len())
    }
}
