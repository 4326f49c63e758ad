//! What came of the histories.

use std::fmt;

use crate::inbox::store::{Accept, Kind};

/// What came of the histories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many were lived through.
    pub histories: u64,
    /// Messages that were accepted with [`Accept::Queued`].
    pub queued: usize,
    /// Offers that were duplicates.
    pub duplicates: usize,
    /// Offers that came to nothing else.
    pub others: usize,
    /// Requests to the agent.
    pub asked: usize,
    /// Messages that ended in an answer.
    pub answer: usize,
    /// Messages that ended in a fallback.
    pub fallback: usize,
    /// Messages that ended in a notice.
    pub notice: usize,
    /// Messages that ended as media.
    pub media: usize,
    /// Messages that ended unanswered.
    pub expired: usize,
    pub(super) ids: usize,
}

impl Report {
    /// Messages that were accepted and have not ended.
    pub fn lost(&self) -> usize {
        let ended = self.answer + self.fallback + self.notice + self.media + self.expired;
        self.queued.abs_diff(ended)
    }

    pub(super) fn offered(&mut self, accept: Option<Accept>) {
        *match accept {
            Some(Accept::Queued) => &mut self.queued,
            Some(Accept::Duplicate) => &mut self.duplicates,
            _ => &mut self.others,
        } += 1;
    }

    pub(super) fn ended(&mut self, kind: Kind, messages: usize) {
        *match kind {
            Kind::Answer | Kind::Typing => &mut self.answer,
            Kind::Fallback => &mut self.fallback,
            Kind::Notice(_) => &mut self.notice,
            Kind::Media => &mut self.media,
            Kind::Expired(_) => &mut self.expired,
        } += messages;
    }

    /// Adds what came of others.
    pub fn add(&mut self, other: &Self) {
        self.histories += other.histories;
        for (sum, more) in [
            (&mut self.queued, other.queued),
            (&mut self.duplicates, other.duplicates),
            (&mut self.others, other.others),
            (&mut self.asked, other.asked),
            (&mut self.answer, other.answer),
            (&mut self.fallback, other.fallback),
            (&mut self.notice, other.notice),
            (&mut self.media, other.media),
            (&mut self.expired, other.expired),
        ] {
            *sum += more;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            histories,
            queued,
            duplicates,
            others,
            asked,
            answer,
            fallback,
            notice,
            media,
            expired,
            ..
        } = self;
        write!(
            f,
            "{histories} histories: {queued} accepted = {answer} answer + {fallback} fallback + {notice} notice \
             + {media} media + {expired} expired; {duplicates} duplicates refused, {others} other events, \
             {asked} requests to the agent; lost {}",
            self.lost()
        )
    }
}
