//! `RobofyEvent`: a place in a table, from which the table and so the event is found. The smallest message takes twenty
//! bytes of a body, and a pointer for each would take more than a body may.

use std::ptr;
use std::sync::Arc;

use robofy_conversation::webhook::{Event, Incoming};

/// One thing that has happened, in one form for every channel. It belongs to the RobofyIncoming that it was read from.
/// Immutable, and of use on any thread. A text that the webhook does not have, or has empty, is NULL.
///
/// Methods:
/// - robofy_event_kind: what it is
/// - robofy_event_id, robofy_event_session_id, robofy_event_channel_id: which message, of whom, to which number
/// - robofy_event_text: what an agent should read
/// - robofy_event_json: all of it
///
/// Since 0.1.0.
pub struct RobofyEvent {
    _place: u8,
}

/// The places of the events of what came in.
pub(crate) struct Places(Box<[Block]>);

/// The block of a place is found by its address.
#[repr(C, align(256))]
struct Block {
    incoming: *const Incoming,
    /// The index of the block's first event.
    first: usize,
    places: [u8; Self::PLACES],
}

impl Block {
    const PLACES: usize = 256 - size_of::<*const Incoming>() - size_of::<usize>();
}

const _: () = assert!(size_of::<Block>() == align_of::<Block>());

// SAFETY: what is read through them is `Incoming`, which any thread may read.
unsafe impl Send for Places {}
// SAFETY: as above.
unsafe impl Sync for Places {}

impl Places {
    /// Of use for as long as `incoming` lives.
    pub(crate) fn of(incoming: &Arc<Incoming>) -> Self {
        let block = |at| Block {
            incoming: Arc::as_ptr(incoming),
            first: at * Block::PLACES,
            places: [0; Block::PLACES],
        };
        let blocks = incoming.len().div_ceil(Block::PLACES);
        Self((0..blocks).map(block).collect())
    }

    /// The place of the event at `index`.
    pub(crate) fn at(&self, index: u32) -> *const RobofyEvent {
        let index = index as usize;
        let block = index / Block::PLACES;
        if block >= self.0.len() {
            return ptr::null();
        }
        // From the whole table, so that its block may be read from there.
        let blocks = self.0.as_ptr();
        // SAFETY: the block is in the table, and the place in the block.
        unsafe {
            let places = (&raw const (*blocks.add(block)).places).cast::<u8>();
            blocks
                .cast::<RobofyEvent>()
                .byte_add(places.addr() - blocks.addr() + index % Block::PLACES)
        }
    }
}

/// The event of a place.
///
/// # Safety
/// `event` is NULL or what [`Places::at`] gave, and what came in lives for `'a`.
pub(crate) unsafe fn event_at<'a>(event: *const RobofyEvent) -> Option<Event<'a>> {
    if event.is_null() {
        return None;
    }
    let block = event
        .map_addr(|address| address & !(size_of::<Block>() - 1))
        .cast::<Block>();
    // SAFETY: the block that the place is in, which is as aligned as it is large.
    let (incoming, first, places) = unsafe {
        (
            (*block).incoming,
            (*block).first,
            &raw const (*block).places,
        )
    };
    // SAFETY: as the caller promises.
    unsafe { &*incoming }.event(first + (event.addr() - places.addr()))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use robofy_conversation::webhook::{Channel, Webhook};

    use super::*;

    #[test]
    fn each_place_is_that_of_its_event() {
        // Over the end of a block; Miri takes minutes for more.
        let count = Block::PLACES as u32 + if cfg!(miri) { 1 } else { 1000 };
        let messages: Vec<_> = (0..count)
            .map(|at| format!(r#"{{"id":"{at}","from":"2"}}"#))
            .collect();
        let body = format!(
            r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"messages":[{}]}}}}]}}]}}"#,
            messages.join(",")
        );
        let webhook = Webhook::new(Channel::Meta, None).unwrap();
        let incoming = webhook.read("", None, body.as_bytes(), UNIX_EPOCH);
        let incoming = Arc::new(incoming.unwrap());
        let places = Places::of(&incoming);
        for at in 0..count {
            // SAFETY: what came in lives to the end of the test.
            let event = unsafe { event_at(places.at(at)) };
            assert_eq!(event.unwrap().id(), Some(&*at.to_string()));
        }
        // SAFETY: NULL.
        assert!(unsafe { event_at(ptr::null()) }.is_none());
    }
}
