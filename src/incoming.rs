//! `RobofyIncoming`.

use std::ptr;
use std::sync::Arc;

use robofy_conversation::webhook::Incoming;

use crate::boundary::guard;
use crate::place::{Places, RobofyEvent};

/// What a webhook's body says: its events, in their order. Immutable, and of use on any thread.
///
/// Methods:
/// - robofy_webhook_read: where it comes from
/// - robofy_incoming_count, robofy_incoming_event
/// - robofy_incoming_skipped: what was no event
/// - robofy_incoming_free
///
/// Since 0.1.0.
pub struct RobofyIncoming {
    incoming: Arc<Incoming>,
    places: Places,
}

impl From<Incoming> for RobofyIncoming {
    fn from(incoming: Incoming) -> Self {
        let incoming = Arc::new(incoming);
        let places = Places::of(&incoming);
        Self { incoming, places }
    }
}

/// How many events there are. None is normal: answer 200.
///
/// @param incoming What came in; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_incoming_count(incoming: Option<&RobofyIncoming>) -> u32 {
    incoming.map_or(0, |incoming| incoming.incoming.len() as u32)
}

/// One event.
///
/// @param incoming What came in; may be NULL.
/// @param index    Which one, from 0 on.
/// @return An event that belongs to what came in; NULL if there are not so many, and for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_incoming_event(
    incoming: Option<&RobofyIncoming>,
    index: u32,
) -> *const RobofyEvent {
    incoming
        .filter(|incoming| (index as usize) < incoming.incoming.len())
        .map_or(ptr::null(), |incoming| incoming.places.at(index))
}

/// How many messages and statuses have no identifier or no user, and so are no event. Worth a line in a log: something has
/// changed at the channel.
///
/// @param incoming What came in; may be NULL.
/// @return Their number; 0 for NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_incoming_skipped(incoming: Option<&RobofyIncoming>) -> u32 {
    incoming.map_or(0, |incoming| incoming.incoming.skipped() as u32)
}

/// Frees what came in and its events.
///
/// @param incoming What robofy_webhook_read returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_incoming_free(incoming: Option<Box<RobofyIncoming>>) {
    guard(|| drop(incoming));
}
