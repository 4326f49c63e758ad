//! The messages that come in.

/// Numbers that look random and are the same in each run.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The agent reads it.
    Text,
    /// The agent fails, if the turn begins with it.
    Fails,
    Media,
    /// Older than the window.
    Old,
    Stop,
    Start,
}

impl Sort {
    pub fn letter(self) -> char {
        match self {
            Self::Text => 't',
            Self::Fails => 'f',
            Self::Media => 'm',
            Self::Old => 'o',
            Self::Stop => '-',
            Self::Start => '+',
        }
    }

    pub fn of(letter: &str) -> Option<Self> {
        let all = [
            Self::Text,
            Self::Fails,
            Self::Media,
            Self::Old,
            Self::Stop,
            Self::Start,
        ];
        all.into_iter()
            .find(|sort| letter == sort.letter().to_string())
    }

    pub fn text(self, number: usize) -> String {
        match self {
            Self::Text | Self::Old => format!("m{number}"),
            Self::Fails => "!status=500".into(),
            Self::Media => String::new(),
            Self::Stop => "stop".into(),
            Self::Start => "start".into(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub session: usize,
    pub sort: Sort,
}

/// In bursts of one to four, each of one session. Some sessions say nothing but stop and start, in turns.
pub fn plan(messages: usize, sessions: usize, rng: &mut Rng) -> Vec<Planned> {
    let mut planned = Vec::with_capacity(messages);
    let mut stopped = vec![false; sessions];
    while planned.len() < messages {
        let session = rng.below(sessions as u64) as usize;
        for _ in 0..rng.between(1, 4).min((messages - planned.len()) as u64) {
            let sort = if session % 50 == 7 {
                stopped[session] = !stopped[session];
                if stopped[session] {
                    Sort::Stop
                } else {
                    Sort::Start
                }
            } else {
                match rng.below(100) {
                    0 | 1 => Sort::Fails,
                    2..=4 => Sort::Media,
                    5 => Sort::Old,
                    _ => Sort::Text,
                }
            };
            planned.push(Planned { session, sort });
        }
    }
    planned
}
