//! Concurrent calls share one transaction and one sync.
//!
//! A call queues its part. One that finds nobody leading leads: it does all parts that have come, in their order, and those that come while it does
//! so, and commits. What comes while that is synced waits for the next transaction, which one of them leads. So a call that comes alone
//! is synced at once and on its own thread, and of many that come together each sleeps once.
//!
//! Threads that call again and again would fall into two halves, one of which comes while the other is synced, with a sync each. So who leads
//! waits a little for those of the last transaction, as long as they come: a part of the time that a sync takes.
//!
//! A part that fails takes the transaction with it; the others are done again, which is why a part may run more than once.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::call::{Call, End, Part, lock};
use super::code::Code;
use super::place::{Place, fault};
use super::tables::{Tables, View};
use crate::inbox::store::StoreError;

/// In parts of the time of a commit: how long who leads waits for one call, and for all together.
const WAIT_FOR_ONE: u32 = 8;
const WAIT_FOR_ALL: u32 = 2;
/// Waking a thread takes as long: a shorter wait gains nothing.
const SHORTEST_WAIT: Duration = Duration::from_micros(50);

/// A store that calls share.
///
/// Lock order: `tables`, then a call's part; `queue`, `view` and a call's stage are the last.
pub(super) struct Group {
    place: Place,
    process: u32,
    queue: Mutex<Queue>,
    /// A call has come.
    came: Condvar,
    /// Whoever leads has it. `None`: a commit has failed. The next one opens the store again, and finds what is on disk.
    tables: Mutex<Option<Tables>>,
    view: Mutex<View>,
}

#[derive(Default)]
struct Queue {
    calls: VecDeque<Arc<Call>>,
    /// A thread takes what is here, or was told to.
    is_led: bool,
    /// Calls of the last transaction that have not been followed by another one.
    gone: usize,
    /// How long the last commit took.
    took: Duration,
}

impl Group {
    pub(super) fn open(place: Place) -> Result<Self, StoreError> {
        let (tables, view) = opened(&place, place.open()?)?;
        Ok(Self {
            place,
            process: std::process::id(),
            queue: Mutex::default(),
            came: Condvar::new(),
            tables: Mutex::new(Some(tables)),
            view: Mutex::new(view),
        })
    }

    /// What the last transaction has left.
    pub(super) fn view(&self) -> Result<View, StoreError> {
        self.check_process()?;
        Ok(*lock(&self.view))
    }

    /// Does a part, on this thread or another, and returns when it is on disk.
    pub(super) fn run<R: Send>(
        &self,
        mut part: impl FnMut(&mut Tables) -> Result<R, StoreError> + Send,
    ) -> Result<R, StoreError> {
        let mut result = None;
        self.run_part(&mut |tables| {
            result = Some(part(tables)?);
            Ok(())
        })?;
        result.ok_or_else(|| fault::of(self.place.path(), Code::NO_TRANSACTION))
    }

    fn run_part(&self, part: &mut Part<'_>) -> Result<(), StoreError> {
        self.check_process()?;
        loop {
            match Call::wait(part, |call| self.queue(call), || self.lead()) {
                End::Kept => return Ok(()),
                End::Failed(error) => return Err(error),
                End::Again | End::Panicked(_) => {}
            }
        }
    }

    /// Whether nobody leads.
    fn queue(&self, call: Arc<Call>) -> bool {
        let mut queue = lock(&self.queue);
        queue.calls.push_back(call);
        queue.gone = queue.gone.saturating_sub(1);
        self.came.notify_one();
        !std::mem::replace(&mut queue.is_led, true)
    }

    fn lead(&self) {
        let mut tables = lock(&self.tables);
        let took = lock(&self.queue).took;
        let mut round = Round {
            group: self,
            left: VecDeque::new(),
            done: Vec::new(),
            end: None,
            wait: took / WAIT_FOR_ONE,
            patience: took / WAIT_FOR_ALL,
        };
        while round.end.is_none() {
            while let Some(call) = round.next() {
                self.part(&mut tables, call, &mut round);
            }
            if round.done.is_empty() {
                break;
            }
            self.commit(&mut tables, &mut round);
        }
        drop(tables);
    }

