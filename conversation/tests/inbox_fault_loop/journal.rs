//! What the world saw of each message, and whether that is what was promised.

use std::collections::BTreeMap;
use std::fmt;

use crate::plan::{Planned, Sort};

#[derive(Clone, Default)]
struct Seen {
    is_kept: bool,
    /// The kind of its outcome, and the life in which it was handed out last.
    outcome: Option<(String, usize)>,
    /// Of its outcome's parts, those that were handed out last, and those of them that are reported as sent.
    parts: (usize, usize),
    is_settling: bool,
    is_settled: bool,
    /// The life in which the agent was asked last.
    asked: Option<usize>,
}

#[derive(Default)]
pub struct Journal {
    plan: Vec<Planned>,
    seen: Vec<Seen>,
    /// The messages of each session that have not been handed out.
    next: Vec<Vec<usize>>,
    /// The turn that each session was handed last, by its first message.
    under_way: Vec<Option<Vec<usize>>>,
    life: usize,
    may_retry: bool,
    may_expire: bool,
    pub kept: usize,
    pub duplicates: usize,
    pub errors: usize,
    pub last_error: String,
    again: usize,
    asked_again: usize,
    faults: Vec<String>,
}

impl Journal {
    pub fn new(plan: Vec<Planned>, sessions: usize, may_retry: bool, may_expire: bool) -> Self {
        let mut next = vec![Vec::new(); sessions];
        for (number, planned) in plan.iter().enumerate().rev() {
            next[planned.session].push(number);
        }
        Self {
            seen: vec![Seen::default(); plan.len()],
            under_way: vec![None; sessions],
            plan,
            next,
            may_retry,
            may_expire,
            ..Self::default()
        }
    }

    pub fn is_kept(&self, number: usize) -> bool {
        self.seen[number].is_kept
    }

    /// The process is gone.
    pub fn next_life(&mut self) {
        self.life += 1;
    }

    fn fault(&mut self, what: String) {
        self.faults.push(format!("life {}: {what}", self.life));
    }

    /// Takes a line of the program's. Returns the message that is kept from now on.
    pub fn line(&mut self, line: &str) -> Option<usize> {
        let words: Vec<_> = line.split(' ').collect();
        match *words {
            ["q" | "d", number] => {
                let number: usize = number.parse().ok()?;
                let was_kept = std::mem::replace(&mut self.seen[number].is_kept, true);
                if was_kept {
                    self.duplicates += 1;
                    if words[0] == "q" {
                        self.fault(format!("{number} was queued twice"));
                    }
                    return None;
                }
                self.kept += 1;
                return Some(number);
            }
            ["x", number] => self.fault(format!("{number} was not queued")),
            ["e", ..] => {
                self.errors += 1;
                self.last_error = line.to_owned();
            }
            ["o", parts, kind, asked, numbers] => {
                let numbers: Vec<usize> = numbers.split(',').flat_map(str::parse).collect();
                let texts = numbers
                    .iter()
                    .map(|&number| self.plan[number].sort.text(number));
                let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
                if kind == "answer" && asked != texts.join(",") {
                    self.fault(format!("{numbers:?} have the answer to {asked}"));
                }
                self.outcome(kind, &numbers, parts.parse().unwrap_or_default());
            }
            ["p", turn] => self.turn(turn, |seen| seen.parts.1 += 1),
            ["a", turn] => self.turn(turn, |seen| seen.is_settling = true),
            ["s", turn] => self.turn(turn, |seen| seen.is_settled = true),
            ["r"] | ["n", _] => {}
            // Cut by the end of the process.
            _ => {}
        }
        None
    }

    fn turn(&mut self, turn: &str, mark: impl Fn(&mut Seen)) {
        let Ok(first) = turn.parse::<usize>() else {
            return;
        };
        // Said late, when the next one has been handed out, it is not about that.
        let turn = self.under_way[self.plan[first].session].clone();
        let turn = turn.filter(|turn| turn.first() == Some(&first));
        for number in turn.into_iter().flatten() {
            mark(&mut self.seen[number]);
        }
    }

