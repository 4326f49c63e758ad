//! What the model keeps of a person's conversation.

use crate::inbox::message::Why;
use crate::inbox::options::{MediaPolicy, Options};
use crate::inbox::store::{Kind, TurnId};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inbox::conformance) enum Sort {
    Text,
    Medium,
    Stop,
    Start,
}

#[derive(Clone, Debug)]
pub(in crate::inbox::conformance) struct Said {
    pub(in crate::inbox::conformance) id: String,
    pub(in crate::inbox::conformance) sort: Sort,
    pub(in crate::inbox::conformance) text: String,
    pub(in crate::inbox::conformance) at: i64,
    pub(in crate::inbox::conformance) written_at: i64,
    pub(in crate::inbox::conformance) deleted: bool,
    pub(in crate::inbox::conformance) dropped: Option<Why>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inbox::conformance) enum Phase {
    Claimed,
    Asked,
    Ended,
}

#[derive(Clone, Debug)]
pub(in crate::inbox::conformance) struct PartOf {
    pub(in crate::inbox::conformance) text: String,
    pub(in crate::inbox::conformance) settled: bool,
    pub(in crate::inbox::conformance) failures: u32,
}

#[derive(Clone, Debug)]
pub(in crate::inbox::conformance) struct Running {
    pub(in crate::inbox::conformance) id: TurnId,
    pub(in crate::inbox::conformance) worker: usize,
    /// Its worker has not ended since.
    pub(in crate::inbox::conformance) alive: bool,
    pub(in crate::inbox::conformance) phase: Phase,
    pub(in crate::inbox::conformance) said: Vec<Said>,
    pub(in crate::inbox::conformance) kind: Kind,
    pub(in crate::inbox::conformance) parts: Vec<PartOf>,
    pub(in crate::inbox::conformance) dropped: Option<Why>,
    pub(in crate::inbox::conformance) handed_out: bool,
    pub(in crate::inbox::conformance) again_at: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::inbox::conformance) struct Person {
    pub(in crate::inbox::conformance) waiting: Vec<Said>,
    pub(in crate::inbox::conformance) running: Option<Running>,
    pub(in crate::inbox::conformance) paused_until: i64,
    pub(in crate::inbox::conformance) opted_out: bool,
    /// What waits has waited for the agent.
    pub(in crate::inbox::conformance) hurry: bool,
    /// The clock went back since: what is due is not known to the millisecond.
    pub(in crate::inbox::conformance) vague: bool,
}

impl Person {
    pub(in crate::inbox::conformance) fn unsettled(&self) -> impl Iterator<Item = &Said> {
        self.running
            .iter()
            .flat_map(|running| &running.said)
            .chain(&self.waiting)
    }

    /// Whether what waits is to be claimed.
    pub(in crate::inbox::conformance) fn waits_no_longer(
        &self,
        now: i64,
        options: &Options,
    ) -> bool {
        let (Some(first), Some(last)) = (self.waiting.first(), self.waiting.last()) else {
            return false;
        };
        let near = &self.waiting[..self.waiting.len().min(options.max_messages)];
        self.hurry
            || near.len() == options.max_messages
            || near
                .iter()
                .any(|said| said.dropped.is_some() || matches!(said.sort, Sort::Stop | Sort::Start))
            || near.iter().map(Said::length).sum::<usize>() >= options.max_characters
            || now >= last.at + options.quiet_ms
            || now >= first.at + options.max_wait_ms
    }

    /// The messages of the next turn leave the queue.
    pub(in crate::inbox::conformance) fn take(&mut self, now: i64, options: &Options) -> Vec<Said> {
        let lone = |said: &Said| match (said.dropped, said.sort) {
            (Some(why), _) => Some(Err(why)),
            _ if now - said.written_at >= options.window_ms => Some(Err(Why::Window)),
            (_, Sort::Stop | Sort::Start) => Some(Ok(())),
            _ => None,
        };
        let first = self.waiting.first().and_then(lone);
        let mut room = options.max_characters;
        let mut count = 0;
        for said in &self.waiting {
            let fits = match first {
                Some(Err(_)) => lone(said) == first,
                Some(Ok(())) => count == 0,
                None => {
                    let length = said.length();
                    let fits = count == 0 || (count < options.max_messages && length <= room);
                    room = room.saturating_sub(length);
                    fits && lone(said).is_none()
                }
            };
            if !fits {
                break;
            }
            count += 1;
        }
        self.waiting.drain(..count).collect()
    }
}

impl Said {
    fn length(&self) -> usize {
        if self.sort == Sort::Text && !self.deleted {
            self.text.chars().count()
        } else {
            0
        }
    }

    pub(in crate::inbox::conformance) fn is_too_old(&self, now: i64, options: &Options) -> bool {
        now - self.written_at >= options.window_ms
    }
}

impl Running {
    /// How the turn ends without the agent, if it does.
    pub(in crate::inbox::conformance) fn foregone(
        &self,
        options: &Options,
    ) -> Option<(Kind, String)> {
        use crate::inbox::message::Notice;
        let alive: Vec<_> = self
            .said
            .iter()
            .filter(|said| !said.deleted)
            .map(|said| said.sort)
            .collect();
        if let Some(why) = self.dropped {
            return Some((Kind::Expired(why), String::new()));
        }
        match alive.first() {
            Some(Sort::Stop) => Some((Kind::Notice(Notice::Stop), options.stop_text.clone())),
            Some(Sort::Start) => Some((Kind::Notice(Notice::Start), options.start_text.clone())),
            _ if alive.contains(&Sort::Text) => None,
            Some(_) => match &options.media {
                MediaPolicy::Reply(text) => Some((Kind::Media, text.clone())),
                _ => Some((Kind::Media, String::new())),
            },
            None => Some((Kind::Expired(Why::Revoked), String::new())),
        }
    }

    pub(in crate::inbox::conformance) fn end(
        &mut self,
        kind: Kind,
        parts: impl IntoIterator<Item = String>,
    ) {
        (self.phase, self.kind) = (Phase::Ended, kind);
        let part = |text| PartOf {
            text,
            settled: false,
            failures: 0,
        };
        self.parts = parts
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(part)
            .collect();
    }

    pub(in crate::inbox::conformance) fn query(&self, options: &Options) -> String {
        let mut query = String::new();
        for said in self
            .said
            .iter()
            .filter(|said| said.sort == Sort::Text && !said.deleted)
        {
            if !query.is_empty() {
                query.push_str(&options.join);
            }
            query.push_str(&said.text);
        }
        query
    }
}
