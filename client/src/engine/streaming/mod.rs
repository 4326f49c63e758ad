//! An answer that comes in server-sent events: from the bytes of a response to whoever waits for the events.

mod chunks;
pub(crate) mod faults;
mod frames;
mod queue;
mod reader;

pub(crate) use self::chunks::{Chunks, poll_collect, poll_data};
pub(crate) use self::frames::MAX_EVENT_BYTES;
#[cfg(fuzzing)]
pub(crate) use self::frames::{Frame, Frames};
pub(crate) use self::queue::{Next, Producer, Queue};
pub(crate) use self::reader::{Fault, Reader, Step};