    fn outcome(&mut self, kind: &str, numbers: &[usize], parts: usize) {
        let session = self.plan[numbers[0]].session;
        let life = self.life;
        if let Some((former, when)) = self.seen[numbers[0]].outcome.clone() {
            self.again += numbers.len();
            let is_same = self.under_way[session].as_deref() == Some(numbers) && former == kind;
            let is_settled = numbers.iter().any(|&number| self.seen[number].is_settled);
            let (all, sent) = self.seen[numbers[0]].parts;
            // The one that was being reported may be known as sent.
            if parts + sent != all && parts + sent + 1 != all {
                self.fault(format!(
                    "{numbers:?}: {sent} of {all} parts were sent, and {parts} come again"
                ));
            }
            if when == life || is_settled || !is_same {
                self.fault(format!(
                    "{numbers:?} twice: {former} in life {when}, then {kind}; settled: {is_settled}"
                ));
            }
        } else {
            if let Some(before) = &self.under_way[session] {
                let before = &self.seen[before[0]];
                let when = before.outcome.as_ref().map(|(_, when)| *when);
                if when == Some(life) && !before.is_settling {
                    self.fault(format!("{numbers:?} before the last turn was settled"));
                }
            }
            // What ended without parts in the moment of a kill was not seen.
            let may_skip = |planned: &Planned| self.may_expire || planned.sort != Sort::Text;
            while self.next[session]
                .last()
                .is_some_and(|&number| number != numbers[0] && may_skip(&self.plan[number]))
            {
                self.next[session].pop();
            }
            let taken: Vec<_> = numbers.iter().map(|_| self.next[session].pop()).collect();
            if !taken.iter().flatten().eq(numbers) {
                self.fault(format!("{numbers:?} out of order: {taken:?} were next"));
            }
        }
        for &number in numbers {
            let sort = self.plan[number].sort;
            let is_possible = match kind {
                // Where the clock jumps, it may go back to when the message was not old.
                "answer" | "unknown" => {
                    matches!(sort, Sort::Text | Sort::Fails | Sort::Media)
                        || (self.may_expire && sort == Sort::Old)
                }
                "fallback" => {
                    let mut all = numbers.iter().map(|&number| self.plan[number].sort);
                    all.any(|sort| sort == Sort::Fails)
                }
                "notice" => matches!(sort, Sort::Stop | Sort::Start),
                "media" => sort == Sort::Media,
                "expired" => {
                    self.may_expire || matches!(sort, Sort::Old | Sort::Stop | Sort::Start)
                }
                _ => false,
            };
            let is_unexpected_retry = kind == "unknown" && self.may_retry;
            if !is_possible || is_unexpected_retry {
                self.fault(format!("{number}, {sort:?}, ended as {kind}"));
            }
            self.seen[number] = Seen {
                outcome: Some((kind.into(), life)),
                parts: (parts, 0),
                is_settling: false,
                ..self.seen[number].clone()
            };
        }
        self.under_way[session] = Some(numbers.to_vec());
    }

    pub fn life(&self) -> usize {
        self.life
    }

    /// What the agent was asked in a life.
    pub fn asked(&mut self, life: usize, query: &str) {
        for number in query
            .split(' ')
            .filter_map(|word| word.strip_prefix('m')?.parse::<usize>().ok())
        {
            let Some(seen) = self.seen.get_mut(number) else {
                continue;
            };
            let former = seen.asked.replace(life);
            let was_answered = seen.outcome.as_ref().is_some_and(|(_, when)| *when < life);
            if was_answered {
                self.fault(format!("{number} was asked after its answer"));
            }
            if let Some(former) = former {
                self.asked_again += 1;
                if !self.may_retry || former == life {
                    self.fault(format!("{number} was asked in life {former}, and again"));
                }
            }
        }
    }

    pub fn end(&mut self) -> Result<(), String> {
        let mut lost = 0;
        for number in 0..self.seen.len() {
            let sort = self.plan[number].sort;
            let may_be_unseen =
                self.may_expire || matches!(sort, Sort::Old | Sort::Stop | Sort::Start);
            if self.seen[number].outcome.is_none() && !may_be_unseen {
                lost += 1;
                self.fault(format!("{number}, {sort:?}, is lost"));
            }
        }
        let shown = self.faults.iter().take(20).cloned().collect::<Vec<_>>();
        match self.faults.len() {
            0 => Ok(()),
            count => Err(format!(
                "{count} faults, {lost} lost:\n{}",
                shown.join("\n")
            )),
        }
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unseen = 0;
        for seen in &self.seen {
            match &seen.outcome {
                Some((kind, _)) => *kinds.entry(kind).or_default() += 1,
                None => unseen += 1,
            }
        }
        let count = |kind| kinds.get(kind).copied().unwrap_or_default();
        write!(
            f,
            "{} sent = {} answered + {} fallback ({} of them unknown after a kill) + {} notice + {} media + {} expired ({unseen} of them unseen); \
             {} duplicates refused, {} handed out again as unsettled, {} asked again, {} storage errors, lost 0, order kept",
            self.seen.len(),
            count("answer"),
            count("fallback") + count("unknown"),
            count("unknown"),
            count("notice"),
            count("media"),
            count("expired") + unseen,
            self.duplicates,
            self.again,
            self.asked_again,
            self.errors,
        )
    }
}
