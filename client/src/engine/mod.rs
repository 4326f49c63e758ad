//! How a request gets its response.
//!
//! A chat's way: [`Engine::call`], [`Engine::submit`] and [`Engine::begin`] accept it, [`chat`] waits for its turn and
//! makes the attempts, and each attempt is a round trip ([`exchange`]) on a connection: one of the [`pool`], or one that
//! its caller drives ([`local`]). [`connect`] makes connections, [`http1`] and [`http2`] speak on them, [`errors`] say what
//! came of it, and [`completion`] keeps that for whoever submitted it. What is no chat, [`requests`] sends on the same way.
//!
//! The folders are layers: each uses those that this list names after it, and none before.

mod chat;
mod completion;
#[cfg(fuzzing)]
pub mod fuzzing;
mod registry;
mod route;
mod tenant;

mod requests;

mod local;
mod pool;

mod http1;
mod http2;

mod exchange;

mod streaming;

mod admission;
mod connect;
mod process;

mod errors;
mod metrics;
pub(crate) mod retry;

use std::io;
use std::os::fd::RawFd;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::sleep_until;
use url::Url;

pub(crate) use self::chat::Outgoing;
pub(crate) use self::completion::awaited::Awaited;
pub(crate) use self::completion::streamed::Streamed;
pub(crate) use self::exchange::{Account, Asked, Content};
pub(crate) use self::metrics::Finish;
pub(crate) use self::process::threads::spawn_for_disk;
pub(crate) use self::route::Route;

/// For what looks at the steps of connecting.
#[cfg(feature = "diagnosis")]
pub(crate) use self::{
    connect::{Connector, Observer, proxy},
    errors::{Peer, connecting, tls, transport},
    process::runtime,
};

use self::admission::limit::Permit;
use self::chat::{Chat, StreamedChat};
use self::completion::ticket::{Ticket, lost};
use self::completion::told::Told;
use self::exchange::Operation;
use self::process::runtime::Runtime;
use self::registry::Registry;
use self::requests::Call;
use self::route::Connections;
use self::tenant::Tenant;
use crate::completion::Completion;
use crate::error::Error;
use crate::message::Reply;
use crate::options::Target;
use crate::response::Response;
use crate::secret::Secret;
use crate::stats::Stats;
use crate::sys::fork::PerProcess;

/// Reads what a client's connections depend on: the proxy settings and the trust roots. Starts nothing.
pub(crate) fn route(
    endpoint: &Url,
    proxy: Option<&Secret>,
    ca_file: Option<&Path>,
) -> Result<Arc<Route>, Error> {
    Registry::get()?.route(endpoint, proxy, ca_file)
}

/// A client's chats in one process, and its share of the process-wide machinery.
pub(crate) struct Engine {
    tenant: Arc<Tenant>,
    route: Arc<Route>,
    network: PerProcess<Network>,
}

/// Started by the first chat.
struct Network {
    // Dropped in this order: the last runtime ends after the connections that live on it.
    connections: Arc<Connections>,
    runtime: Arc<Runtime>,
}

impl Engine {
    pub(crate) fn new(account: &Arc<Account>, route: &Arc<Route>) -> Self {
        Self {
            tenant: Arc::new(Tenant::new(account.clone())),
            route: route.clone(),
            network: PerProcess::new(),
        }
    }

    /// Runs a chat and waits for it on the calling thread.
    pub(crate) fn call(&self, outgoing: Outgoing) -> Result<Reply, Error> {
        let network = self.network()?;
        let in_flight = self.tenant.metrics.started();
        let result = network.call(Chat::accept(&self.tenant, outgoing));
        in_flight.finished(&result);
        result
    }

    /// Starts a chat, whose completion will be there to [`poll`](Self::poll).
    pub(crate) fn submit(&self, outgoing: Outgoing, tag: u64) -> Result<(), Error> {
        let (network, handle, permit) = self.enter()?;
        let ticket = Ticket::reserve(&self.tenant.completions, tag, permit)?;
        let chat = Chat::accept(&self.tenant, outgoing);
        ticket.spawn(|ticket| network.spawn(handle, chat, |result| ticket.complete(result)));
        Ok(())
    }

    /// Starts a chat, whose result is awaited.
    pub(crate) fn begin(&self, outgoing: Outgoing) -> Result<Awaited, Error> {
        let (network, handle, permit) = self.enter()?;
        let in_flight = self.tenant.metrics.started();
        let chat = Chat::accept(&self.tenant, outgoing);
        Ok(Awaited::begin(permit, in_flight, |done| {
            network.spawn(handle, chat, |result| _ = done.send(result))
        }))
    }

    /// Starts a chat, whose result is handed to `done` by the runtime's thread, once.
    pub(crate) fn tell(
        &self,
        outgoing: Outgoing,
        done: impl FnOnce(Result<Reply, Error>) + Send + 'static,
    ) -> Result<AbortHandle, Error> {
        let (network, handle, permit) = self.enter()?;
        let told = Told::new(permit, self.tenant.metrics.started(), done);
        let chat = Chat::accept(&self.tenant, outgoing);
        Ok(network.spawn(handle, chat, |result| told.tell(result)))
    }

