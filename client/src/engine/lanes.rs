//! Lanes: connections of the process-wide runtime, each with room for a number of chats at once.
//!
//! A lane is one HTTP client that holds one connection. Servers allow 100 streams or more on an HTTP/2 connection, and a
//! chat past the limit would queue behind ten-second answers; so a lane that is full is followed by another. A service
//! that allows fewer is found out by its messages that do not leave. Over HTTP/1.1 a lane carries one chat; until a
//! first connection, the scout, has told the protocol and how many streams it takes, all wait for that one. The lane that
//! was used last is used first, so that the others fall idle.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, sleep_until};

use super::descriptors;
use super::lane::{Lane, Scout};
use super::seat::{Room, Seat};
use super::transport::{Dialer, Protocol, Spoken};
use crate::error::Error;

/// What servers commonly allow at the least: 100 in many, 128 in nginx, 250 in Go.
const STREAMS: usize = 100;
/// Of all lanes, however few messages leave on one of them in a crisis.
const FEWEST_STREAMS: usize = 4;
/// How long a lower limit is believed.
const LEARNED: Duration = Duration::from_secs(60);
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
    /// How many chats an HTTP/2 lane carries, as far as is known.
    streams: AtomicUsize,
    /// No scout is needed.
    acquainted: Arc<AtomicBool>,
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
            streams: AtomicUsize::new(STREAMS),
            acquainted: Arc::default(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Over HTTP/1.1 the right to one of the connections that the process can have; over HTTP/2 few are needed.
    pub(crate) async fn connection(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        if self.spoken().get() != Protocol::Http1 {
            return Ok(None);
        }
        let connection = self.connections.clone().acquire_owned().await;
        connection.map(Some).map_err(Error::internal)
    }

    /// Waits until the lane's connection stands, or is this chat's to make; false if more chats have come to it by then
    /// than it turned out to carry.
    pub(crate) async fn connects(&self, seat: &mut Seat) -> Result<bool, Error> {
        seat.wait_for_leader().await?;
        Ok(seat.is_within(self.limit()))
    }

    /// Waits until the message may be handed to the connection; false if there is no room for it any more.
    pub(crate) async fn admits(&self, seat: &Seat) -> Result<bool, Error> {
        seat.pass_the_door().await?;
        Ok(seat.is_within(self.limit()))
    }

    /// Room for one chat on some lane.
    pub(crate) fn sit(self: &Arc<Self>) -> Result<Seat, Error> {
        let mut state = self.lock();
        let lane = loop {
            match state.open.last() {
                Some(lane) if lane.is_broken() || !lane.has_room(self.limit()) => {
                    lane.set_listed(false);
                    state.open.pop();
                }
                Some(lane) => break lane.clone(),
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
        let scout = Scout {
            set_out: Instant::now(),
            spoken: self.dialer.spoken.clone(),
            acquainted: self.acquainted.clone(),
        };
        let needed = !self.acquainted.load(Ordering::Relaxed);
        let client = self.dialer.lane()?;
        Ok(Lane::new(
            client,
            needed.then_some(scout),
            self.count.clone(),
        ))
    }

    pub(super) fn spoken(&self) -> &Spoken {
        &self.dialer.spoken
    }

    fn limit(&self) -> usize {
        match self.dialer.spoken.get() {
            Protocol::Http1 => 1,
            Protocol::Http2 => self.streams.load(Ordering::Relaxed),
            Protocol::Unknown if self.acquainted.load(Ordering::Relaxed) => {
                self.streams.load(Ordering::Relaxed)
            }
            Protocol::Unknown => usize::MAX,
        }
    }

    /// For a while: it may have been a connection that was slow to come back, and it may change.
    pub(super) fn learn_streams(self: &Arc<Self>, streams: usize) {
        let streams = streams.max(FEWEST_STREAMS);
        let before = self.streams.fetch_min(streams, Ordering::Relaxed);
        if before == STREAMS && streams < STREAMS {
            let lanes = Arc::downgrade(self);
            self.handle.spawn(async move {
                sleep(LEARNED).await;
                if let Some(lanes) = lanes.upgrade() {
                    lanes.acquainted.store(false, Ordering::Relaxed);
                    lanes.streams.store(STREAMS, Ordering::Relaxed);
                }
            });
        }
    }

    pub(super) fn stay(&self, lane: &Lane) {
        let _state = self.lock();
        lane.stay();
    }

    pub(super) fn leave(self: &Arc<Self>, lane: &Arc<Lane>) {
        let mut state = self.lock();
        let left = lane.leave();
        if lane.is_broken() {
            if left == 0 {
                state.open.retain(|open| !Arc::ptr_eq(open, lane));
            }
            return;
        }
        if lane.has_room(self.limit()) && !lane.set_listed(true) {
            state.open.push(lane.clone());
        }
        if left == 0 {
            self.handle.spawn(sleep(ALMOST_NOTHING));
            if !state.letting_go {
                state.letting_go = true;
                self.handle.spawn(let_go(Arc::downgrade(self)));
            }
        }
    }

    /// Drops the lanes that have been idle for long; the time of the next one's turn, if any is idle.
    fn drop_idle(&self) -> Option<Instant> {
        let idle = match self.dialer.spoken.get() {
            Protocol::Http1 => IDLE_HTTP1,
            Protocol::Http2 | Protocol::Unknown => IDLE_HTTP2,
        };
        let now = Instant::now();
        let mut state = self.lock();
        let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut state.open)
            .into_iter()
            .partition(|lane| lane.idle_until(idle).is_none_or(|until| until > now));
        state.open = kept;
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
