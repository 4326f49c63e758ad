//! The C interface of `robofy`: pointers in, pointers out, a panic boundary, nothing else.
//!
//! The comments on exported items are written for the C reader: cbindgen copies them into `include/robofy.h`, whose
//! opening chapter has the rules that hold for every function, what the caller has to keep to among them.
#![allow(clippy::missing_safety_doc)]

// In the order of the header.
mod version;

mod options;

mod client;

mod message;

mod reply;

mod call;

mod request;

mod response;

mod upload;

mod leads;

mod sessions;

mod settings;

mod completion;

mod stream;

mod stream_event;

mod parts;

mod webhook;

mod incoming;

mod event;

mod event_kind;

mod inbox_options;

mod inbox_texts;

mod inbox;

mod offer;

mod outcome;

mod error;

mod boundary;
mod cancellation;
mod place;
mod polling;
mod text;

#[cfg(fuzzing)]
mod fuzzing;
