//! The people of a history: what they show of themselves, and the session that is expected of it.

use crate::inbox::conformance::rng::Rng;

#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) channel: &'static str,
    pub(super) phone: String,
    pub(super) user_id: Option<String>,
    /// The names that the session may have; more than one if the store may have forgotten the person.
    pub(super) names: Vec<String>,
    pub(super) has_shown: [bool; 2],
    /// The same, whatever the store may have forgotten.
    has_ever_shown: [bool; 2],
    is_linked: bool,
    may_be_forgotten: bool,
    /// A number that was this person's, as the store knows.
    pub(super) given_up: Option<String>,
    seen_at: i64,
    renumbered: u32,
    index: u32,
}

/// A phone number and a user identifier, as far as they are shown.
pub(super) type Shown = (Option<String>, Option<String>);

impl Actor {
    pub(super) fn all() -> Vec<Self> {
        let actor = |index: u32| Self {
            channel: if index == 4 { "two" } else { "one" },
            phone: format!("1555{index}"),
            user_id: (index % 2 == 1).then(|| format!("US.{index}")),
            names: Vec::new(),
            has_shown: [false; 2],
            has_ever_shown: [false; 2],
            is_linked: false,
            may_be_forgotten: false,
            given_up: None,
            seen_at: 0,
            renumbered: 0,
            index,
        };
        (0..5).map(actor).collect()
    }

    /// The session's name, if it is known.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.names[..] {
            [name] if !self.may_be_forgotten => Some(name),
            _ => None,
        }
    }

    /// An identifier that no event has had.
    pub(super) fn unshown(&self, chosen: u32) -> Option<&str> {
        let all = [Some(&self.phone), self.user_id.as_ref()];
        let unshown = (0..2).filter(|one| !self.has_ever_shown[*one]);
        let unshown: Vec<_> = unshown.filter_map(|one| all[one]).collect();
        let chosen = unshown.get(chosen as usize % unshown.len().max(1));
        chosen.map(|one| one.as_str())
    }

    /// What an event that the store looks at has of the person.
    pub(super) fn show(&mut self, chosen: u32, now: i64) -> Shown {
        let (phone, user_id) = match (&self.user_id, self.is_linked && !self.may_be_forgotten) {
            (None, _) => (true, false),
            (Some(_), false) => (chosen.is_multiple_of(2), true),
            (Some(_), true) => (!chosen.is_multiple_of(3), chosen % 3 != 1),
        };
        self.seen(phone, user_id, now);
        self.identifiers(phone, user_id)
    }

    /// What an event has that the store does not look at.
    pub(super) fn repeat(&self) -> Shown {
        self.identifiers(true, true)
    }

    /// Another number, or another identifier: what is new, and what it replaces. `None`: nobody knows the person.
    pub(super) fn renumber(&mut self, rng: &mut Rng, now: i64) -> Option<(Shown, Shown)> {
        if self.names.is_empty() || self.may_be_forgotten {
            return None;
        }
        self.renumbered += 1;
        if rng.one_in(2) && self.has_shown[1] {
            let new = format!("US.{}x{}", self.index, self.renumbered);
            let former = self.user_id.replace(new);
            self.seen(false, true, now);
            return Some((self.identifiers(false, true), (None, former)));
        }
        let new = format!("1555{}{}", self.index, self.renumbered);
        let former = std::mem::replace(&mut self.phone, new);
        if self.has_shown == [true; 2] {
            self.given_up = Some(former.clone());
        }
        self.seen(true, self.user_id.is_some(), now);
        Some((self.identifiers(true, true), (Some(former), None)))
    }

    /// Whether another may have the number that this person has given up.
    pub(super) fn may_give(&self) -> bool {
        self.given_up.is_some() && !self.may_be_forgotten
    }

    /// Gets a number that another person had, and shows it. Nothing is to be forgotten from then on: a store could take one
    /// for the other.
    pub(super) fn inherit(&mut self, phone: String, now: i64) -> Shown {
        self.phone = phone;
        self.seen(true, true, now);
        self.identifiers(true, true)
    }

    /// Whether the store knows the person by an identifier that stays.
    pub(super) fn is_sure(&self) -> bool {
        self.has_shown[1] && !self.may_be_forgotten
    }

    /// The store has purged.
    pub(super) fn purged(&mut self, now: i64, dedup_ms: i64) {
        self.may_be_forgotten |= !self.names.is_empty() && self.seen_at + dedup_ms <= now;
    }

    fn seen(&mut self, phone: bool, user_id: bool, now: i64) {
        let first = if phone {
            Some(&self.phone)
        } else {
            self.user_id.as_ref()
        };
        if (self.names.is_empty() || self.may_be_forgotten)
            && let Some(first) = first
            && !self.names.contains(first)
        {
            self.names.push(first.clone());
        }
        if self.may_be_forgotten {
            (self.may_be_forgotten, self.is_linked, self.has_shown) = (false, false, [false; 2]);
        }
        self.has_ever_shown = [
            self.has_ever_shown[0] || phone,
            self.has_ever_shown[1] || user_id,
        ];
        self.is_linked |= phone && user_id;
        self.has_shown = [self.has_shown[0] || phone, self.has_shown[1] || user_id];
        self.seen_at = now;
    }

    fn identifiers(&self, phone: bool, user_id: bool) -> Shown {
        (
            phone.then(|| self.phone.clone()),
            self.user_id.clone().filter(|_| user_id),
        )
    }
}
