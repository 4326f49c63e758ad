//! The channel, which delivers each message until it is kept, and some of them again; and the loop of lives.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use robofy_standin::Standin;

use crate::fault::{Fault, Faults};
use crate::journal::Journal;
use crate::life::Life;
use crate::plan::{Planned, Rng, plan};
use crate::program;

/// In percent.
const DUPLICATES: u64 = 20;
/// Messages that are delivered and not confirmed.
const WINDOW: usize = 200;
/// Nothing that goes well takes as long.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Size {
    messages: usize,
    sessions: usize,
    lives: usize,
}

pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let named = |fault: &&str| {
        Fault::ALL
            .iter()
            .find(|(name, _)| name == fault)
            .map(|(_, fault)| *fault)
    };
    let words: Vec<_> = arguments.iter().map(|word| &**word).collect();
    if let [fault, messages, sessions, lives, more @ ..] = &*words
        && let Some(fault) = named(fault)
    {
        let size = Size {
            messages: messages.parse().unwrap(),
            sessions: sessions.parse().unwrap(),
            lives: lives.parse().unwrap(),
        };
        let folder = more.iter().find(|word| **word != "retry");
        return one(
            fault,
            more.contains(&"retry"),
            &size,
            folder.map(PathBuf::from),
        );
    }
    let size = Size {
        messages: 400,
        sessions: 60,
        lives: 12,
    };
    for (number, (_, fault)) in Fault::ALL.into_iter().enumerate() {
        one(fault, number % 2 == 1, &size, None);
    }
}

fn one(fault: Fault, may_retry: bool, size: &Size, folder: Option<PathBuf>) {
    let base = folder.unwrap_or_else(|| {
        let memory = PathBuf::from("/dev/shm");
        if memory.is_dir() {
            memory
        } else {
            env::temp_dir()
        }
    });
    let folder = base.join(format!("robofy-fault-loop-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    if let Some(faults) = Faults::new(fault, &folder) {
        let began = Instant::now();
        let mut world = World::new(faults, may_retry, size);
        world.play(size.lives);
        println!(
            "{fault:?}, retry_ambiguous {may_retry}, {} sessions, {} kills, {} times more of it, {:.0?}: {}",
            size.sessions,
            world.kills,
            world.faults.count,
            began.elapsed(),
            world.journal
        );
        world.journal.end().unwrap();
    } else {
        println!("{fault:?}: not allowed here");
    }
    fs::remove_dir_all(&folder).unwrap();
}

struct World {
    faults: Faults,
    journal: Journal,
    service: Standin,
    may_retry: bool,
    plan: Vec<Planned>,
    rng: Rng,
    /// Delivered and not confirmed, in this order.
    unconfirmed: VecDeque<usize>,
    /// How many of the plan have been delivered once.
    delivered: usize,
    kills: usize,
}

impl World {
    fn new(faults: Faults, may_retry: bool, size: &Size) -> Self {
        let mut rng = Rng(13);
        let plan = plan(size.messages, size.sessions, &mut rng);
        let may_expire = faults.fault == Fault::Clock;
        Self {
            faults,
            journal: Journal::new(plan.clone(), size.sessions, may_retry, may_expire),
            service: Standin::builder().delay(Duration::from_millis(20)).start(),
            may_retry,
            plan,
            rng,
            unconfirmed: VecDeque::new(),
            delivered: 0,
            kills: 0,
        }
    }

    fn play(&mut self, lives: usize) {
        let total = self.plan.len();
        while self.kills < lives || self.journal.kept < total {
            let part = (self.kills + 1) * total / lives.max(1);
            self.live(part.min(total));
            self.kills += 1;
        }
        self.last();
    }

    fn begin(&self) -> Life {
        let mut more = self.faults.environment();
        more.push((program::LIFE, self.journal.life().to_string()));
        if self.may_retry {
            more.push((program::RETRY, "1".into()));
        }
        Life::begin(&self.faults.store(), self.service.base_url(), &more)
    }

    /// A life in which the channel comes as far as `part` of its messages. One in four may end before the store is open.
    fn live(&mut self, part: usize) {
        let mut life = self.begin();
        if self.kills % 4 != 3 {
            self.until_open(&mut life);
        }
        let mut end = Instant::now() + Duration::from_millis(self.rng.between(50, 500));
        for number in self.unconfirmed.clone() {
            self.deliver(&mut life, number);
        }
        while Instant::now() < end {
            while self.unconfirmed.len() < WINDOW && self.delivered < part {
                self.unconfirmed.push_back(self.delivered);
                self.deliver(&mut life, self.delivered);
                self.delivered += 1;
            }
            if let Some(line) = life.next(Duration::from_millis(5)) {
                self.heard(&line, &mut life);
            }
            end += self.faults.step(&mut life, &mut self.rng);
        }
        assert!(!life.is_gone(), "it has ended by itself");
        self.end(life);
    }

    fn until_open(&mut self, life: &mut Life) {
        let end = Instant::now() + PATIENCE;
        let mut is_open = false;
        while !is_open {
            assert!(
                Instant::now() < end && !life.is_gone(),
                "it does not begin; {}",
                self.journal.last_error
            );
            if let Some(line) = life.next(Duration::from_millis(5)) {
                is_open = line == "r";
                self.heard(&line, life);
            }
            self.faults.step(life, &mut self.rng);
        }
    }

    /// One that nothing happens to, until everything is done.
    fn last(&mut self) {
        self.faults.mend();
        let mut life = self.begin();
        let end = Instant::now() + PATIENCE;
        let mut counted = Instant::now();
        loop {
            assert!(
                Instant::now() < end && !life.is_gone(),
                "it does not end: {}",
                self.journal
            );
            if counted.elapsed() > Duration::from_millis(200) {
                life.tell("count");
                counted = Instant::now();
            }
            let Some(line) = life.next(Duration::from_millis(50)) else {
                continue;
            };
            self.heard(&line, &mut life);
            if line == "n 0" {
                break;
            }
        }
        thread::sleep(Duration::from_millis(300));
        self.end(life);
    }

    fn end(&mut self, life: Life) {
        for line in life.end() {
            self.take(&line);
        }
        // Requests that had left may still arrive.
        thread::sleep(Duration::from_millis(5));
        for request in self.service.requests() {
            let word = |key| request.body[key].as_str().unwrap_or_default();
            let life = word("pid").parse().unwrap();
            self.journal.asked(life, word("query"));
        }
        self.service.clear();
        self.journal.next_life();
    }

    fn deliver(&mut self, life: &mut Life, number: usize) {
        let Planned { session, sort } = self.plan[number];
        life.tell(&format!("offer {number} {session} {}", sort.letter()));
    }

    fn heard(&mut self, line: &str, life: &mut Life) {
        if let Some(kept) = self.take(line)
            && self.rng.below(100) < DUPLICATES
        {
            // This one, or one that came before.
            let back = self.rng.below(1_000.min(kept as u64 + 1)) as usize;
            let again = if self.rng.below(2) == 0 {
                kept
            } else {
                kept - back
            };
            if self.journal.is_kept(again) {
                self.deliver(life, again);
            }
        }
    }

    fn take(&mut self, line: &str) -> Option<usize> {
        let kept = self.journal.line(line)?;
        self.unconfirmed.retain(|number| *number != kept);
        Some(kept)
    }
}
