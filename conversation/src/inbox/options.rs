//! What an inbox is told once.

use crate::text::Dialect;

/// What to do with a medium that has no caption, and with what the channel cannot hand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaPolicy {
    /// The user is told this, unless there is a text in the same turn: then the agent answers that.
    Reply(String),
    /// The agent reads this in its place, as `[a voice note]`.
    Tell(String),
    /// Nothing comes of it.
    Ignore,
}

/// What an inbox is told once. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// A turn begins this long after the last message.
    pub quiet_ms: i64,
    /// A turn begins at the latest this long after its first message.
    pub max_wait_ms: i64,
    /// What stands between the messages of a turn.
    pub join: String,
    /// The most messages of a turn; as many begin it at once.
    pub max_messages: usize,
    /// The most characters of a turn, unless one message has more; as many begin it at once.
    pub max_characters: usize,
    /// A message that comes again within this time is a duplicate. Meta delivers again for seven days.
    pub dedup_ms: i64,
    /// A message that is as old ends unanswered: WhatsApp takes no free text after 24 hours.
    pub window_ms: i64,
    /// Whether the agent is asked again if nobody knows whether it has answered.
    pub retry_ambiguous: bool,
    /// What the user is told if the agent does not answer; empty: nothing.
    pub fallback: String,
    /// The same for single statuses, by the number of a client's `Status`.
    pub fallback_by_status: Vec<(i32, String)>,
    /// What becomes of media.
    pub media: MediaPolicy,
    /// A message that is one of these, whatever its case, ends all answers.
    pub stop_words: Vec<String>,
    /// A message that is one of these begins them again.
    pub start_words: Vec<String>,
    /// What a stop word is answered with; empty: nothing.
    pub stop_text: String,
    /// What a start word is answered with; empty: nothing.
    pub start_text: String,
    /// How long a person's own message keeps the agent silent.
    pub takeover_ms: i64,
    /// Typing is shown again after this time; WhatsApp ends it after 25 seconds. 0: it is never shown.
    pub typing_ms: i64,
    /// How an answer's text is marked up.
    pub dialect: Dialect,
    /// The most UTF-16 units of a part; 0 stands for 4 096.
    pub limit: u32,
    /// The most messages that wait or are being answered; beyond them an offer is refused, and so it is where
    /// [`MOST_WAITING`](super::policy::turn::burst::MOST_WAITING) wait in one session.
    pub max_pending: usize,
    /// Whether messages of groups are answered.
    pub groups: bool,
    /// The worker's name in the store: one that is begun takes over what another of this name has left. Inboxes that work on one
    /// store at the same time have different names.
    pub worker: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quiet_ms: 1_500,
            max_wait_ms: 8_000,
            join: "\n".into(),
            max_messages: 20,
            max_characters: 8_000,
            dedup_ms: 8 * 24 * 3_600_000,
            window_ms: 24 * 3_600_000,
            retry_ambiguous: false,
            fallback: String::new(),
            fallback_by_status: Vec::new(),
            media: MediaPolicy::Ignore,
            stop_words: Vec::new(),
            start_words: Vec::new(),
            stop_text: String::new(),
            start_text: String::new(),
            takeover_ms: 30 * 60_000,
            typing_ms: 20_000,
            dialect: Dialect::Auto,
            limit: 4_096,
            max_pending: 100_000,
            groups: false,
            worker: "inbox".into(),
        }
    }
}

impl Options {
    /// The first that cannot be used, and what is wrong with it.
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        for (name, value, least) in [
            ("quiet_ms", self.quiet_ms, 0),
            ("max_wait_ms", self.max_wait_ms, 0),
            ("dedup_ms", self.dedup_ms, 1),
            ("window_ms", self.window_ms, 1),
            ("takeover_ms", self.takeover_ms, 0),
            ("typing_ms", self.typing_ms, 0),
        ] {
            match least {
                _ if value >= least => {}
                0 => return Err((name, "must not be negative")),
                _ => return Err((name, "must be greater than 0")),
            }
        }
        for (name, is_zero) in [
            ("max_messages", self.max_messages == 0),
            ("max_characters", self.max_characters == 0),
            ("max_pending", self.max_pending == 0),
        ] {
            if is_zero {
                return Err((name, "must be greater than 0"));
            }
        }
        Ok(())
    }

    /// What the user is told after a failure with this status.
    pub fn fallback(&self, status: i32) -> &str {
        let own = self.fallback_by_status.iter().find(|(of, _)| *of == status);
        own.map_or(&self.fallback, |(_, text)| text)
    }
}

/// The time at which something is decided, and the rules.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Milliseconds since 1970 by the clock of who decides; it may jump.
    pub now: i64,
    /// The rules.
    pub options: &'a Options,
}
