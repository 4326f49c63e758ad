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
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, sleep_until};

use super::body::Departure;
use super::transport::{Dialer, Protocol, Spoken};
use crate::error::{Error, Status};

/// What servers commonly allow at the least: 100 in many, 128 in nginx, 250 in Go.
const STREAMS: usize = 100;
/// For the service's settings to arrive (RFC 9113, section 3.4) on a connection that took this long to make or longer.
const MOST_FOR_SETTINGS: Duration = Duration::from_millis(250);
/// However few messages leave in a crisis.
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

/// One connection. The counters change under the lock of [`Lanes`] only.
pub(crate) struct Lane {
    client: reqwest::Client,
    gate: watch::Sender<Gate>,
    scout: Mutex<Option<Scout>>,
    chats: AtomicUsize,
    /// Chats whose message has no stream yet.
    undeparted: AtomicUsize,
    /// One message at a time is handed to the connection: given many at once, it takes more of them than the service
    /// allows streams, and then they cannot be moved to another lane any more.
    door: Semaphore,
    listed: AtomicBool,
    broken: AtomicBool,
    idle_since: Mutex<Instant>,
    /// Of all lanes.
    count: Arc<AtomicUsize>,
}

/// The first connection to a service: others follow when the service has had the time to say how many streams it takes.
struct Scout {
    set_out: Instant,
    spoken: Spoken,
    acquainted: Arc<AtomicBool>,
}

impl Scout {
    /// The settings come a round trip after the request has left, and connecting took two or more.
    async fn settings(self) {
        if self.spoken.get() == Protocol::Http2 {
            sleep(self.set_out.elapsed().min(MOST_FOR_SETTINGS)).await;
        }
        self.acquainted.store(true, Ordering::Relaxed);
    }
}

/// A cold lane is connected by the first of its chats; the others wait for that one.
#[derive(Clone)]
enum Gate {
    /// Somebody has to lead.
    Vacant,
    /// The leader is connecting.
    Led,
    /// The connection stands.
    Open,
    /// The leader's connection failed, and so would each follower's.
    Failed(Error),
}