    /// Calls `then` on the runtime's thread at that time, unless it is aborted.
    pub(crate) fn at(
        &self,
        at: Instant,
        then: impl FnOnce() + Send + 'static,
    ) -> Result<AbortHandle, Error> {
        let network = self.network()?;
        let task = async move { (sleep_until(at.into()).await, then()).1 };
        Ok(network.runtime.handle()?.spawn(task).abort_handle())
    }

    /// Starts a chat whose answer comes in events.
    pub(crate) fn stream(&self, outgoing: Outgoing, target: Target) -> Result<Streamed, Error> {
        let (network, handle, permit) = self.enter()?;
        let in_flight = self.tenant.metrics.started();
        let account = self.tenant.account.clone();
        Ok(Streamed::begin(account, permit, in_flight, |producer| {
            let chat = StreamedChat::accept(&self.tenant, outgoing, target, producer);
            network.spawn(handle, chat, drop)
        }))
    }

    /// Makes a request and waits for its response.
    pub(crate) fn request(&self, asked: Asked) -> Result<Response, Error> {
        let network = self.network()?;
        let in_flight = self.tenant.metrics.started();
        let result = network.call(self.call_of(asked));
        in_flight.finished(&result);
        result
    }

    /// Starts a request, whose completion will be there to [`poll`](Self::poll).
    pub(crate) fn submit_request(&self, asked: Asked, tag: u64) -> Result<(), Error> {
        let (network, handle, permit) = self.enter()?;
        let ticket = Ticket::reserve(&self.tenant.completions, tag, permit)?;
        let call = self.call_of(asked);
        ticket.spawn(|ticket| network.spawn(handle, call, |result| ticket.complete(result)));
        Ok(())
    }

    /// Starts a request, whose response is awaited.
    pub(crate) fn begin_request(&self, asked: Asked) -> Result<Awaited<Response>, Error> {
        let (network, handle, permit) = self.enter()?;
        let in_flight = self.tenant.metrics.started();
        let call = self.call_of(asked);
        Ok(Awaited::begin(permit, in_flight, |done| {
            network.spawn(handle, call, |result| _ = done.send(result))
        }))
    }

    fn call_of(&self, asked: Asked) -> Call {
        Call::accept(&self.tenant.account, &self.tenant.metrics, asked)
    }

    pub(crate) fn poll(&self, deadline: Option<Instant>) -> Option<Completion> {
        self.tenant.completions.poll(deadline)
    }

    pub(crate) fn descriptor(&self) -> io::Result<RawFd> {
        self.tenant.completions.descriptor()
    }

    pub(crate) fn cancel(&self, tag: u64) -> bool {
        self.tenant.completions.cancel(tag)
    }

    pub(crate) fn stats(&self) -> Stats {
        let connections = self.network.get().map(|network| &network.connections);
        Stats {
            uncollected: self.tenant.completions.uncollected() as u64,
            connections: connections.map_or(0, |connections| connections.count()) as u64,
            ..self.tenant.metrics.snapshot()
        }
    }

    /// The place of a submitted or awaited call.
    fn enter(&self) -> Result<(&Network, &Handle, Permit), Error> {
        let network = self.network()?;
        Ok((network, network.runtime.handle()?, self.tenant.admit()?))
    }

    fn network(&self) -> Result<&Network, Error> {
        self.network.get_or_try_init(|| {
            let (runtime, connections) = Registry::get()?.connections(&self.route)?;
            Ok(Network {
                connections,
                runtime,
            })
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.tenant.completions.close();
    }
}

impl Network {
    /// Runs it on the calling thread, with a connection of its own if there is to be one.
    fn call<E: Operation>(&self, mut operation: E) -> Result<E::Output, Error> {
        let call = self.connections.local.call();
        let protocol = self.connections.pool.protocol();
        let checkout = operation
            .may_go()
            .then(|| call.checkout(protocol))
            .flatten();
        let Some(mut checkout) = checkout else {
            return self.wait_for(operation);
        };
        let Some(caller) = checkout.caller() else {
            return self.wait_for(operation);
        };
        let mut timer = &*caller.executor;
        let run = operation.run(&mut caller.dispatcher, &mut timer);
        caller.executor.block_on(&caller.waker, run)
    }

    /// Runs it on the process-wide runtime while the calling thread sleeps.
    fn wait_for<E: Operation>(&self, operation: E) -> Result<E::Output, Error> {
        let (done, result) = mpsc::sync_channel(1);
        self.spawn(self.runtime.handle()?, operation, move |result| {
            _ = done.send(result)
        });
        result.recv().unwrap_or_else(|_| Err(lost()))
    }

    /// Runs it on the process-wide runtime; `done` is given its result.
    fn spawn<E: Operation>(
        &self,
        handle: &Handle,
        mut operation: E,
        done: impl FnOnce(Result<E::Output, Error>) + Send + 'static,
    ) -> AbortHandle {
        let mut pool = self.connections.pool.clone();
        let task = handle.spawn(async move {
            let mut timer = pin!(sleep_until(operation.deadline().into()));
            let result = operation.run(&mut pool, &mut timer).await;
            done(result);
            // Only now is it the turn of the session's next: results come in order.
            drop(operation);
        });
        task.abort_handle()
    }
}
