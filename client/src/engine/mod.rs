//! How a request gets its response.
//!
//! A chat's way: [`Engine::call`] picks who drives the connection, [`chat`] makes the attempts, [`attempt`] exchanges one
//! request and response on a lane, [`response`] and [`failure`] say what came of it.

mod alarm;
mod attempt;
mod body;
mod callers;
mod chat;
mod clock;
mod dial;
mod dns;
mod failure;
#[allow(unsafe_code)]
pub(crate) mod fork;
mod lanes;
mod line;
mod link;
mod negotiated;
mod park;
mod process;
mod proxy;
mod response;
pub(crate) mod retry;
mod runtime;
#[allow(unsafe_code)]
mod signals;
#[allow(unsafe_code)]
mod socket;
mod transport;
mod trust;

use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, mpsc};

use reqwest::Url;
use tokio::time::sleep_until;

pub(crate) use self::chat::{Account, Chat};
use self::process::Shared;
use self::proxy::Proxy;
use self::runtime::Runtime;
pub(crate) use self::transport::Route;
use self::transport::{Protocol, Transport};
use self::trust::Trust;
use crate::error::{Error, Status};
use crate::message::Reply;
use crate::secret::Secret;

/// Reads what a client's connections depend on: the proxy settings and the trust roots. Starts nothing.
pub(crate) fn route(
    endpoint: &Url,
    proxy: Option<&Secret>,
    ca_file: Option<&Path>,
) -> Result<Arc<Route>, Error> {
    let shared = Shared::get()?;
    let proxy = Proxy::choose(proxy, endpoint)?;
    let trust = Trust::load(shared, ca_file)?;
    if endpoint.scheme() == "https" {
        trust.must_not_be_empty()?;
    }
    Ok(shared.intern(Route::new(endpoint, proxy, trust)))
}

/// A client's share of the process-wide machinery; made on the first chat in each process.
pub(crate) struct Engine {
    // Dropped in this order: the last runtime ends after the connections that live on it.
    transport: Arc<Transport>,
    runtime: Arc<Runtime>,
}

impl Engine {
    pub(crate) fn start(route: &Arc<Route>) -> Result<Self, Error> {
        let (runtime, transport) = Shared::get()?.transport(route)?;
        Ok(Self { transport, runtime })
    }

    /// Runs a chat and waits for it on the calling thread.
    pub(crate) fn call(&self, chat: Chat) -> Result<Reply, Error> {
        if self.transport.protocol() == Protocol::Http1
            && let Some(callers) = &self.transport.callers
        {
            let mut seat = callers.lane();
            let result = seat.run(&chat);
            if leaves_connection_usable(&result) {
                seat.keep();
            }
            return result;
        }
        self.wait_for(chat)
    }

    /// Runs a chat on the process-wide runtime while the calling thread sleeps.
    fn wait_for(&self, chat: Chat) -> Result<Reply, Error> {
        let handle = self.runtime.handle().ok_or_else(gone)?;
        let mut way = self.transport.lanes.clone();
        let (done, result) = mpsc::sync_channel(1);
        handle.spawn(async move {
            let mut alarm = pin!(sleep_until(chat.deadline.into()));
            _ = done.send(chat.run(&mut way, &mut alarm).await);
        });
        result.recv().unwrap_or_else(|_| Err(gone()))
    }
}

/// A whole response was read, whatever it said; after anything else the connection may be in any state.
fn leaves_connection_usable(result: &Result<Reply, Error>) -> bool {
    match result {
        Ok(_) => true,
        Err(error) => {
            error.http_status().is_some()
                && error.status() != Status::Protocol
                && error.status() != Status::Interrupted
        }
    }
}

fn gone() -> Error {
    Error::new(
        Status::Cancelled,
        "the client was freed while the call was waiting",
    )
}