    fn part(&self, held: &mut Option<Tables>, call: Arc<Call>, round: &mut Round<'_>) {
        let tables = match self.begun(held) {
            Ok(tables) => tables,
            Err(error) => return call.end(End::Failed(error)),
        };
        let end = match call.run(tables) {
            Ok(()) => return round.done.push(call),
            Err(end) => end,
        };
        tables.abort();
        let is_full = tables.was_full() && matches!(end, End::Failed(_));
        match is_full.then(|| self.place.grow(held)) {
            Some(Ok(())) => round.again(Some(call)),
            Some(Err(error)) => {
                round.again(None);
                call.end(End::Failed(error));
            }
            None => {
                round.again(None);
                call.end(end);
            }
        }
    }

    /// A transaction is open.
    fn begun<'t>(&self, held: &'t mut Option<Tables>) -> Result<&'t mut Tables, StoreError> {
        let tables = match held.take() {
            Some(tables) => tables,
            None => {
                let (tables, found) = opened(&self.place, self.place.open_again()?)?;
                lock(&self.view).becomes(found, 0);
                tables
            }
        };
        let tables = held.insert(tables);
        tables.begin()?;
        Ok(tables)
    }

    fn commit(&self, held: &mut Option<Tables>, round: &mut Round<'_>) {
        let Some(tables) = held else {
            return round.again(None);
        };
        let begun = Instant::now();
        match tables.commit() {
            Ok(found) => {
                lock(&self.queue).took = begun.elapsed();
                if let Some(found) = found {
                    lock(&self.view).becomes(found, 1);
                }
                round.end = Some(Ok(()));
            }
            Err(_) if tables.was_full() => {
                tables.abort();
                match self.place.grow(held) {
                    Ok(()) => round.again(None),
                    Err(error) => round.end = Some(Err(error)),
                }
            }
            Err(error) => {
                *held = None;
                round.end = Some(Err(error));
            }
        }
    }

    fn check_process(&self) -> Result<(), StoreError> {
        if self.process == std::process::id() {
            Ok(())
        } else {
            Err(fault::forked(self.place.path()))
        }
    }
}

/// Calls that are committed together. Once it goes, however that comes, another thread leads, if there is one, and these are told.
struct Round<'g> {
    group: &'g Group,
    /// Those that are done again.
    left: VecDeque<Arc<Call>>,
    /// Those whose parts are done and not committed.
    done: Vec<Arc<Call>>,
    end: Option<Result<(), StoreError>>,
    wait: Duration,
    /// What is left of it.
    patience: Duration,
}

impl Round<'_> {
    fn next(&mut self) -> Option<Arc<Call>> {
        let left = self.left.pop_front();
        left.or_else(|| self.come())
    }

    /// One that has come, or comes soon.
    fn come(&mut self) -> Option<Arc<Call>> {
        let mut queue = lock(&self.group.queue);
        let wait = self.wait.min(self.patience);
        if queue.calls.is_empty() && queue.gone > 0 && wait >= SHORTEST_WAIT {
            let begun = Instant::now();
            let is_waiting = |queue: &mut Queue| queue.calls.is_empty();
            let came = self.group.came.wait_timeout_while(queue, wait, is_waiting);
            queue = came.unwrap_or_else(PoisonError::into_inner).0;
            self.patience = self.patience.saturating_sub(begun.elapsed());
        }
        queue.calls.pop_front()
    }

    /// The transaction is given up: what is done is done again, in its order, and this one next.
    fn again(&mut self, call: Option<Arc<Call>>) {
        for call in self.done.drain(..).chain(call).rev() {
            self.left.push_front(call);
        }
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.group.queue);
        match queue.calls.front() {
            Some(next) => next.leads(),
            None => queue.is_led = false,
        }
        queue.gone = self.done.len().saturating_sub(1);
        drop(queue);
        for call in self.done.drain(..).chain(self.left.drain(..)) {
            call.end(match &self.end {
                Some(Ok(())) => End::Kept,
                Some(Err(error)) => End::Failed(error.clone()),
                None => End::Again,
            });
        }
    }
}

fn opened(place: &Place, mut tables: Tables) -> Result<(Tables, View), StoreError> {
    loop {
        match tables.opened() {
            Ok(view) => return Ok((tables, view)),
            Err(full) if tables.was_full() => {
                tables.abort();
                let mut held = Some(tables);
                place.grow(&mut held)?;
                tables = held.ok_or(full)?;
            }
            Err(error) => return Err(error),
        }
    }
}
