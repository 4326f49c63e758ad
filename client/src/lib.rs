//! A blocking client for [Robofy](https://robofy.ai) AI agents on WhatsApp: one message in, one answer out.
//!
//! ```no_run
//! use robofy_client::{Client, Options};
//!
//! let client = Client::new("your API key", &Options::new())?;
//! let reply = client.whatsapp_chat("your pid", "your chatbot_id", Some("918727000000"), "Hello")?;
//! println!("{}", reply.answer());
//! # Ok::<(), robofy_client::Error>(())
//! ```
//!
//! A message that the agent may have seen is not sent twice: see [`Options::retry_ambiguous`].
#![deny(unsafe_code)]

mod async_client;
mod client;
mod engine;
mod error;
mod message;
mod options;
mod secret;
mod stats;
mod wire;

pub use async_client::{AsyncClient, ReplyFuture};
pub use client::Client;
#[cfg(fuzzing)]
#[doc(hidden)]
pub use engine::fuzzing;
pub use error::{Error, Status};
pub use message::{Completion, Message, Reply};
pub use options::{
    DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT, Options,
};
pub use stats::{Latency, Stats};
