//! A local stand-in for the Robofy service.
//!
//! It speaks the contract of `POST /v1/ai-agent/whatsapp/chat` over HTTP/1.1, HTTP/2 and TLS, remembers each
//! session's conversation, records what it received, and misbehaves when a message tells it to. The directives are
//! listed in the README beside this crate.
//!
//! ```no_run
//! use robofy_standin::{Standin, Tls};
//!
//! let standin = Standin::builder().tls(Tls::Valid).start();
//! println!("{} trusts {}", standin.base_url(), standin.ca_file().display());
//! ```

mod api;
mod background;
mod builder;
mod certificates;
mod chat;
mod connection;
mod contract;
mod control;
mod conversation;
mod delivery;
mod directive;
mod events;
mod payload;
mod record;
mod reply;
mod serve;
mod service;
mod standin;
mod stats;
mod stream;
mod stream_directive;
mod words;

pub use builder::Builder;
pub use certificates::Tls;
pub use record::RecordedRequest;
pub use serve::HttpVersions;
pub use standin::Standin;
pub use stats::Stats;
