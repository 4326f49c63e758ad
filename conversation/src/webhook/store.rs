//! The events of one body, kept in one text: whatever a body holds, they take less than three times its size.

use super::kind::{Field, Kind};

#[derive(Default)]
pub(super) struct Store {
    /// Each field's value, and a NUL behind each.
    pub(super) text: String,
    pub(super) entries: Vec<Entry>,
    pub(super) rows: Vec<Row>,
    pub(super) scopes: Vec<Scope>,
    pub(super) skipped: u32,
}

/// Where a field's value is in the text. The field is in the length's upper eight bits.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) length: u32,
}

/// An event: its own entries, and what it shares with others.
pub(super) struct Row {
    pub(super) entries: u32,
    pub(super) scope: u32,
    pub(super) count: u8,
    pub(super) kind: Kind,
}

/// What several events have in common: the channel, or one of its users.
pub(super) struct Scope {
    pub(super) entries: u32,
    pub(super) parent: u32,
    pub(super) count: u8,
}

/// No scope.
pub(super) const NONE: u32 = u32::MAX;
pub(super) const LENGTH_BITS: u32 = 24;

impl Store {
    /// A field's value and the NUL behind it: the event's own, else its user's, else its channel's.
    pub(super) fn field(&self, row: &Row, field: Field) -> Option<&str> {
        if field == Field::SessionId {
            return self
                .field(row, Field::Phone)
                .or_else(|| self.field(row, Field::UserId));
        }
        let own = self.entry(row.entries, row.count, field);
        // An error beside the messages says why one of them is unsupported.
        if field == Field::ErrorCode && row.kind != Kind::Unsupported {
            return own;
        }
        own.or_else(|| self.shared(row.scope, field))
    }

    pub(super) fn shared(&self, mut scope: u32, field: Field) -> Option<&str> {
        while let Some(at) = self.scopes.get(scope as usize) {
            if let Some(value) = self.entry(at.entries, at.count, field) {
                return Some(value);
            }
            scope = at.parent;
        }
        None
    }

    fn entry(&self, start: u32, count: u8, field: Field) -> Option<&str> {
        let start = start as usize;
        let entries = self.entries.get(start..start + usize::from(count))?;
        let entry = entries
            .iter()
            .rev()
            .find(|entry| entry.length >> LENGTH_BITS == field as u32)?;
        let length = entry.length & ((1 << LENGTH_BITS) - 1);
        self.text
            .get(entry.start as usize..(entry.start + length + 1) as usize)
    }
}
