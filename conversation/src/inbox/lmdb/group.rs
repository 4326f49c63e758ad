//! Concurrent calls share one transaction and one sync.
//!
//! A call does its part in the transaction that is open, under one lock. Who does so last of those that have come commits,
//! and the others wait for that: while one group is synced, the next one gathers. A call that comes alone is synced at once.
//! A part that fails takes the transaction with it; the others do theirs again, which is why a part may run more than once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::code::Code;
use super::place::{Place, fault};
use super::tables::{Tables, View};
use crate::inbox::store::StoreError;

/// A store that calls share.
///
/// Lock order: `state`, then `view` or a round's end.
pub(super) struct Group {
    place: Place,
    process: u32,
    /// Calls that are about to do their part.
    coming: AtomicUsize,
    state: Mutex<State>,
    view: Mutex<View>,
}

type Part<'p> = &'p mut dyn FnMut(&mut Tables) -> Result<(), StoreError>;

struct State {
    /// `None`: a commit has failed. The next call opens the store again, and finds what is on disk.
    tables: Option<Tables>,
    /// Those whose parts are done and not committed.
    round: Option<Arc<Round>>,
}

/// Calls that are committed together.
#[derive(Default)]
struct Round {
    end: Mutex<Option<End>>,
    ended: Condvar,
}

#[derive(Clone)]
enum End {
    Kept,
    /// The transaction was given up for another call's sake.
    Again,
    Failed(StoreError),
}

impl Group {
    pub(super) fn open(place: Place) -> Result<Self, StoreError> {
        let (tables, view) = opened(&place, place.open()?)?;
        let state = State {
            tables: Some(tables),
            round: None,
        };
        Ok(Self {
            place,
            process: std::process::id(),
            coming: AtomicUsize::new(0),
            state: Mutex::new(state),
            view: Mutex::new(view),
        })
    }

    /// What the last transaction has left.
    pub(super) fn view(&self) -> Result<View, StoreError> {
        self.check_process()?;
        Ok(*lock(&self.view))
    }

    /// Does a part, and returns when it is on disk.
    pub(super) fn run<R>(
        &self,
        mut part: impl FnMut(&mut Tables) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let mut result = None;
        self.run_part(&mut |tables| {
            result = Some(part(tables)?);
            Ok(())
        })?;
        result.ok_or_else(|| fault::of(self.place.path(), Code::NO_TRANSACTION))
    }

    fn run_part(&self, part: Part<'_>) -> Result<(), StoreError> {
        self.check_process()?;
        loop {
            self.coming.fetch_add(1, Ordering::SeqCst);
            let mut state = lock(&self.state);
            self.coming.fetch_sub(1, Ordering::SeqCst);
            let done = {
                let mut turn = Turn(&mut state, false);
                let done = turn.0.part(&self.place, &self.view, part);
                turn.1 = done.is_ok();
                done
            };
            match done {
                Ok(()) => {}
                Err(Stopped::Full) => continue,
                Err(Stopped::Failed(error)) => return Err(error),
            }
            let round = state.round.get_or_insert_default().clone();
            if self.coming.load(Ordering::SeqCst) == 0 {
                state.commit(&self.place, &self.view);
            }
            drop(state);
            match round.wait() {
                End::Kept => return Ok(()),
                End::Again => {}
                End::Failed(error) => return Err(error),
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

/// Why a part was not done.
enum Stopped {
    /// There was no room in the map; now there is.
    Full,
    Failed(StoreError),
}

/// Gives the transaction up if a part does not come to its end, by an error or by a panic.
struct Turn<'s>(&'s mut State, bool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.end(End::Again);
        }
    }
}

impl State {
    fn part(&mut self, place: &Place, view: &Mutex<View>, part: Part<'_>) -> Result<(), Stopped> {
        if self.tables.is_none() {
            let opened = place.open_again().and_then(|tables| opened(place, tables));
            let (tables, found) = opened.map_err(Stopped::Failed)?;
            lock(view).becomes(found, 0);
            self.tables = Some(tables);
        }
        let Some(tables) = &mut self.tables else {
            return Err(Stopped::Full);
        };
        match tables.begin().and_then(|()| part(tables)) {
            Ok(()) => Ok(()),
            Err(_) if tables.was_full() => {
                place.grow(&mut self.tables).map_err(Stopped::Failed)?;
                Err(Stopped::Full)
            }
            Err(error) => Err(Stopped::Failed(error)),
        }
    }

    fn commit(&mut self, place: &Place, view: &Mutex<View>) {
        let Some(tables) = &mut self.tables else {
            return self.end(End::Again);
        };
        let end = match tables.commit() {
            Ok(None) => End::Kept,
            Ok(Some(found)) => {
                lock(view).becomes(found, 1);
                End::Kept
            }
            Err(_) if tables.was_full() => match place.grow(&mut self.tables) {
                Ok(()) => End::Again,
                Err(error) => End::Failed(error),
            },
            Err(error) => {
                self.tables = None;
                End::Failed(error)
            }
        };
        self.end(end);
    }

    /// Ends the transaction and tells those who wait for it.
    fn end(&mut self, end: End) {
        if let Some(tables) = &mut self.tables {
            tables.abort();
        }
        if let Some(round) = self.round.take() {
            *lock(&round.end) = Some(end);
            round.ended.notify_all();
        }
    }
}

impl Round {
    fn wait(&self) -> End {
        let mut end = lock(&self.end);
        loop {
            if let Some(end) = &*end {
                return end.clone();
            }
            end = self.ended.wait(end).unwrap_or_else(PoisonError::into_inner);
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
