//! The service's request and response as they stand on the wire: no I/O here.

mod endpoint;
mod envelope;
mod event;
mod request;
mod response;
mod surrogates;

pub(crate) use self::endpoint::Endpoint;
pub(crate) use self::envelope::{elements, find_data, members, scalar};
pub(crate) use self::event::{Said, decode_event};
pub(crate) use self::request::{Encoded, encode};
pub(crate) use self::response::{Answer, decode_answer, decode_error};
