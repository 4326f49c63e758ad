//! The service's request and response as they stand on the wire: no I/O here.

mod event;
mod request;
mod response;
mod surrogates;

pub(crate) use self::event::{Said, decode_event};
pub(crate) use self::request::{Encoded, encode};
pub(crate) use self::response::{Answer, decode_answer, decode_error};

/// Where the chats of this library go, below the base URL (service contract, "Request").
pub(crate) const PATH: &str = "/v1/ai-agent/whatsapp/chat";
