//! What an agent's answer consists of while it is written.

/// What an [`Event`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum EventKind {
    /// Anything else, known to the service alone: its [`json`](Event::json) says what.
    Other = 0,
    /// The next piece of the answer (`text-delta`).
    Delta = 1,
    /// A step in the use of a tool (`tool-input-start`, `tool-output-available` and others).
    Tool = 2,
    /// The conversation that the answer belongs to (`data-session`).
    Session = 3,
    /// The agent has finished its answer (`finish`). It is not the last event: the session may come after it.
    Finish = 4,
}

/// One event of an [`EventStream`](crate::EventStream).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(crate) kind: EventKind,
    pub(crate) name: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) json: String,
}

impl Event {
    /// What it is about.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The tool's name at a [`Tool`](EventKind::Tool) event that has one, which is where its use begins; the service's own
    /// name for any other event, for example `text-delta`. `None` if the service named none.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The piece of the answer at a [`Delta`](EventKind::Delta), the conversation at a [`Session`](EventKind::Session),
    /// the reason at a [`Finish`](EventKind::Finish) that gives one; else `None`.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The event's data as it was received: JSON, most often an object.
    pub fn json(&self) -> &str {
        &self.json
    }
}
