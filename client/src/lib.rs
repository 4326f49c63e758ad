//! A client for [Robofy](https://robofy.ai) AI agents on WhatsApp: one user's message in, the agent's complete answer out.
//!
//! ```no_run
//! use robofy_client::{Client, Options};
//!
//! let client = Client::new("your-api-key", &Options::new())?;
//! let reply = client.whatsapp_chat("your-pid", "your-chatbot-id", Some("918727000000"), "Hello")?;
//! println!("{}", reply.answer());
//! # Ok::<(), robofy_client::Error>(())
//! ```
//!
//! [`Client`] blocks the calling thread. [`AsyncClient`] has the same calls as futures, for any executor:
//!
//! ```no_run
//! # use robofy_client::{AsyncClient, Options};
//! # async fn chat() -> Result<(), robofy_client::Error> {
//! let client = AsyncClient::new("your-api-key", &Options::new())?;
//! let reply = client.whatsapp_chat("your-pid", "your-chatbot-id", Some("918727000000"), "Hello").await?;
//! # Ok(())
//! # }
//! ```
//!
//! For an event loop of one's own, [`Client::submit`] sends without waiting and [`Client::poll`] collects what has become of
//! it; [`Client::poll_fd`] tells when.
//!
//! **Any other call.** [`Client::request`] takes a method and a path, [`Client::upload`] sends files; some calls have types:
//! [`Client::chat_send`], [`Client::leads`], [`Client::inbox_sessions`], [`Client::agent_settings`].
//!
//! **Which to use.** A program with threads: [`Client`]. A program with an executor: [`AsyncClient`]. They differ in who
//! waits, nowhere else.
//!
//! **Sharing.** Make one client per API key and keep it. Clones are the same client, and cheap; everything here may be
//! used from any thread.
//!
//! **Errors.** Each is an [`Error`] with a [`Status`], one line a person can act on, and what the service said.
//! [`Error::is_retryable`] is true if the agent has not seen the message and sending it again may help. The library
//! itself sends again only what the agent cannot have seen: see [`Options::max_retries`] and [`Options::retry_ambiguous`].
//!
//! **Deadlines.** [`Options::timeout`], or [`Message::timeout`], bounds a whole chat, retries and waits included.
//!
//! **Threads.** The first chat starts one, which all clients of the process share; with the last client it ends. A
//! blocking chat over HTTP/1.1 is driven by its own thread.
//!
//! **Secrets.** The API key is in no error and no `Debug` print, and the client's own copies of it are wiped on drop.
//!
//! **Features.** `diagnosis`, off by default, adds a module that walks to the service step by step and names the one that
//! fails.
//!
//! **The name.** The package `robofy` is the C library around this one. It is built as a shared and a static library for
//! other languages and cannot be linked as a crate; hence `robofy-client` for Rust.
//!
//! Unix only, and tested on Linux.
#![deny(unsafe_code)]

mod api;
mod async_client;
mod async_stream;
mod client;
mod completion;
#[cfg(feature = "diagnosis")]
pub mod diagnosis;
mod engine;
mod error;
mod event;
#[doc(hidden)]
pub mod hooks;
mod message;
mod options;
mod path;
mod request;
mod response;
mod secret;
mod stats;
mod stream;
#[allow(unsafe_code)]
mod sys;
mod upload;
mod wire;

pub use api::leads::{Leads, LeadsPage, LeadsQuery};
pub use api::sessions::InboxSession;
pub use api::settings::AgentSettings;
pub use async_client::{AsyncClient, ReplyFuture, ResponseFuture};
pub use async_stream::AsyncEventStream;
pub use client::Client;
pub use completion::Completion;
#[cfg(fuzzing)]
#[doc(hidden)]
pub use engine::fuzzing;
pub use error::{Error, Status};
pub use event::{Event, EventKind};
pub use message::{Message, Reply};
pub use options::{
    DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT, Options,
};
/// For tools that take paths from people.
#[cfg(feature = "diagnosis")]
pub use path::segment;
pub use request::RequestBuilder;
pub use response::Response;
pub use stats::{Latency, Stats};
pub use stream::EventStream;
pub use upload::{Progress, Upload};

/// The README's programs, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
