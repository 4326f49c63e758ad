//! What each call of a store does with its records. A store that has records of these kinds needs to write no more than
//! [`Records`]; one that speaks a language of its own may do the same in that.

use std::sync::Arc;

use super::options::Moment;
use super::policy::human;
use super::policy::identity::{self, Identifiers, Known};
use super::session::{Channel, Scope, Session};
use super::store::{Accept, Action, Effect, Epoch, Key, Offer, Step, StoreError, TurnId, Work};
use crate::webhook::Kind;

/// The records of a store, in a transaction that is kept as a whole or not at all.
pub trait Records {
    /// A number larger than any before.
    ///
    /// # Errors
    ///
    /// The store cannot be read or written, as with all that follow.
    fn number(&mut self) -> Result<u64, StoreError>;

    /// How many messages have not ended.
    fn pending(&self) -> Result<usize, StoreError>;

    /// The epochs of the workers that live.
    fn alive(&self) -> Result<Vec<Epoch>, StoreError>;

    /// Whether a message has not ended, or is not forgotten
    /// ([`horizon::is_forgotten`](super::policy::horizon::is_forgotten)).
    fn is_seen(&self, channel: &str, id: &str, at: Moment<'_>) -> Result<bool, StoreError>;

    /// A message is seen; one that is pending is seen until it has ended, and then until it is forgotten.
    fn see(
        &mut self,
        channel: &str,
        id: &str,
        is_pending: bool,
        at: Moment<'_>,
    ) -> Result<(), StoreError>;

    /// Messages have ended.
    fn ended(&mut self, channel: &str, ids: &[Box<str>]) -> Result<(), StoreError>;

    /// The session that an identifier is an alias of, or the name of, and the user identifier under which that was last seen.
    fn owner(&self, channel: &str, identifier: &str) -> Result<Option<Owner>, StoreError>;

    /// The identifiers of an event, former ones too, are this session's from now on.
    fn alias(
        &mut self,
        session: &Arc<Key>,
        offer: &Offer<'_>,
        at: Moment<'_>,
    ) -> Result<(), StoreError>;

    /// The channels of which something was offered; [`alias`](Self::alias) makes one of them known.
    fn channels(&self) -> Result<Vec<Box<str>>, StoreError>;

    /// Of the sessions that are due ([`due::is_due`](super::policy::turn::due::is_due)), those that wait longest first, at
    /// most this many after the first few.
    fn due(&self, skip: usize, most: usize, at: Moment<'_>) -> Result<Vec<Arc<Key>>, StoreError>;

    /// Loads a session and its channel, or makes new ones, lets them be changed and saves them. Nobody else changes them meanwhile.
    /// Of what waits, [`Scope::least`] messages have to be loaded, in their order, and [`Rest`](super::session::Rest) tells of the others.
    fn change<R>(
        &mut self,
        session: &Arc<Key>,
        scope: Scope,
        at: Moment<'_>,
        change: impl FnOnce(&mut Session, &mut Channel) -> R,
    ) -> Result<R, StoreError>;
}

/// Whose an identifier is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The session's name in its channel.
    pub session: Box<str>,
    /// The user identifier under which it was last seen.
    pub user_id: Option<Box<str>>,
}

/// Takes an event: [`Store::offer`](super::store::Store::offer).
///
/// # Errors
///
/// Those of the records; nothing is to be kept then.
pub fn offer(
    records: &mut impl Records,
    offer: &Offer<'_>,
    at: Moment<'_>,
) -> Result<Accept, StoreError> {
    if offer.kind == Kind::Status || (offer.group.is_some() && !at.options.groups) {
        return Ok(Accept::Ignored);
    }
    let id = offer.dedup_id();
    if let Some(id) = id
        && records.is_seen(offer.channel, id, at)?
    {
        return Ok(Accept::Duplicate);
    }
    let mut strangers = Vec::new();
    let Some(key) = session(records, offer, &mut strangers)? else {
        return Ok(Accept::Ignored);
    };
    let until = inherited_pause(records, &key, &strangers, at)?;
    records.alias(&key, offer, at)?;
    let (seq, has_room) = (
        records.number()?,
        records.pending()? < at.options.max_pending,
    );
    let scope = until.map_or(Session::scope(offer, at.options), |_| Scope::Whole);
    let accept = records.change(&key, scope, at, |session, _| {
        session.seen_as(offer.whose());
        if let Some(until) = until {
            session.pause(until.max(session.paused_until), at);
        }
        session.receive(offer, seq, has_room, at)
    })?;
    if let Some(id) = id
        && accept != Accept::Refused
    {
        records.see(offer.channel, id, accept == Accept::Queued, at)?;
    }
    Ok(accept)
}

/// Takes what is due: [`Store::claim`](super::store::Store::claim).
///
/// # Errors
///
/// Those of the records; nothing is to be kept then.
pub fn claim(
    records: &mut impl Records,
    epoch: Epoch,
    most: usize,
    at: Moment<'_>,
) -> Result<Vec<Work>, StoreError> {
    let alive = records.alive()?;
    let mut work = Vec::new();
    if !alive.contains(&epoch) {
        return Ok(work);
    }
    // Those that another worker has stay due.
    let mut left = 0;
    while work.len() < most {
        let due = records.due(left, most - work.len(), at)?;
        if due.is_empty() {
            break;
        }
        for key in due {
            let id = TurnId(records.number()?);
            let claimed = records.change(&key, Scope::Head, at, |session, channel| {
                let owner = session.turn.as_ref().map(|turn| turn.owner);
                let is_free = owner.is_none_or(|owner| owner == epoch || !alive.contains(&owner));
                is_free.then(|| session.claim(epoch, id, *channel, at))
            })?;
            match claimed {
                Some(claimed) => work.push(claimed),
                None => left += 1,
            }
        }
    }
    Ok(work)
}

/// Takes a turn further: [`Store::advance`](super::store::Store::advance).
///
/// # Errors
///
/// Those of the records; nothing is to be kept then.
pub fn advance(
    records: &mut impl Records,
    epoch: Epoch,
    step: &Step<'_>,
    at: Moment<'_>,
) -> Result<Effect, StoreError> {
    if !records.alive()?.contains(&epoch) {
        return Ok(Effect::Stale);
    }
    let effect = records.change(step.session, Scope::Head, at, |session, channel| {
        session.advance(epoch, step.turn, &step.action, channel, at)
    })?;
    let channel = &step.session.channel;
    match &effect {
        Effect::Settled(messages) => records.ended(channel, messages)?,
        Effect::Outcome(outcome) if outcome.settled => records.ended(channel, &outcome.messages)?,
        _ => {}
    }
    if let Action::PartSent { provider_id, .. } = step.action
        && effect != Effect::Stale
        && !provider_id.is_empty()
    {
        records.see(channel, provider_id, false, at)?;
    }
    Ok(effect)
}

/// Pauses a user's sessions until then: [`Store::pause_everywhere`](super::store::Store::pause_everywhere).
///
/// # Errors
///
/// Those of the records; nothing is to be kept then.
pub fn pause_everywhere(
    records: &mut impl Records,
    identifier: &str,
    until: i64,
    at: Moment<'_>,
) -> Result<usize, StoreError> {
    let channels = records.channels()?;
    for channel in &channels {
        let owner = records.owner(channel, identifier)?;
        let name = owner.as_ref().map_or(identifier, |owner| &owner.session);
        let session = Arc::new(Key::new(channel, name));
        records.change(&session, Scope::Whole, at, |session, _| {
            session.pause(until, at)
        })?;
    }
    Ok(channels.len())
}

/// Until when a session is paused by identifiers that were nobody's until now: who paused them did not know its name. The
/// pause is the session's from now on, so that it ends when that one's does.
fn inherited_pause(
    records: &mut impl Records,
    session: &Key,
    strangers: &[&str],
    at: Moment<'_>,
) -> Result<Option<i64>, StoreError> {
    let mut until = 0;
    for identifier in strangers.iter().filter(|one| ***one != *session.session) {
        let stranger = Arc::new(Key::new(&session.channel, identifier));
        let own = records.change(&stranger, Scope::Head, at, |stranger, _| {
            std::mem::take(&mut stranger.paused_until)
        })?;
        until = until.max(own);
    }
    Ok(Some(until).filter(|until| human::is_paused(*until, at.now)))
}

/// The session of an event. Its identifiers that are nobody's yet are strangers.
fn session<'o>(
    records: &impl Records,
    offer: &Offer<'o>,
    strangers: &mut Vec<&'o str>,
) -> Result<Option<Arc<Key>>, StoreError> {
    let mut look = |given: Identifiers<'o>| -> Result<_, StoreError> {
        let mut owner = |identifier: Option<&'o str>| -> Result<_, StoreError> {
            let Some(identifier) = identifier else {
                return Ok(None);
            };
            let owner = records.owner(offer.channel, identifier)?;
            if owner.is_none() {
                strangers.push(identifier);
            }
            Ok(owner)
        };
        let (phone, user_id, parent) = (
            owner(given.phone)?,
            owner(given.user_id)?,
            owner(given.parent_user_id)?,
        );
        let name = |owner: &'_ Option<Owner>| owner.as_ref().map(|owner| owner.session.clone());
        let (by_phone, by_user, by_parent) = (name(&phone), name(&user_id), name(&parent));
        let known = Known {
            phone: by_phone.as_deref(),
            phone_holder: phone.as_ref().and_then(|owner| owner.user_id.as_deref()),
            user_id: by_user.as_deref(),
            parent_user_id: by_parent.as_deref(),
        };
        let key = |session| Arc::new(Key::new(offer.channel, session));
        Ok((
            identity::find(given, known).map(key),
            identity::name(given, known).map(key),
        ))
    };
    // Who is known under a new identifier is known, even if nobody has kept the former one.
    let (former, former_name) = look(offer.former)?;
    let (present, name) = look(offer.whose())?;
    Ok(former.or(present).or(former_name).or(name))
}
