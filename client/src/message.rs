//! What a chat sends and what it brings back.

use std::time::Duration;

use crate::error::Error;

/// One message of a WhatsApp user, and the agent that is to answer it.
#[derive(Clone, Debug)]
pub struct Message {
    pub(crate) pid: String,
    pub(crate) chatbot_id: String,
    pub(crate) query: String,
    pub(crate) session_id: Option<String>,
    pub(crate) user_context: Option<String>,
    pub(crate) timeout: Option<Duration>,
}

impl Message {
    /// A message to the agent `chatbot_id` of the project `pid`; `query` is the user's text as WhatsApp delivered it.
    pub fn new(
        pid: impl Into<String>,
        chatbot_id: impl Into<String>,
        query: impl Into<String>,
    ) -> Self {
        Self {
            pid: pid.into(),
            chatbot_id: chatbot_id.into(),
            query: query.into(),
            session_id: None,
            user_context: None,
            timeout: None,
        }
    }

    /// Replaces the user's text, so that one message can be sent again and again.
    pub fn query(&mut self, query: impl Into<String>) -> &mut Self {
        self.query = query.into();
        self
    }

    /// The conversation this message belongs to; with `None` the service assigns one.
    pub fn session_id(&mut self, session_id: Option<String>) -> &mut Self {
        self.session_id = session_id;
        self
    }

    /// A JSON object whose members are sent inside `user_context`, as they are written.
    pub fn user_context(&mut self, json: Option<String>) -> &mut Self {
        self.user_context = json;
        self
    }

    /// Bounds the whole call for this message; with `None` the client's timeout does.
    pub fn timeout(&mut self, timeout: Option<Duration>) -> &mut Self {
        self.timeout = timeout;
        self
    }
}

/// The agent's complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub(crate) answer: String,
    pub(crate) session_id: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) json: String,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

impl Reply {
    /// The text to forward to the WhatsApp user: never empty.
    pub fn answer(&self) -> &str {
        &self.answer
    }

    /// The conversation the answer belongs to, if the service named one.
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// The service's own word about the call, for example `Success`.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The response body as it was received.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// How many requests it took: 1 without a retry.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// From the call to the complete answer, waits included.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// What became of a submitted message.
#[derive(Clone, Debug)]
pub struct Completion {
    pub(crate) tag: u64,
    pub(crate) result: Result<Reply, Error>,
}

impl Completion {
    /// The tag under which the message was submitted.
    pub fn tag(&self) -> u64 {
        self.tag
    }

    /// The agent's answer, or why there is none.
    pub fn result(&self) -> Result<&Reply, &Error> {
        self.result.as_ref()
    }

    /// The same, owned.
    pub fn into_result(self) -> Result<Reply, Error> {
        self.result
    }
}
