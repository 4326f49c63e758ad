//! The events of one body.

use std::fmt;

use super::event::Event;
use super::store::Store;

/// What a webhook's body says. None is normal: answer 200.
pub struct Incoming(pub(super) Store);

impl Incoming {
    /// The events, in the order of the body.
    pub fn events(&self) -> impl ExactSizeIterator<Item = Event<'_>> {
        self.0.rows.iter().map(|row| Event {
            store: &self.0,
            row,
        })
    }

    /// The event at this place of [`events`](Self::events).
    pub fn event(&self, index: usize) -> Option<Event<'_>> {
        let row = self.0.rows.get(index)?;
        Some(Event {
            store: &self.0,
            row,
        })
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.0.rows.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.0.rows.is_empty()
    }

    /// How many messages and statuses have no identifier or no user, and are no event.
    pub fn skipped(&self) -> usize {
        self.0.skipped as usize
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("events", &self.len())
            .field("skipped", &self.skipped())
            .finish_non_exhaustive()
    }
}
