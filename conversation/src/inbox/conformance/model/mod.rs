//! What every store has to do, said without one.

mod expect;
mod person;

pub(super) use self::person::{Said, Sort};

use std::collections::{HashMap, HashSet};

use self::person::{Person, Phase, Running};
use crate::inbox::message::Why;
use crate::inbox::options::{MediaPolicy, Options};
use crate::inbox::store::{Accept, Kind, TurnId, Work};

const HOUR: i64 = 3_600_000;

/// Whether something is to be found by a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Yes,
    No,
    Either,
}

pub(super) struct Model {
    pub(super) options: Options,
    pub(super) now: i64,
    pub(super) people: Vec<Person>,
    /// By the index of the channel: held until, and how often in a row.
    pub(super) held: [(i64, u32); 2],
    /// Until when somebody is paused who has not shown the identifier yet.
    pub(super) foretold: HashMap<String, i64>,
    seen: HashMap<String, i64>,
    /// What could be forgotten when the clock went back: a store may have forgotten it, or not.
    forgotten: HashSet<String>,
}

impl Model {
    pub(super) fn new(options: Options, people: usize) -> Self {
        Self {
            options,
            now: 1_800_000_000_000,
            people: vec![Person::default(); people],
            held: [(0, 0); 2],
            foretold: HashMap::new(),
            seen: HashMap::new(),
            forgotten: HashSet::new(),
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.people
            .iter()
            .map(|person| person.unsettled().count())
            .sum()
    }

    pub(super) fn is_held(&self, who: usize) -> bool {
        let (until, _) = self.held[channel(who)];
        self.now < until && until <= self.now + HOUR
    }

    /// Promise 2.
    pub(super) fn is_duplicate(&self, who: usize, id: &str) -> bool {
        let seen = self
            .seen
            .get(id)
            .is_some_and(|at| self.now < at + self.options.dedup_ms);
        seen || self.people[who].unsettled().any(|said| said.id == id)
    }

    pub(super) fn may_be_forgotten(&self, who: usize, id: &str) -> bool {
        self.forgotten.contains(id) && self.people[who].unsettled().all(|said| said.id != id)
    }

    pub(super) fn saw(&mut self, id: &str) {
        self.seen.insert(id.into(), self.now);
    }

    /// A message that is no duplicate.
    pub(super) fn say(&mut self, who: usize, said: Said) -> Accept {
        let has_room = self.pending() < self.options.max_pending;
        let (now, media) = (self.now, self.options.media.clone());
        let person = &mut self.people[who];
        let mut said = Said { at: now, ..said };
        let silent = now < person.paused_until;
        let accept = match (said.sort, media) {
            (Sort::Stop, _) if !person.opted_out => Accept::Queued,
            (Sort::Start, _) if person.opted_out => Accept::Queued,
            (Sort::Medium, MediaPolicy::Ignore) => Accept::Ignored,
            (Sort::Medium, _) | (Sort::Text | Sort::Stop | Sort::Start, _) if person.opted_out => {
                Accept::Paused
            }
            (Sort::Medium, MediaPolicy::Tell(text)) => {
                (said.sort, said.text) = (Sort::Text, text);
                Accept::Queued
            }
            (Sort::Medium, MediaPolicy::Reply(_)) | (Sort::Text, _) => Accept::Queued,
            (Sort::Stop | Sort::Start, _) => {
                said.sort = Sort::Text;
                Accept::Queued
            }
        };
        if accept == Accept::Queued && !silent && !has_room {
            return Accept::Refused;
        }
        self.seen.insert(said.id.clone(), now);
        if accept != Accept::Queued {
            return accept;
        }
        if said.sort == Sort::Stop {
            person.opted_out = true;
            self.drop_all(who, Why::Stopped);
        } else if said.sort == Sort::Start {
            person.opted_out = false;
        }
        if silent {
            return Accept::Paused;
        }
        self.people[who].waiting.push(said);
        Accept::Queued
    }

    pub(super) fn edit(&mut self, who: usize, id: &str, text: Option<&str>) {
        let person = &mut self.people[who];
        let open = person
            .running
            .as_mut()
            .filter(|running| running.phase == Phase::Claimed);
        let open = open.into_iter().flat_map(|running| &mut running.said);
        let Some(said) = open.chain(&mut person.waiting).find(|said| said.id == id) else {
            return;
        };
        match text {
            _ if matches!(said.sort, Sort::Stop | Sort::Start) => {}
            None => said.deleted = true,
            Some(text) => (said.sort, said.text) = (Sort::Text, text.into()),
        }
    }

    pub(super) fn pause(&mut self, who: usize, until: i64) {
        self.people[who].paused_until = until;
        if self.now < until {
            self.drop_all(who, Why::Human);
        }
    }

    /// Promise 6: a pause under an identifier is whose that turns out to be.
    pub(super) fn shown(
        &mut self,
        who: usize,
        (phone, user_id): &(Option<String>, Option<String>),
    ) {
        let identifiers = [phone, user_id].into_iter().flatten();
        let foretold = identifiers.filter_map(|one| self.foretold.remove(one));
        if let Some(until) = foretold.max() {
            self.pause(who, until.max(self.people[who].paused_until));
        }
    }

    fn drop_all(&mut self, who: usize, why: Why) {
        let now = self.now;
        let person = &mut self.people[who];
        person
            .waiting
            .iter_mut()
            .for_each(|said| said.dropped = said.dropped.or(Some(why)));
        if let Some(running) = &mut person.running {
            running.dropped = running.dropped.or(Some(why));
            running.again_at = running.again_at.map(|_| now);
        }
    }

    /// Promises 3 and 5: when something is claimed, and by whom.
    pub(super) fn due(&self, who: usize, worker: usize) -> Due {
        let person = &self.people[who];
        let vague = |due| {
            if due {
                Due::Yes
            } else if person.vague {
                Due::Either
            } else {
                Due::No
            }
        };
        if self.is_held(who) {
            return Due::No;
        }
        match &person.running {
            Some(running) if !running.alive => vague(!person.vague),
            Some(running) if running.worker != worker => Due::No,
            Some(running) => match running.again_at {
                Some(_) if person.vague => Due::Either,
                Some(at) => vague(at <= self.now),
                None => Due::No,
            },
            None if person.waiting.is_empty() => Due::No,
            None if person.vague => Due::Either,
            None => vague(person.waits_no_longer(self.now, &self.options)),
        }
    }

    /// Promises 3, 5 and 8: what a claim of this session gives.
    pub(super) fn claimed(&mut self, who: usize, worker: usize, work: &Work) -> Result<(), String> {
        let (Work::Ask(_, id) | Work::HandOut(_, id)) = *work else {
            return Ok(());
        };
        let (now, options) = (self.now, &self.options);
        let person = &mut self.people[who];
        if person.running.is_none() {
            person.hurry = false;
            let said = person.take(now, options);
            person.running = Some(begin(id, worker, said, now, options));
        }
        person.vague &= person.waiting.iter().any(|said| said.at > now);
        let Some(running) = &mut person.running else {
            return Ok(());
        };
        if running.id != id {
            return Err(format!(
                "promise 3: turn {id:?} is claimed while {:?} is not settled",
                running.id
            ));
        }
        if !running.alive && running.phase == Phase::Asked {
            if options.retry_ambiguous {
                running.phase = Phase::Claimed;
            } else {
                running.end(Kind::Fallback, [options.fallback.clone()]);
            }
        }
        (running.alive, running.worker, running.again_at) = (true, worker, None);
        match (work, running.phase) {
            (Work::Ask(..), Phase::Claimed) | (Work::HandOut(..), Phase::Ended) => Ok(()),
            (work, phase) => Err(format!("promise 5: {work:?} of a turn that is {phase:?}")),
        }
    }

    pub(super) fn crashed(&mut self, worker: usize) {
        for running in self
            .people
            .iter_mut()
            .filter_map(|person| person.running.as_mut())
        {
            running.alive &= running.worker != worker;
        }
    }

    pub(super) fn jumps(&mut self, by: i64) {
        if by < 0 {
            let is_old = |(_, at): &(&String, &i64)| self.now >= **at + self.options.dedup_ms;
            let old = self.seen.iter().filter(is_old).map(|(id, _)| id.clone());
            self.forgotten.extend(old);
            self.people
                .iter_mut()
                .for_each(|person| person.vague = true);
        }
        self.now += by;
    }
}

pub(super) fn channel(who: usize) -> usize {
    usize::from(who == 4)
}

fn begin(id: TurnId, worker: usize, said: Vec<Said>, now: i64, options: &Options) -> Running {
    let mut running = Running {
        id,
        worker,
        alive: true,
        phase: Phase::Claimed,
        said,
        kind: Kind::Typing,
        parts: Vec::new(),
        dropped: None,
        handed_out: false,
        again_at: None,
    };
    let first = running.said.first();
    let late = first
        .filter(|said| said.is_too_old(now, options))
        .map(|_| Why::Window);
    match first.and_then(|said| said.dropped).or(late) {
        Some(why) => running.end(Kind::Expired(why), []),
        None => {
            if let Some((kind, text)) = running.foregone(options) {
                running.end(kind, [text]);
            }
        }
    }
    running
}
