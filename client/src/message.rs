//! What a chat sends and what it brings back.

use std::time::Duration;

/// One message of a user, and the agent that is to answer it.
///
/// Setters keep a bad value, and the call that sends the message reports it by name. A message is not changed by being
/// sent and may be sent again.
///
/// ```
/// use std::time::Duration;
/// use robofy_client::Message;
///
/// let mut message = Message::new("your-pid", "your-chatbot-id", "Hello");
/// message
///     .session_id(Some("918727000000"))
///     .user_context(Some(r#"{"name": "Asha", "language": "hi"}"#))
///     .timeout(Some(Duration::from_secs(30)));
/// message.query("When do you open?"); // for the next one
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub(crate) pid: String,
    pub(crate) chatbot_id: String,
    pub(crate) query: String,
    pub(crate) session_id: Option<String>,
    pub(crate) user_context: Option<String>,
    pub(crate) platform: Option<String>,
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
            platform: None,
            timeout: None,
        }
    }

    /// Replaces the user's text, so that one message can be sent again and again.
    pub fn query(&mut self, query: impl Into<String>) -> &mut Self {
        self.query = query.into();
        self
    }

    /// The conversation this message belongs to, commonly the user's WhatsApp number; with `None` the service assigns one.
    pub fn session_id(&mut self, session_id: Option<&str>) -> &mut Self {
        self.session_id = session_id.map(str::to_owned);
        self
    }

    /// More about the user: the text of a JSON object, whose members are sent inside `user_context` as they are written. It
    /// must not hold `platform`, and a `session_id` in it must agree with [`session_id`](Self::session_id).
    pub fn user_context(&mut self, json: Option<&str>) -> &mut Self {
        self.user_context = json.map(str::to_owned);
        self
    }

    /// Where the user writes from, for [`Client::chat_send`](crate::Client::chat_send): `web`, the default, or another. A
    /// WhatsApp chat is of `whatsapp`, and of no other.
    pub fn platform(&mut self, platform: Option<&str>) -> &mut Self {
        self.platform = platform.map(str::to_owned);
        self
    }

    /// Bounds the whole call for this message; with `None` [the client's timeout](crate::Options::timeout) does.
    pub fn timeout(&mut self, timeout: Option<Duration>) -> &mut Self {
        self.timeout = timeout;
        self
    }
}

/// The agent's complete answer, and what came with it.
///
/// ```no_run
/// # use robofy_client::{Client, Options};
/// # let client = Client::new("your-api-key", &Options::new())?;
/// let reply = client.whatsapp_chat("your-pid", "your-chatbot-id", None, "Hello")?;
/// println!("{} (after {:?})", reply.answer(), reply.elapsed());
/// // The service has begun a conversation, which the next message goes on with.
/// client.whatsapp_chat("your-pid", "your-chatbot-id", reply.session_id(), "And on Sundays?")?;
/// # Ok::<(), robofy_client::Error>(())
/// ```
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
