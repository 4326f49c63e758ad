//! Which identifiers are whose, and where a person is reached.

use std::collections::HashMap;
use std::sync::Arc;

use super::order::Order;
use super::room::give_back;
use crate::inbox::options::Moment;
use crate::inbox::policy::horizon;
use crate::inbox::store::{Key, Offer};
use crate::inbox::transaction::Owner;

/// What is kept of a person who has more than a phone number.
#[derive(Default)]
pub(super) struct Person {
    pub to: Option<Box<str>>,
    pub recipient: Option<Box<str>>,
    aliases: Vec<Arc<Key>>,
    seen_at: i64,
}

/// Which identifiers are whose. An identifier that names its own session needs no alias.
#[derive(Default)]
pub(super) struct People {
    persons: HashMap<Arc<Key>, Person>,
    aliases: HashMap<Arc<Key>, Arc<Key>>,
    /// When each person was seen.
    order: Order<Arc<Key>>,
}

impl People {
    /// Whose an identifier is.
    pub(super) fn owner(&self, channel: &str, identifier: &str) -> Option<Owner> {
        let identifier = Key::new(channel, identifier);
        let session = self
            .aliases
            .get(&identifier)
            .map_or(&identifier, |session| session);
        let person = self.persons.get(session)?;
        Some(Owner {
            session: session.session.clone(),
            user_id: person.recipient.clone(),
        })
    }

    /// The identifiers of an event are this session's from now on. Who has only the phone number that names the session is not kept.
    pub(super) fn see(&mut self, session: &Arc<Key>, offer: &Offer<'_>, now: i64) {
        let (given, former) = (offer.whose(), offer.former);
        let mut all = former.each().chain(given.each());
        let is_named_so =
            given.phone == Some(&*session.session) && all.all(|one| Some(one) == given.phone);
        if is_named_so && !self.persons.contains_key(session) {
            return;
        }
        for identifier in former.each().chain(given.each()) {
            self.alias(offer.channel, identifier, session);
        }
        let person = self.persons.entry(session.clone()).or_default();
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
        if person.seen_at != now {
            person.seen_at = now;
            self.order.push(now, session.clone());
        }
    }

    /// Where a session's person is reached.
    pub(super) fn get(&self, session: &Key) -> Option<&Person> {
        self.persons.get(session)
    }

    /// Forgets who was not seen for the time of deduplication and is not spared: looks at this many at most, and says at how many.
    pub(super) fn purge(
        &mut self,
        most: usize,
        at: Moment<'_>,
        spared: impl Fn(&Key) -> bool,
    ) -> usize {
        let mut looked = 0;
        while looked < most {
            let is_over = |then| horizon::is_forgotten(then, at);
            let Some((then, session)) = self.order.pop(is_over) else {
                break;
            };
            looked += 1;
            if self
                .persons
                .get(&session)
                .is_none_or(|person| person.seen_at != then)
            {
                continue;
            }
            if spared(&session) {
                if let Some(person) = self.persons.get_mut(&session) {
                    person.seen_at = at.now;
                }
                self.order.push(at.now, session);
            } else if let Some(person) = self.persons.remove(&session) {
                for alias in person.aliases {
                    if self.aliases.get(&alias) == Some(&session) {
                        self.aliases.remove(&alias);
                    }
                }
            }
        }
        self.order.give_back();
        give_back!(self.persons, self.aliases);
        looked
    }

    fn alias(&mut self, channel: &str, identifier: &str, session: &Arc<Key>) {
        let alias = Arc::new(Key::new(channel, identifier));
        if alias == *session {
            self.aliases.remove(&alias);
        } else if self.aliases.get(&alias) != Some(session) {
            self.aliases.insert(alias.clone(), session.clone());
            self.persons
                .entry(session.clone())
                .or_default()
                .aliases
                .push(alias);
        }
    }
}
