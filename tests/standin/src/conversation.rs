//! What the agent remembers: each session's messages, and how often a message has failed on request.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::ChatRequest;

/// An agent's memory is short, so that its answers stay so too.
const REMEMBERED: usize = 5;

/// A session belongs to one agent of one project.
#[derive(Hash, PartialEq, Eq)]
struct SessionKey {
    pid: String,
    chatbot_id: String,
    session_id: String,
}

#[derive(Hash, PartialEq, Eq)]
struct MessageKey {
    session_id: Option<String>,
    query: String,
}

#[derive(Default)]
pub(crate) struct Conversations {
    sessions: Mutex<HashMap<SessionKey, VecDeque<String>>>,
    failures: Mutex<HashMap<MessageKey, u32>>,
    assigned: AtomicU64,
}

impl Conversations {
    /// The session that the client named, or a new one.
    pub fn session(&self, chat: &ChatRequest) -> String {
        let assign = || {
            format!(
                "standin-session-{}",
                self.assigned.fetch_add(1, Relaxed) + 1
            )
        };
        chat.session_id.clone().unwrap_or_else(assign)
    }

    /// Takes the message into the session's conversation and answers it out of that conversation.
    pub fn answer(&self, chat: &ChatRequest, session_id: &str) -> String {
        let key = SessionKey {
            pid: chat.pid.clone(),
            chatbot_id: chat.chatbot_id.clone(),
            session_id: session_id.to_owned(),
        };
        let mut sessions = lock(&self.sessions);
        let earlier = sessions.entry(key).or_default();
        let answer = reply_to(&chat.query, earlier);
        if earlier.len() == REMEMBERED {
            earlier.pop_front();
        }
        earlier.push_back(chat.query.clone());
        answer
    }

    /// Whether this message is still to fail, given how often it shall and how often it has.
    pub fn fails_again(&self, chat: &ChatRequest, times: u32) -> bool {
        let key = MessageKey {
            session_id: chat.session_id.clone(),
            query: chat.query.clone(),
        };
        let mut failures = lock(&self.failures);
        let failed = failures.entry(key).or_default();
        let again = *failed < times;
        *failed += u32::from(again);
        again
    }

    pub fn clear(&self) {
        lock(&self.sessions).clear();
        lock(&self.failures).clear();
    }
}

fn reply_to(query: &str, earlier: &VecDeque<String>) -> String {
    if earlier.is_empty() {
        return format!("Hello! You wrote: \"{query}\".");
    }
    let earlier = earlier
        .iter()
        .map(|message| format!("\"{message}\""))
        .collect::<Vec<_>>();
    format!(
        "You wrote: \"{query}\". Before that you wrote: {}.",
        earlier.join(", ")
    )
}

fn lock<K: Hash + Eq, V>(map: &Mutex<HashMap<K, V>>) -> MutexGuard<'_, HashMap<K, V>> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}
