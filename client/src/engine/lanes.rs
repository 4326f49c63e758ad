//! Lanes: connections of the process-wide runtime, each with room for a number of chats at once.
//!
//! Servers limit the streams of an HTTP/2 connection, most of them to 100 or a few more, and a chat past the limit would
//! queue behind ten-second answers; so a lane that is full is followed by another. Over HTTP/1.1 a lane carries one chat; until a first
//! connection has told the protocol and how many streams it takes, all wait for that one. The lane that was used last is
//! used first, so that the others fall idle.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, sleep_until};

use super::connection::Connection;
use super::lane::Lane;
use super::seat::{Room, Seat};
use super::service::Protocol;
use super::transport::Dialer;
use crate::error::Error;
use crate::sys::descriptors;

/// A timer this short has a sleeping worker look again at what it sleeps for, and not for the deadline of a chat that is
/// over.
const ALMOST_NOTHING: Duration = Duration::from_millis(1);
/// Under the idle timeouts of common servers: nginx 75 s, ALB 60 s.
const IDLE_HTTP2: Duration = Duration::from_secs(50);
/// Node closes an idle HTTP/1.1 connection after 5 s, without a word that it will.
pub(crate) const IDLE_HTTP1: Duration = Duration::from_secs(4);

pub(crate) struct Lanes {
    dialer: Arc<Dialer>,
    handle: Handle,
    state: Mutex<State>,
    connections: Arc<Semaphore>,
    count: Arc<AtomicUsize>,
}

#[derive(Default)]
struct State {
    /// Lanes with room, the one to use next at the end. A full lane is held by its chats alone.
    open: Vec<Arc<Lane>>,
    letting_go: bool,
}

impl Lanes {
    pub(crate) fn new(dialer: Arc<Dialer>, handle: Handle) -> Self {
        Self {
            dialer,
            handle,
            state: Mutex::default(),
            connections: Arc::new(Semaphore::new(descriptors::for_connections())),
            count: Arc::default(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Over HTTP/1.1 the right to one of the connections that the process can have; over HTTP/2 few are needed.
    pub(crate) async fn connection(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        if self.dialer.service.protocol() != Protocol::Http1 {
            return Ok(None);
        }
        let connection = self.connections.clone().acquire_owned().await;
        connection.map(Some).map_err(Error::internal)
    }

    /// Room for one chat on some lane.
    pub(crate) fn sit(self: &Arc<Self>) -> Result<Seat, Error> {
        let mut state = self.lock();
        let lane = loop {
            match state.open.last() {
                Some(lane) if lane.has_room() => break lane.clone(),
                Some(lane) => {
                    lane.set_listed(false);
                    state.open.pop();
                }
                None => {
                    let lane = Arc::new(self.new_lane()?);
                    state.open.push(lane.clone());
                    break lane;
                }
            }
        };
        let leads = lane.enter();
        Ok(Seat::new(Room::new(self.clone(), lane), leads))
    }

    fn new_lane(&self) -> Result<Lane, Error> {
        let connection = Arc::new(Connection::new(self.dialer.service.clone()));
        let client = self.dialer.lane(&connection)?;
        Ok(Lane::new(client, connection, self.count.clone()))
    }

    pub(super) fn stay(&self, lane: &Lane) {
        let _state = self.lock();
        lane.connection.enter();
    }

    pub(super) fn leave(self: &Arc<Self>, lane: &Arc<Lane>) {
        let mut state = self.lock();
        let is_idle = lane.leave();
        if lane.connection.is_broken() {
            if lane.set_listed(false) {
                state.open.retain(|open| !Arc::ptr_eq(open, lane));
            }
            return;
        }
        if lane.has_room() && !lane.set_listed(true) {
            state.open.push(lane.clone());
        }
        if is_idle {
            self.handle.spawn(sleep(ALMOST_NOTHING));
            if !state.letting_go {
                state.letting_go = true;
                self.handle.spawn(let_go(Arc::downgrade(self)));
            }
        }
    }

    /// Drops the lanes that have been idle for long; the time of the next one's turn, if any is idle.
    fn drop_idle(&self) -> Option<Instant> {
        let idle = match self.dialer.service.protocol() {
            Protocol::Http1 => IDLE_HTTP1,
            Protocol::Http2 | Protocol::Unknown => IDLE_HTTP2,
        };
        let now = Instant::now();
        let mut state = self.lock();
        let is_over = |lane: &Arc<Lane>| {
            let is_idle = lane.idle_until(idle).is_some_and(|until| until <= now);
            is_idle || lane.connection.is_broken()
        };
        let gone: Vec<_> = state.open.extract_if(.., |lane| is_over(lane)).collect();
        let next = state
            .open
            .iter()
            .filter_map(|lane| lane.idle_until(idle))
            .min();
        state.letting_go = next.is_some();
        drop(state);
        drop(gone);
        next
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs only while a lane is idle, so that an idle process wakes nobody.
async fn let_go(lanes: Weak<Lanes>) {
    while let Some(next) = lanes.upgrade().and_then(|lanes| lanes.drop_idle()) {
        sleep_until(next.into()).await;
    }
}
