//! Whose message it is: a contact is found by its identifier, else by its phone number, else it is the only one.

use crate::sorting::sort;
use crate::webhook::builder::Builder;
use crate::webhook::json::Value;
use crate::webhook::kind::Field;
use crate::webhook::store::{Row, Store};

/// Meta sends at most 1 000 updates in one body; what is beyond is not looked at.
const MOST: usize = 1000;

/// The contacts of a change, as scopes in the order of their identifiers and of their phone numbers.
pub(super) struct People {
    by_user_id: Vec<u32>,
    by_phone: Vec<u32>,
    only: Option<u32>,
}

impl People {
    pub(super) fn read(contacts: Value<'_>, builder: &mut Builder, channel: u32) -> Self {
        let (mut all, mut count) = (Vec::new(), 0);
        contacts.items(|contact| {
            count += 1;
            if count > MOST {
                return;
            }
            let [phone, user_id, parent_user_id, profile] =
                contact.pick(["wa_id", "user_id", "parent_user_id", "profile"]);
            let [name, username] = profile.pick(["name", "username"]);
            builder.put(Field::Phone, phone);
            builder.put(Field::UserId, user_id);
            builder.put(Field::ParentUserId, parent_user_id);
            builder.put(Field::Name, name);
            builder.put(Field::Username, username);
            all.push(builder.end_scope(channel));
        });
        let store = builder.store();
        let sorted = |field| {
            let mut scopes = all.clone();
            scopes.retain(|&scope| store.shared(scope, field).is_some());
            sort(&mut scopes, |a, b| {
                store.shared(*a, field).cmp(&store.shared(*b, field))
            });
            scopes
        };
        Self {
            by_user_id: sorted(Field::UserId),
            by_phone: sorted(Field::Phone),
            // Of several, the first one's name and number may be somebody else's.
            only: all.first().copied().filter(|_| count == 1),
        }
    }

    pub(super) fn of(&self, store: &Store, row: &Row) -> Option<u32> {
        let find = |scopes: &[u32], field| {
            if scopes.is_empty() {
                return None;
            }
            let wanted = store.field(row, field)?;
            let found =
                scopes.binary_search_by_key(&Some(wanted), |&scope| store.shared(scope, field));
            found.ok().and_then(|at| scopes.get(at).copied())
        };
        let known = |scope| store.shared(scope, Field::UserId).is_some();
        find(&self.by_user_id, Field::UserId)
            .or_else(|| find(&self.by_phone, Field::Phone))
            .or_else(|| {
                let another = |scope| known(scope) && store.field(row, Field::UserId).is_some();
                self.only.filter(|&scope| !another(scope))
            })
    }
}
