//! The state that all requests share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::{ChatRequest, Refusal};
use crate::conversation::Conversations;
use crate::directive::Directive;
use crate::record::Records;
use crate::stats::Counters;

pub(crate) struct Service {
    pub records: Records,
    pub counters: Arc<Counters>,
    pub conversations: Conversations,
    pub api_key: Option<String>,
    pub delay: Duration,
    pub stream_path: Option<String>,
    verbose: bool,
}

impl Service {
    pub fn new(
        api_key: Option<String>,
        delay: Duration,
        stream_path: Option<String>,
        verbose: bool,
    ) -> Self {
        Self {
            records: Records::new(),
            counters: Arc::default(),
            conversations: Conversations::default(),
            api_key,
            delay,
            stream_path,
            verbose,
        }
    }

    pub fn clear(&self) {
        self.records.clear();
        self.conversations.clear();
    }

    pub fn log(&self, line: fmt::Arguments<'_>) {
        if self.verbose {
            eprintln!("{line}");
        }
    }

    /// What the message directs; nothing where it has failed as often as it shall.
    pub fn directive(&self, chat: &ChatRequest) -> Result<Directive, Refusal> {
        let directive = Directive::parse(&chat.query)?;
        match directive.fails {
            Some(times) if !self.conversations.fails_again(chat, times) => Ok(Directive::default()),
            _ => Ok(directive),
        }
    }
}