impl Lanes {
    pub(crate) fn new(dialer: Arc<Dialer>, handle: Handle) -> Self {
        Self {
            dialer,
            handle,
            state: Mutex::default(),
            count: Arc::default(),
            streams: AtomicUsize::new(STREAMS),
            acquainted: Arc::default(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Room for one chat on a lane whose connection stands, or whose connection is this chat's to make.
    pub(crate) async fn seat(self: &Arc<Self>) -> Result<Seat, Error> {
        loop {
            let mut seat = self.sit()?;
            seat.wait_for_leader().await?;
            if !seat.leads && !seat.is_within(self.limit()) {
                // More have come to the first lane than it turned out to carry.
                continue;
            }
            seat.pass_the_door().await?;
            if seat.leads || seat.is_within(self.limit()) {
                return Ok(seat);
            }
        }
    }

    fn sit(self: &Arc<Self>) -> Result<Seat, Error> {
        let mut state = self.lock();
        let lane = loop {
            match state.open.last() {
                Some(lane) if lane.broken() || lane.chats() >= self.limit() => {
                    lane.listed.store(false, Ordering::Relaxed);
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
        let leads = lane.chats.fetch_add(1, Ordering::Relaxed) == 0;
        if leads {
            lane.gate.send_replace(Gate::Led);
        }
        lane.undeparted.fetch_add(1, Ordering::Relaxed);
        Ok(Seat {
            departure: Departure::from_lane(&lane),
            room: Room {
                lanes: self.clone(),
                lane,
            },
            leads,
        })
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

    fn limit(&self) -> usize {
        match self.dialer.spoken.get() {
            Protocol::Http1 => 1,
            Protocol::Http2 => self.streams.load(Ordering::Relaxed),
            Protocol::Unknown => usize::MAX,
        }
    }

    /// For a while: it may have been a connection that was slow to come back, and it may change.
    fn learn_streams(self: &Arc<Self>, streams: usize) {
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

    fn leave(self: &Arc<Self>, lane: &Arc<Lane>) {
        let mut state = self.lock();
        let left = lane.chats.fetch_sub(1, Ordering::Relaxed) - 1;
        if lane.broken() {
            if left == 0 {
                state.open.retain(|open| !Arc::ptr_eq(open, lane));
            }
            return;
        }
        if left < self.limit() && !lane.listed.swap(true, Ordering::Relaxed) {
            state.open.push(lane.clone());
        }
        if left == 0 {
            *lane
                .idle_since
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Instant::now();
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

impl Lane {
    fn new(client: reqwest::Client, scout: Option<Scout>, count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self {
            client,
            gate: watch::Sender::new(Gate::Vacant),
            scout: Mutex::new(scout),
            chats: AtomicUsize::new(0),
            undeparted: AtomicUsize::new(0),
            door: Semaphore::new(1),
            listed: AtomicBool::new(true),
            broken: AtomicBool::new(false),
            idle_since: Mutex::new(Instant::now()),
            count,
        }
    }

    pub(crate) fn open_door(&self) {
        self.door.add_permits(1);
    }

    /// The connection stands: a message has got its stream.
    pub(crate) fn message_left(self: &Arc<Self>) {
        self.undeparted.fetch_sub(1, Ordering::Relaxed);
        let scout = self
            .scout
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (scout, Handle::try_current()) {
            (Some(scout), Ok(runtime)) => {
                let lane = self.clone();
                runtime.spawn(async move {
                    scout.settings().await;
                    lane.open_gate();
                });
            }
            _ => self.open_gate(),
        }
    }

    fn open_gate(&self) {
        self.gate.send_if_modified(|gate| {
            let opens = !matches!(gate, Gate::Open);
            if opens {
                *gate = Gate::Open;
            }
            opens
        });
    }

    /// Chats whose message has got its stream, and that wait for its answer.
    fn departed(&self) -> usize {
        let undeparted = self.undeparted.load(Ordering::Relaxed);
        self.chats().saturating_sub(undeparted)
    }

    fn chats(&self) -> usize {
        self.chats.load(Ordering::Relaxed)
    }

    fn broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    fn idle_until(&self, idle: Duration) -> Option<Instant> {
        let since = *self
            .idle_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        (self.chats() == 0).then(|| since + idle)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A chat's room on a lane.
pub(crate) struct Seat {
    room: Room,
    leads: bool,
    departure: Departure,
}

/// Room for one stream, given back on drop.
pub(crate) struct Room {
    lanes: Arc<Lanes>,
    lane: Arc<Lane>,
}

impl Room {
    /// As much again, for a stream that outlives its chat.
    pub(crate) fn keep(&self) -> Self {
        let Self { lanes, lane } = self;
        let state = lanes.lock();
        lane.chats.fetch_add(1, Ordering::Relaxed);
        drop(state);
        Self {
            lanes: lanes.clone(),
            lane: lane.clone(),
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.lanes.leave(&self.lane);
    }
}

impl Seat {
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.room.lane.client
    }

    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.room.lanes.dialer.spoken.get()
    }

    /// Whether the lane's connection is this chat's to make.
    pub(crate) fn leads(&self) -> bool {
        self.leads
    }

    pub(crate) fn departure(&self) -> Departure {
        self.departure.clone()
    }

    /// Whether chats whose messages have left hold all the streams that the service allows, which is learned thereby. This
    /// chat's message is then to leave on another lane.
    pub(crate) fn is_crowded(&self) -> bool {
        let departed = self.room.lane.departed();
        if departed > 0 && self.departure.keep() {
            self.room.lanes.learn_streams(departed);
            return true;
        }
        // The connection is slow, or this message is lost on it: others may have better luck.
        self.departure.leave_door();
        false
    }

    /// The chat failed before the message was on its way: those who wait for this chat's connection fail alike.
    pub(crate) fn connect_failed(&mut self, error: &Error) {
        if std::mem::take(&mut self.leads) {
            self.room.lane.gate.send_if_modified(|gate| {
                let led = matches!(gate, Gate::Led);
                if led {
                    *gate = Gate::Failed(error.clone());
                }
                led
            });
        }
        if error.status() == Status::Tls {
            // Perhaps the service does not speak any more what it spoke before.
            self.room.lanes.dialer.spoken.set(Protocol::Unknown);
        }
        self.break_lane();
    }

    /// The connection was lost: whoever is still on it finds out alone, and nobody new comes.
    pub(crate) fn break_lane(&self) {
        self.room.lane.broken.store(true, Ordering::Relaxed);
    }

    fn is_within(&self, limit: usize) -> bool {
        self.room.lane.chats() <= limit
    }

    async fn pass_the_door(&self) -> Result<(), Error> {
        let permit = self
            .room
            .lane
            .door
            .acquire()
            .await
            .map_err(Error::internal)?;
        permit.forget();
        self.departure.enter_door();
        Ok(())
    }

    async fn wait_for_leader(&mut self) -> Result<(), Error> {
        if self.leads {
            return Ok(());
        }
        let mut gate = self.room.lane.gate.subscribe();
        loop {
            let seen = gate.borrow_and_update().clone();
            match seen {
                Gate::Open => return Ok(()),
                Gate::Failed(error) => return Err(error),
                Gate::Vacant if self.room.lane.gate.send_if_modified(take_the_lead) => {
                    self.leads = true;
                    return Ok(());
                }
                Gate::Vacant | Gate::Led => {}
            }
            if gate.changed().await.is_err() {
                return Err(Error::internal("a lane is gone"));
            }
        }
    }
}

fn take_the_lead(gate: &mut Gate) -> bool {
    let vacant = matches!(gate, Gate::Vacant);
    if vacant {
        *gate = Gate::Led;
    }
    vacant
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.leads {
            // Given up before the connection stood: the lead is another's.
            self.room.lane.gate.send_if_modified(|gate| {
                let led = matches!(gate, Gate::Led);
                if led {
                    *gate = Gate::Vacant;
                }
                led
            });
        }
        self.departure.keep();
        self.departure.leave_door();
        if self.departure.stop_waiting() {
            self.room.lane.undeparted.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
