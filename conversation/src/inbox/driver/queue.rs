//! The outcomes that wait to be polled, and the descriptor that tells of them.

use std::collections::VecDeque;
use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;

use robofy_client::hooks::Notifier;

use crate::inbox::store::{Key, TurnId};

/// An outcome that waits to be polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) session: Arc<Key>,
    pub(super) turn: TurnId,
    /// The agent is at work; else it is the turn's end.
    pub(super) is_typing: bool,
}

impl Ready {
    pub(super) fn typing(session: Arc<Key>, turn: TurnId) -> Self {
        Self {
            session,
            turn,
            is_typing: true,
        }
    }

    /// A turn that has its end.
    pub(super) fn end(session: Arc<Key>, turn: TurnId) -> Self {
        Self {
            session,
            turn,
            is_typing: false,
        }
    }
}

/// Changed under its owner's lock, so that the notifier is told and cleared in turns.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Ready>,
    /// How many of them are ends.
    ends: usize,
    notifier: Option<Notifier>,
}

impl Queue {
    pub(super) fn push(&mut self, ready: Ready) {
        self.ends += usize::from(!ready.is_typing);
        self.waiting.push_back(ready);
        if self.waiting.len() == 1
            && let Some(notifier) = &self.notifier
        {
            notifier.notify();
        }
    }

    /// The next that is still wanted.
    pub(super) fn pop(&mut self, mut is_wanted: impl FnMut(&Ready) -> bool) -> Option<Ready> {
        while let Some(ready) = self.waiting.pop_front() {
            self.ends -= usize::from(!ready.is_typing);
            if self.waiting.is_empty()
                && let Some(notifier) = &self.notifier
            {
                notifier.clear();
            }
            if is_wanted(&ready) {
                return Some(ready);
            }
        }
        None
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn ends(&self) -> usize {
        self.ends
    }

    /// Readable exactly while outcomes wait. Made on first use.
    pub(super) fn descriptor(&mut self) -> io::Result<RawFd> {
        if let Some(notifier) = &self.notifier {
            return Ok(notifier.descriptor());
        }
        let notifier = Notifier::new()?;
        if !self.waiting.is_empty() {
            notifier.notify();
        }
        Ok(self.notifier.insert(notifier).descriptor())
    }
}
