//! Whose message it is. A person has up to three identifiers, and they come and go (Meta, "Business-scoped user IDs").

/// The identifiers that an event has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identifiers<'a> {
    /// The phone number.
    pub phone: Option<&'a str>,
    /// The identifier without a phone number.
    pub user_id: Option<&'a str>,
    /// The identifier that all businesses of a portfolio see.
    pub parent_user_id: Option<&'a str>,
}

impl<'a> Identifiers<'a> {
    /// Those of a user whom somebody else's program names: by a phone number, an address of WhatsApp Web, or an identifier
    /// without a phone number.
    pub fn of(user: &'a str) -> Self {
        let user = plain(user);
        match business_scoped(user) {
            None => Self {
                phone: Some(user),
                ..Self::default()
            },
            Some(Scope::Business) => Self {
                user_id: Some(user),
                ..Self::default()
            },
            Some(Scope::Portfolio) => Self {
                parent_user_id: Some(user),
                ..Self::default()
            },
        }
    }

    /// Those that there are, in the order in which one of them names a new session.
    pub fn each(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        [self.phone, self.user_id, self.parent_user_id]
            .into_iter()
            .flatten()
    }
}

/// A phone number as channels write it, without its `+`; anything else as it is.
pub fn plain(identifier: &str) -> &str {
    let number = identifier.strip_prefix('+').unwrap_or(identifier);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { number } else { identifier }
}

/// Who sees an identifier that Meta gives in place of a phone number.
enum Scope {
    Business,
    Portfolio,
}

/// `US.13491208655302741918`, or with `ENT.` after the country (Meta, "Business-scoped user IDs"). Meta takes it for
/// `recipient` alone: in `to` it is accepted, and the message is lost.
fn business_scoped(identifier: &str) -> Option<Scope> {
    let (country, id) = identifier.split_once('.')?;
    let (scope, id) = match id.strip_prefix("ENT.") {
        Some(id) => (Scope::Portfolio, id),
        None => (Scope::Business, id),
    };
    let is_one = country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then_some(scope)
}

/// The sessions that the identifiers are known to belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known<'a> {
    /// That of the phone number.
    pub phone: Option<&'a str>,
    /// The user identifier under which that session was last seen.
    pub phone_holder: Option<&'a str>,
    /// That of the user identifier.
    pub user_id: Option<&'a str>,
    /// That of the parent's.
    pub parent_user_id: Option<&'a str>,
}

/// The known session of these identifiers.
///
/// A user identifier belongs to one person for good, and goes first. A phone number passes from person to person: one that
/// comes with another's identifier is somebody else.
pub fn find<'a>(given: Identifiers<'a>, known: Known<'a>) -> Option<&'a str> {
    let parent = known.parent_user_id.filter(|_| known.phone.is_none());
    let phone = known.phone.filter(|_| !has_passed_on(given, known));
    known.user_id.or(phone).or(parent)
}

/// The name of a new session; `None`: the event has no identifier. The others are to be kept as its aliases.
pub fn name<'a>(given: Identifiers<'a>, known: Known<'a>) -> Option<&'a str> {
    given
        .user_id
        .filter(|_| has_passed_on(given, known))
        .or_else(|| given.each().next())
}

fn has_passed_on(given: Identifiers<'_>, known: Known<'_>) -> bool {
    matches!((known.phone_holder, given.user_id), (Some(holder), Some(user_id)) if holder != user_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: Option<&str> = Some("1555");
    const U: Option<&str> = Some("US.1");
    const V: Option<&str> = Some("US.2");
    const E: Option<&str> = Some("US.ENT.1");

    #[test]
    fn what_a_program_calls_a_user() {
        for (user, expected) in [
            ("1555", [P, None, None]),
            ("+1555", [P, None, None]),
            ("US.1", [None, U, None]),
            ("US.ENT.1", [None, None, E]),
            ("1555@c.us", [Some("1555@c.us"), None, None]),
            ("+1555@c.us", [Some("+1555@c.us"), None, None]),
            ("us.1", [Some("us.1"), None, None]),
            ("US.", [Some("US."), None, None]),
            ("US.1.2", [Some("US.1.2"), None, None]),
            ("+", [Some("+"), None, None]),
            ("", [Some(""), None, None]),
        ] {
            let found = Identifiers::of(user);
            let found = [found.phone, found.user_id, found.parent_user_id];
            assert_eq!(found, expected, "{user:?}");
        }
    }

    #[test]
    fn whose_message_it_is() {
        // phone, user_id, parent; sessions by phone, its holder, by user_id, by parent; the session
        for (phone, user_id, parent, by_phone, holder, by_user, by_parent, session, why) in [
            (P, None, None, None, None, None, None, P, "a phone alone"),
            (None, U, None, None, None, None, None, U, "a user alone"),
            (
                P,
                U,
                E,
                None,
                None,
                None,
                None,
                P,
                "the phone names a new session",
            ),
            (
                None,
                U,
                None,
                None,
                None,
                P,
                None,
                P,
                "the phone has gone, the session stays",
            ),
            (P, U, None, P, U, P, None, P, "all known"),
            (
                P,
                U,
                None,
                None,
                None,
                U,
                None,
                U,
                "first seen without a phone",
            ),
            (
                P,
                U,
                None,
                P,
                None,
                U,
                None,
                U,
                "two sessions turn out to be one person",
            ),
            (
                P,
                U,
                None,
                P,
                None,
                None,
                None,
                P,
                "a phone is seen with its user for the first time",
            ),
            (P, None, None, P, U, None, None, P, "the user does not show"),
            (
                P,
                V,
                None,
                P,
                U,
                None,
                None,
                V,
                "the number has passed to another person",
            ),
            (P, V, None, P, U, V, None, V, "who is known already"),
            (
                None,
                V,
                E,
                None,
                None,
                None,
                P,
                P,
                "another number of one portfolio",
            ),
            (
                P,
                V,
                E,
                P,
                U,
                None,
                P,
                V,
                "a known parent does not undo that",
            ),
            (None, None, None, None, None, None, None, None, "nobody"),
        ] {
            let given = Identifiers {
                phone,
                user_id,
                parent_user_id: parent,
            };
            let known = Known {
                phone: by_phone,
                phone_holder: holder,
                user_id: by_user,
                parent_user_id: by_parent,
            };
            assert_eq!(find(given, known).or(name(given, known)), session, "{why}");
        }
    }
}
