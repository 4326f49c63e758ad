//! The store that a test is to have, and one that fails, or takes its time, as it is told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::memory::Memory;
use robofy_conversation::inbox::options::Moment;
use robofy_conversation::inbox::store::{
    Accept, Action, Counts, Effect, Epoch, Key, Offer, Step, Store, StoreError, StoreFault, Work,
};

use super::scratch::Scratch;

/// An empty store, of the kind that the test program is for.
pub fn fresh() -> Arc<dyn Store> {
    Arc::new(Faulty::default())
}

pub struct Faulty {
    inner: Box<dyn Store>,
    _folder: Option<Scratch>,
    /// As many calls of the worker's or the program's fail.
    pub failures: AtomicUsize,
    /// Answers longer than this are refused.
    pub longest: AtomicUsize,
    pub calls: AtomicUsize,
    pub claims: AtomicUsize,
    /// Claims wait until it is opened.
    pub is_shut: AtomicBool,
    pub sent: Mutex<Vec<String>>,
    lock: Mutex<()>,
    opened: Condvar,
}

impl Default for Faulty {
    fn default() -> Self {
        let folder = crate::IS_ON_DISK.then(Scratch::new);
        let inner: Box<dyn Store> = match &folder {
            Some(folder) => Box::new(Lmdb::open(folder.at("store")).unwrap()),
            None => Box::new(Memory::new()),
        };
        Self {
            inner,
            _folder: folder,
            failures: AtomicUsize::new(0),
            longest: AtomicUsize::new(usize::MAX),
            calls: AtomicUsize::new(0),
            claims: AtomicUsize::new(0),
            is_shut: AtomicBool::new(false),
            sent: Mutex::default(),
            lock: Mutex::default(),
            opened: Condvar::new(),
        }
    }
}

impl Faulty {
    pub fn open(&self) {
        let _held = self.lock.lock().unwrap();
        self.is_shut.store(false, Ordering::SeqCst);
        self.opened.notify_all();
    }

    fn attempt(&self) -> Result<(), StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let fewer = |left: usize| left.checked_sub(1);
        let failed = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        match failed {
            Ok(_) => Err(full()),
            Err(_) => Ok(()),
        }
    }

    fn is_too_long(&self, step: &Step<'_>) -> bool {
        let longest = self.longest.load(Ordering::SeqCst);
        matches!(step.action, Action::Answer { parts, .. } if parts.concat().len() > longest)
    }
}

fn full() -> StoreError {
    StoreError::new(StoreFault::Full, "/data/inbox is full; make room")
}

impl Store for Faulty {
    fn begin(&self, worker: &str, at: Moment<'_>) -> Result<Epoch, StoreError> {
        self.attempt()?;
        self.inner.begin(worker, at)
    }

    fn offer(&self, offers: &[Offer<'_>], at: Moment<'_>) -> Result<Vec<Accept>, StoreError> {
        self.attempt()?;
        self.inner.offer(offers, at)
    }

    fn claim(&self, epoch: Epoch, most: usize, at: Moment<'_>) -> Result<Vec<Work>, StoreError> {
        let mut held = self.lock.lock().unwrap();
        while self.is_shut.load(Ordering::SeqCst) {
            held = self.opened.wait(held).unwrap();
        }
        drop(held);
        self.claims.fetch_add(1, Ordering::SeqCst);
        self.attempt()?;
        self.inner.claim(epoch, most, at)
    }

    fn advance(
        &self,
        epoch: Epoch,
        steps: &[Step<'_>],
        at: Moment<'_>,
    ) -> Result<Vec<Effect>, StoreError> {
        self.attempt()?;
        if steps.iter().any(|step| self.is_too_long(step)) {
            return Err(full());
        }
        let effects = self.inner.advance(epoch, steps, at)?;
        for (step, effect) in steps.iter().zip(&effects) {
            if let (Action::Send, Effect::Ask(query)) = (&step.action, effect) {
                self.sent.lock().unwrap().push(query.clone());
            }
        }
        Ok(effects)
    }

    fn pause(&self, session: &Key, until: i64, at: Moment<'_>) -> Result<(), StoreError> {
        self.attempt()?;
        self.inner.pause(session, until, at)
    }

    fn pause_everywhere(
        &self,
        identifier: &str,
        until: i64,
        at: Moment<'_>,
    ) -> Result<usize, StoreError> {
        self.attempt()?;
        self.inner.pause_everywhere(identifier, until, at)
    }

    fn next_due(&self, at: Moment<'_>) -> Result<Option<i64>, StoreError> {
        self.attempt()?;
        self.inner.next_due(at)
    }

    fn purge(&self, most: usize, at: Moment<'_>) -> Result<usize, StoreError> {
        self.attempt()?;
        self.inner.purge(most, at)
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.attempt()?;
        self.inner.counts()
    }
}
