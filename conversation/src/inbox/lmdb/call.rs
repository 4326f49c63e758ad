//! A part of a transaction, which whoever leads does for the call that waits for it.
#![allow(unsafe_code)]

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::tables::Tables;
use crate::inbox::store::StoreError;

/// May be done more than once: what a transaction that was given up has done is done again.
pub(super) type Part<'p> = dyn FnMut(&mut Tables) -> Result<(), StoreError> + Send + 'p;

/// A call that waits.
pub(super) struct Call {
    /// `None`: the call has ended, or is about to.
    part: Mutex<Option<Lent>>,
    stage: Mutex<Stage>,
    changed: Condvar,
}

/// A part that its owner does not touch while it is here.
struct Lent(NonNull<Part<'static>>);

// SAFETY: what it points to is `Send`.
unsafe impl Send for Lent {}

enum Stage {
    Waiting,
    /// It is to lead, and its part is not done.
    Leading,
    Ended(End),
}

/// What became of a part.
pub(super) enum End {
    /// It is on disk.
    Kept,
    /// It is to be done again.
    Again,
    Failed(StoreError),
    /// It has panicked.
    Panicked(Box<dyn Any + Send>),
}

impl Call {
    /// Lends a part to who leads, and returns when it is done. `queue` hands the call on, and says whether this thread is the one that
    /// leads; if it is not, it may be told to by [`Call::leads`].
    pub(super) fn wait(
        part: &mut Part<'_>,
        queue: impl FnOnce(Arc<Self>) -> bool,
        lead: impl FnOnce(),
    ) -> End {
        let part = NonNull::from(part);
        // SAFETY: only the lifetime differs. `Call::run` alone uses it, under a lock under which `Call::end` has not yet taken
        // it, and `Ended` does not return, or unwind, before that.
        let part =
            unsafe { std::mem::transmute::<NonNull<Part<'_>>, NonNull<Part<'static>>>(part) };
        let call = Arc::new(Self {
            part: Mutex::new(Some(Lent(part))),
            stage: Mutex::new(Stage::Waiting),
            changed: Condvar::new(),
        });
        let ended = Ended(&call);
        if queue(call.clone()) || call.is_to_lead() {
            lead();
        }
        ended.end()
    }

    /// Does the part, and says by what it has ended, if it has.
    pub(super) fn run(&self, tables: &mut Tables) -> Result<(), End> {
        let part = lock(&self.part);
        let Some(Lent(part)) = &*part else {
            return Err(End::Again);
        };
        // SAFETY: the owner waits, since the part is still here, and the lock keeps others away.
        let part = unsafe { &mut *part.as_ptr() };
        match catch_unwind(AssertUnwindSafe(|| part(tables))) {
            Ok(done) => done.map_err(End::Failed),
            Err(panic) => Err(End::Panicked(panic)),
        }
    }

    /// Tells the call.
    pub(super) fn end(&self, end: End) {
        *lock(&self.part) = None;
        self.becomes(Stage::Ended(end));
    }

    /// Has the call lead.
    pub(super) fn leads(&self) {
        self.becomes(Stage::Leading);
    }

    fn becomes(&self, next: Stage) {
        *lock(&self.stage) = next;
        self.changed.notify_one();
    }

    /// Waits until it is told.
    fn is_to_lead(&self) -> bool {
        matches!(
            *self.told(|stage| matches!(stage, Stage::Waiting)),
            Stage::Leading
        )
    }

    fn told(&self, mut is_waiting: impl FnMut(&mut Stage) -> bool) -> MutexGuard<'_, Stage> {
        let told = self
            .changed
            .wait_while(lock(&self.stage), |stage| is_waiting(stage));
        told.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does not go before the call has ended.
struct Ended<'c>(&'c Call);

impl Ended<'_> {
    fn end(self) -> End {
        let mut stage = self.0.told(|stage| !matches!(stage, Stage::Ended(_)));
        match std::mem::replace(&mut *stage, Stage::Ended(End::Again)) {
            Stage::Ended(End::Panicked(panic)) => {
                drop(stage);
                resume_unwind(panic)
            }
            Stage::Ended(end) => end,
            Stage::Waiting | Stage::Leading => End::Again,
        }
    }
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        drop(self.0.told(|stage| !matches!(stage, Stage::Ended(_))));
    }
}

pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
