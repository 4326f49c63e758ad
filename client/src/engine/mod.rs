//! How a request gets its response.
//!
//! A chat's way: [`Engine::call`] and [`Engine::submit`] accept it, [`chat`] waits for its turn and makes the attempts,
//! [`attempt`] exchanges one request and response on a lane, over HTTP/2 on a [`stream`] of the lane's [`connection`],
//! [`errors`] say what came of it, and [`completion`] keeps that for whoever submitted it.
//! [`Engine::begin`] is for those who await it.

mod admission;
mod alarm;
mod attempt;
mod body;
mod callers;
mod chat;
mod clock;
mod completion;
mod connect;
mod connection;
mod dial;
mod errors;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gate;
mod lane;
mod lanes;
mod legacy;
mod line;
mod lingering;
mod link;
mod metrics;
mod negotiated;
pub(crate) mod park;
mod process;
mod pulse;
pub(crate) mod retry;
mod seat;
mod service;
mod shared;
mod stream;
mod traffic;
mod transport;

use std::io;
use std::os::fd::RawFd;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use reqwest::Url;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::sleep_until;

use self::chat::Chat;
pub(crate) use self::chat::Outgoing;
pub(crate) use self::completion::awaited::Awaited;
use self::service::Protocol;
use self::shared::Shared;
pub(crate) use self::traffic::Account;
use self::traffic::Traffic;
pub(crate) use self::transport::Route;
use self::transport::Transport;
use crate::engine::admission::limit::Permit;
use crate::engine::completion::ticket::{Ticket, lost};
use crate::engine::connect::proxy::Proxy;
use crate::engine::process::runtime::Runtime;
use crate::error::{Error, Status};
use crate::message::{Completion, Reply};
use crate::secret::Secret;
use crate::stats::Stats;
use crate::sys::fork::PerProcess;

/// Reads what a client's connections depend on: the proxy settings and the trust roots. Starts nothing.
pub(crate) fn route(
    endpoint: &Url,
    proxy: Option<&Secret>,
    ca_file: Option<&Path>,
) -> Result<Arc<Route>, Error> {
    let shared = Shared::get()?;
    let proxy = Proxy::choose(proxy, endpoint)?;
    let trust = shared.trusts.load(ca_file)?;
    if endpoint.scheme() == "https" {
        trust.must_not_be_empty()?;
    }
    Ok(shared.intern(Route::new(endpoint, proxy, trust)))
}

/// A client's chats in one process, and its share of the process-wide machinery.
pub(crate) struct Engine {
    traffic: Arc<Traffic>,
    route: Arc<Route>,
    network: PerProcess<Network>,
}

/// Started by the first chat.
struct Network {
    // Dropped in this order: the last runtime ends after the connections that live on it.
    transport: Arc<Transport>,
    runtime: Arc<Runtime>,
}

impl Engine {
    pub(crate) fn new(account: &Arc<Account>, route: &Arc<Route>) -> Self {
        Self {
            traffic: Arc::new(Traffic::new(account.clone())),
            route: route.clone(),
            network: PerProcess::new(),
        }
    }

    /// Runs a chat and waits for it on the calling thread.
    pub(crate) fn call(&self, outgoing: Outgoing) -> Result<Reply, Error> {
        let network = self.network()?;
        let in_flight = self.traffic.metrics.started();
        let result = network.call(Chat::accept(&self.traffic, outgoing));
        in_flight.finished(&result);
        result
    }

    /// Starts a chat, whose completion will be there to [`poll`](Self::poll).
    pub(crate) fn submit(&self, outgoing: Outgoing, tag: u64) -> Result<(), Error> {
        let network = self.network()?;
        let handle = network.runtime.handle()?;
        let permit = self.admit()?;
        let ticket = Ticket::reserve(&self.traffic.completions, tag, permit)?;
        let chat = Chat::accept(&self.traffic, outgoing);
        ticket.spawn(|ticket| network.spawn(handle, chat, |result| ticket.complete(result)));
        Ok(())
    }

    /// Starts a chat, whose result is awaited.
    pub(crate) fn begin(&self, outgoing: Outgoing) -> Result<Awaited, Error> {
        let network = self.network()?;
        let handle = network.runtime.handle()?;
        let permit = self.admit()?;
        let in_flight = self.traffic.metrics.started();
        let chat = Chat::accept(&self.traffic, outgoing);
        Ok(Awaited::begin(permit, in_flight, |done| {
            network.spawn(handle, chat, |result| _ = done.send(result))
        }))
    }

    /// A submitted or awaited chat's permit.
    fn admit(&self) -> Result<Permit, Error> {
        let permit = self.traffic.limit.acquire();
        permit.inspect_err(|_| self.traffic.metrics.refused())
    }

    pub(crate) fn poll(&self, deadline: Option<Instant>) -> Option<Completion> {
        self.traffic.completions.poll(deadline)
    }

    pub(crate) fn descriptor(&self) -> io::Result<RawFd> {
        self.traffic.completions.descriptor()
    }

    pub(crate) fn cancel(&self, tag: u64) -> bool {
        self.traffic.completions.cancel(tag)
    }

    pub(crate) fn stats(&self) -> Stats {
        let transport = self.network.get().map(|network| &network.transport);
        Stats {
            uncollected: self.traffic.completions.uncollected() as u64,
            connections: transport.map_or(0, |transport| transport.connections()) as u64,
            ..self.traffic.metrics.snapshot()
        }
    }

    fn network(&self) -> Result<&Network, Error> {
        self.network.get_or_try_init(|| {
            let (runtime, transport) = Shared::get()?.transport(&self.route)?;
            Ok(Network { transport, runtime })
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.traffic.completions.close();
    }
}

impl Network {
    fn call(&self, mut chat: Chat) -> Result<Reply, Error> {
        if chat.may_go()
            && self.transport.protocol() == Protocol::Http1
            && let Some(callers) = &self.transport.callers
        {
            let mut seat = callers.lane();
            let result = seat.run(&mut chat);
            if leaves_connection_usable(&result) {
                seat.keep();
            }
            return result;
        }
        self.wait_for(chat)
    }

    /// Runs a chat on the process-wide runtime while the calling thread sleeps.
    fn wait_for(&self, chat: Chat) -> Result<Reply, Error> {
        let (done, result) = mpsc::sync_channel(1);
        self.spawn(self.runtime.handle()?, chat, move |result| {
            _ = done.send(result)
        });
        result.recv().unwrap_or_else(|_| Err(lost()))
    }

    /// Runs a chat on the process-wide runtime; `done` is given its result.
    fn spawn(
        &self,
        handle: &Handle,
        mut chat: Chat,
        done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
    ) -> AbortHandle {
        let mut way = self.transport.lanes.clone();
        let task = handle.spawn(async move {
            let mut alarm = pin!(sleep_until(chat.deadline.into()));
            let result = chat.run(&mut way, &mut alarm).await;
            done(result);
            // Only now is it the turn of the session's next: results come in order.
            drop(chat);
        });
        task.abort_handle()
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
