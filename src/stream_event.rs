//! `RobofyStreamEvent`.

use std::ffi::{CString, c_char};

use robofy_client::{Event, EventKind};

use crate::boundary::guard;
use crate::text::{borrowed, to_c};

/// What an event of a stream is about. The numbers are stable; later versions only append: treat a number that is not known here
/// as ROBOFY_STREAM_EVENT_KIND_OTHER.
///
/// Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub enum RobofyStreamEventKind {
    /// Anything else, known to the service alone: its JSON says what.
    #[default]
    Other = 0,
    /// The next piece of the answer.
    Delta = 1,
    /// A step in the use of a tool.
    Tool = 2,
    /// The conversation that the answer belongs to.
    Session = 3,
    /// The agent has finished its answer. It is not the last event: the session may come after it.
    Finish = 4,
}

impl From<EventKind> for RobofyStreamEventKind {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::Delta => Self::Delta,
            EventKind::Tool => Self::Tool,
            EventKind::Session => Self::Session,
            EventKind::Finish => Self::Finish,
            _ => Self::Other,
        }
    }
}

/// One event of a stream. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_stream_event_kind: what it is about
/// - robofy_stream_event_text: the piece of the answer, the conversation, the reason
/// - robofy_stream_event_name: the tool, or the service's name for the event
/// - robofy_stream_event_json: all of it
/// - robofy_stream_event_free
///
/// Since 0.1.0.
pub struct RobofyStreamEvent {
    kind: RobofyStreamEventKind,
    name: Option<CString>,
    text: Option<CString>,
    json: CString,
}

impl From<Event> for RobofyStreamEvent {
    fn from(event: Event) -> Self {
        Self {
            kind: event.kind().into(),
            name: event.name().map(to_c),
            text: event.text().map(to_c),
            json: to_c(event.json()),
        }
    }
}

/// What the event is about.
///
/// @param event The event to read; may be NULL.
/// @return The kind; ROBOFY_STREAM_EVENT_KIND_OTHER for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_event_kind(
    event: Option<&RobofyStreamEvent>,
) -> RobofyStreamEventKind {
    event.map_or(RobofyStreamEventKind::Other, |event| event.kind)
}

/// The piece of the answer at a delta, the conversation at a session, the reason at a finish that gives one.
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL at any other event, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_event_text(event: Option<&RobofyStreamEvent>) -> *const c_char {
    borrowed(event.and_then(|event| event.text.as_ref()))
}

/// The tool's name at a tool event that has one, which is where its use begins; at any other event the service's own
/// name for it, for example "text-delta".
///
/// @param event The event to read; may be NULL.
/// @return A text borrowed from the event; NULL if the service named none, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_event_name(event: Option<&RobofyStreamEvent>) -> *const c_char {
    borrowed(event.and_then(|event| event.name.as_ref()))
}

/// The event's data as it was received.
///
/// @param event The event to read; may be NULL.
/// @return The text of a JSON value, most often an object, borrowed from the event; NULL only for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_event_json(event: Option<&RobofyStreamEvent>) -> *const c_char {
    borrowed(event.map(|event| &event.json))
}

/// Frees an event and the strings that were read from it.
///
/// @param event What robofy_stream_next returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_stream_event_free(event: Option<Box<RobofyStreamEvent>>) {
    guard(|| drop(event));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_rust_client() {
        for kind in [
            EventKind::Other,
            EventKind::Delta,
            EventKind::Tool,
            EventKind::Session,
            EventKind::Finish,
        ] {
            assert_eq!(kind as i32, RobofyStreamEventKind::from(kind) as i32);
        }
    }
}
