//! Fills a [`Store`].

use memchr::memchr;

use super::json::Value;
use super::kind::{Field, Kind};
use super::store::{Entry, LENGTH_BITS, NONE, Row, Scope, Store};

/// Appends events one after another. What is put between two of them belongs to the one that ends.
pub(super) struct Builder {
    store: Store,
    /// Where the entries of the event under way begin.
    begin: usize,
    body: usize,
    /// How much of the body the events are.
    read: usize,
}

/// How far a builder had come.
pub(super) struct Mark {
    text: usize,
    entries: usize,
    rows: usize,
    skipped: u32,
}

impl Builder {
    pub(super) fn new(body: usize) -> Self {
        let mut store = Store::default();
        store.text.reserve_exact(body + body / 16);
        Self {
            store,
            begin: 0,
            body,
            read: 0,
        }
    }

    pub(super) fn finish(self) -> Store {
        self.store
    }

    /// A string or a number; anything else, and an empty one, is nothing.
    pub(super) fn put(&mut self, field: Field, value: Value<'_>) {
        if value.is_word() {
            self.compose(field, value.json().len(), |text| {
                value.append(text);
            });
        }
    }

    pub(super) fn put_str(&mut self, field: Field, value: &str) {
        self.compose(field, value.len(), |text| {
            let mut rest = value;
            // C has no NUL in a string.
            while let Some(at) = memchr(0, rest.as_bytes()) {
                text.push_str(rest.get(..at).unwrap_or_default());
                text.push(char::REPLACEMENT_CHARACTER);
                rest = rest.get(at + 1..).unwrap_or_default();
            }
            text.push_str(rest);
        });
    }

    /// A value that `write` appends, of about `length` bytes.
    pub(super) fn compose(&mut self, field: Field, length: usize, write: impl FnOnce(&mut String)) {
        let text = &mut self.store.text;
        if text.capacity() - text.len() <= length {
            text.reserve_exact((length + 1).max(self.body / 16));
        }
        let start = text.len();
        write(text);
        let length = text.len() - start;
        if length == 0 || length >= 1 << LENGTH_BITS {
            return text.truncate(start);
        }
        text.push('\0');
        self.entry(field, start, length);
    }

    /// The value of `field` is what `of` ends with, from this byte.
    pub(super) fn put_tail(&mut self, field: Field, of: Field, from: usize) {
        let own = self.store.entries.get(self.begin..).unwrap_or_default();
        let whole = own
            .iter()
            .rev()
            .find(|entry| entry.length >> LENGTH_BITS == of as u32)
            .copied();
        if let Some(Entry { start, length }) = whole {
            let length = (length & ((1 << LENGTH_BITS) - 1)) as usize;
            if from < length {
                self.entry(field, start as usize + from, length - from);
            }
        }
    }

    /// The event under way is complete, and this is its JSON.
    pub(super) fn end(&mut self, kind: Kind, json: &str) {
        self.put_str(Field::Json, json);
        self.read += json.len();
        let (entries, count) = self.take();
        let step = self.step(self.store.rows.len(), size_of::<Row>());
        let row = Row {
            entries,
            scope: NONE,
            count,
            kind,
        };
        push(&mut self.store.rows, row, step);
    }

    /// The scope under way is complete; if nothing is in it, it is its parent.
    pub(super) fn end_scope(&mut self, parent: u32) -> u32 {
        let (entries, count) = self.take();
        if count == 0 {
            return parent;
        }
        let step = self.body / 32 / size_of::<Scope>();
        push(
            &mut self.store.scopes,
            Scope {
                entries,
                parent,
                count,
            },
            step,
        );
        self.store.scopes.len() as u32 - 1
    }

    /// What was put since the last event is none: it has no identifier or no user.
    pub(super) fn skip(&mut self) {
        self.store.entries.truncate(self.begin);
        self.store.skipped += 1;
    }

    /// Whether a field was put since the last event.
    pub(super) fn has(&self, field: Field) -> bool {
        let own = self.store.entries.get(self.begin..).unwrap_or_default();
        own.iter()
            .any(|entry| entry.length >> LENGTH_BITS == field as u32)
    }

    pub(super) fn has_user(&self) -> bool {
        [Field::Phone, Field::UserId, Field::GroupId]
            .into_iter()
            .any(|field| self.has(field))
    }

    /// What [`rewind`](Self::rewind) goes back to.
    pub(super) fn mark(&self) -> Mark {
        let Store {
            text,
            entries,
            rows,
            skipped,
            ..
        } = &self.store;
        Mark {
            text: text.len(),
            entries: entries.len(),
            rows: rows.len(),
            skipped: *skipped,
        }
    }

    /// Forgets the events since the mark.
    pub(super) fn rewind(&mut self, mark: &Mark) {
        self.store.text.truncate(mark.text);
        self.store.entries.truncate(mark.entries);
        self.store.rows.truncate(mark.rows);
        self.store.skipped = mark.skipped;
        self.begin = mark.entries;
    }

    /// Whether there is neither an event nor a skipped one since the mark.
    pub(super) fn is_at(&self, mark: &Mark) -> bool {
        self.store.rows.len() == mark.rows && self.store.skipped == mark.skipped
    }

    pub(super) fn len(&self) -> usize {
        self.store.rows.len()
    }

    /// Gives each event from `first` on its scope, and takes those out that belong to nobody.
    pub(super) fn settle(&mut self, first: usize, scope: impl Fn(&Store, &Row) -> u32) {
        let mut rows = std::mem::take(&mut self.store.rows);
        let mut kept = first;
        for at in first..rows.len() {
            let Some(row) = rows.get_mut(at) else { break };
            row.scope = scope(&self.store, row);
            let has = |field| self.store.field(row, field).is_some();
            // Without an identifier it is no message, but news of the channel.
            if has(Field::SessionId) || has(Field::GroupId) || !has(Field::Id) {
                rows.swap(kept, at);
                kept += 1;
            }
        }
        self.store.skipped += (rows.len() - kept) as u32;
        rows.truncate(kept);
        self.store.rows = rows;
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    fn entry(&mut self, field: Field, start: usize, length: usize) {
        let entry = Entry {
            start: start as u32,
            length: length as u32 | (field as u32) << LENGTH_BITS,
        };
        let step = self.step(self.store.entries.len(), size_of::<Entry>());
        push(&mut self.store.entries, entry, step);
    }

    /// By how much a list of this length is to grow: by a part of the body's size, or to what the rest of the body will need, if that is as what was
    /// read. Each time that it grows, it may have to be copied.
    fn step(&self, length: usize, size: usize) -> usize {
        let rest = self.body.saturating_sub(self.read);
        let expected = (length as u64 * rest as u64).checked_div(self.read as u64);
        let expected = usize::try_from(expected.unwrap_or(0)).unwrap_or(0);
        expected.min(self.body / size).max(self.body / 32 / size)
    }

    fn take(&mut self) -> (u32, u8) {
        let (begin, end) = (self.begin, self.store.entries.len());
        self.begin = end;
        (begin as u32, (end - begin) as u8)
    }
}

/// Grows by a part of the body's size: doubling would take more than is kept.
fn push<T>(list: &mut Vec<T>, item: T, step: usize) {
    if list.len() == list.capacity() {
        list.reserve_exact(step.max(4));
    }
    list.push(item);
}
