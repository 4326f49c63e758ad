//! Caller lanes: connections that the blocked caller drives itself, without a thread of ours in between.
//!
//! Over HTTP/1.1 a chat has its connection for itself. So a blocking call takes one together with the small
//! single-threaded runtime that it lives on, runs both on its own thread, and puts them back: no hop to another thread
//! and back, which costs more than the rest of the call. Nobody watches such a connection between two calls; each call
//! looks whether the service has closed it before it writes.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Sleep, sleep};

use super::chat::{Chat, Way};
use super::lanes::IDLE_HTTP1;
use super::runtime::out_of_resources;
use super::signals::SigpipeGuard;
use super::transport::Dialer;
use crate::error::Error;
use crate::message::Reply;

/// Each costs four descriptors; callers past this number wait on the process-wide runtime instead.
const MOST: usize = 64;

/// After so many polls of a task that is always ready. Tokio's own 61 came seconds too late under a flood of 1xx responses.
const LOOK_AT_THE_CLOCK: u32 = 8;

pub(crate) struct Callers {
    dialer: Arc<Dialer>,
    handle: Handle,
    /// Idle ones and those in use.
    lanes: AtomicUsize,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one used last at the end.
    lanes: Vec<(Instant, CallerLane)>,
    letting_go: bool,
}

impl Callers {
    pub(crate) fn new(dialer: Arc<Dialer>, handle: Handle) -> Self {
        Self {
            dialer,
            handle,
            lanes: AtomicUsize::new(0),
            idle: Mutex::default(),
        }
    }

    /// A lane for one call on this thread; `None` where there are enough, or where this thread already runs somebody's
    /// asynchronous task and must not run another.
    pub(crate) fn lane(self: &Arc<Self>) -> Result<Option<CallerSeat>, Error> {
        if Handle::try_current().is_ok() {
            return Ok(None);
        }
        let warm = self.lock().lanes.pop();
        let lane = match warm {
            Some((since, lane)) if since.elapsed() < IDLE_HTTP1 => lane,
            Some(_) => CallerLane::new(&self.dialer)?,
            None => {
                if self.lanes.fetch_add(1, Ordering::Relaxed) >= MOST {
                    self.lanes.fetch_sub(1, Ordering::Relaxed);
                    return Ok(None);
                }
                CallerLane::new(&self.dialer)
                    .inspect_err(|_| _ = self.lanes.fetch_sub(1, Ordering::Relaxed))?
            }
        };
        Ok(Some(CallerSeat {
            callers: self.clone(),
            lane: Some(lane),
        }))
    }

    fn keep(self: &Arc<Self>, lane: CallerLane) {
        let mut idle = self.lock();
        idle.lanes.push((Instant::now(), lane));
        if !idle.letting_go {
            idle.letting_go = true;
            self.handle.spawn(let_go(Arc::downgrade(self)));
        }
    }

    /// Drops the lanes that have been idle for long; the time of the next one's turn, if any is idle.
    fn drop_idle(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut idle = self.lock();
        let old = idle
            .lanes
            .partition_point(|(since, _)| *since + IDLE_HTTP1 <= now);
        let gone: Vec<_> = idle.lanes.drain(..old).collect();
        let next = idle.lanes.first().map(|(since, _)| *since + IDLE_HTTP1);
        idle.letting_go = next.is_some();
        drop(idle);
        self.lanes.fetch_sub(gone.len(), Ordering::Relaxed);
        next
    }

    pub(crate) fn count(&self) -> usize {
        self.lanes.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs only while a lane is idle, so that an idle process wakes nobody.
async fn let_go(callers: Weak<Callers>) {
    while let Some(next) = callers.upgrade().and_then(|callers| callers.drop_idle()) {
        tokio::time::sleep_until(next.into()).await;
    }
}

/// One connection and the runtime it lives on.
pub(crate) struct CallerLane {
    runtime: Option<Runtime>,
    client: reqwest::Client,
    /// Kept from call to call, so that a call sets it seldom: see `Clock`.
    alarm: Pin<Box<Sleep>>,
}

impl CallerLane {
    fn new(dialer: &Dialer) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            // A peer that never stops to send must not keep the thread from its deadline.
            .event_interval(LOOK_AT_THE_CLOCK)
            .build()
            .map_err(|error| out_of_resources(&error))?;
        let alarm = {
            let _entered = runtime.enter();
            Box::pin(sleep(IDLE_HTTP1))
        };
        Ok(Self {
            runtime: Some(runtime),
            client: dialer.caller_lane()?,
            alarm,
        })
    }
}

impl Drop for CallerLane {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // It has no threads to wait for, and a plain drop is not allowed inside of an asynchronous task.
            runtime.shutdown_background();
        }
    }
}

/// A caller lane in use; dropped without [`keep`](CallerSeat::keep), its connection is closed.
pub(crate) struct CallerSeat {
    callers: Arc<Callers>,
    lane: Option<CallerLane>,
}

impl CallerSeat {
    /// Runs a chat on this thread.
    pub(crate) fn run(&mut self, chat: &mut Chat) -> Result<Result<Reply, Error>, Error> {
        let Some(CallerLane {
            runtime: Some(runtime),
            client,
            alarm,
        }) = &mut self.lane
        else {
            return Err(Error::internal("a caller lane is gone"));
        };
        let _no_sigpipe = SigpipeGuard::new();
        Ok(runtime.block_on(async {
            // Lets the runtime look at the connection: whether it stands still, or was closed meanwhile.
            tokio::task::yield_now().await;
            chat.run(Way::Caller(client.clone()), alarm.as_mut()).await
        }))
    }

    /// Puts the lane back for the next call: its connection is in good order.
    pub(crate) fn keep(mut self) {
        if let Some(lane) = self.lane.take() {
            self.callers.keep(lane);
        }
    }
}

impl Drop for CallerSeat {
    fn drop(&mut self) {
        if self.lane.is_some() {
            self.callers.lanes.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
