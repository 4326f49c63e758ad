//! The client: validates, stamps a deadline, hands to the engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::fork::PerProcess;
use crate::engine::{self, Account, Chat, Engine, Route};
use crate::error::Error;
use crate::message::{Message, Reply};
use crate::options::Options;
use crate::secret::ApiKey;
use crate::wire;

/// A timeout beyond this is no bound to anybody, and would overflow the clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Sends messages to the agents of one account. Any number of threads may share it.
///
/// After `fork()` the child may go on using it: it builds connections of its own.
pub struct Client {
    account: Arc<Account>,
    route: Arc<Route>,
    engine: PerProcess<Engine>,
}

impl Client {
    /// A client for the account of `api_key`. Starts no thread and connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) names the key or the option that cannot be used;
    /// [`Tls`](crate::Status::Tls) means that there are no certificate authorities to trust.
    pub fn new(api_key: &str, options: &Options) -> Result<Self, Error> {
        let key = ApiKey::new(api_key)?;
        let settings = options.validate()?;
        let proxy = options.proxy.as_ref();
        let route = engine::route(&settings.endpoint, proxy, options.ca_file.as_deref())?;
        Ok(Self {
            account: Arc::new(Account { key, settings }),
            route,
            engine: PerProcess::new(),
        })
    }

    /// Sends one message and waits for the agent's complete answer.
    ///
    /// # Errors
    ///
    /// Each [`Status`](crate::Status) but `Cancelled` and `Overloaded`. The call ends before its timeout has passed.
    pub fn send(&self, message: &Message) -> Result<Reply, Error> {
        let chat = self.chat(message)?;
        self.engine()?.call(chat)
    }

    /// The shortest way to an answer; `session_id` is the conversation, commonly the user's WhatsApp number.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn whatsapp_chat(
        &self,
        pid: &str,
        chatbot_id: &str,
        session_id: Option<&str>,
        query: &str,
    ) -> Result<Reply, Error> {
        let mut message = Message::new(pid, chatbot_id, query);
        message.session_id(session_id.map(str::to_owned));
        self.send(&message)
    }

    fn chat(&self, message: &Message) -> Result<Chat, Error> {
        let started = Instant::now();
        let timeout = message.timeout.unwrap_or(self.account.settings.timeout);
        Ok(Chat {
            account: self.account.clone(),
            body: wire::encode(message)?,
            started,
            deadline: started + timeout.min(LONGEST_TIMEOUT),
        })
    }

    fn engine(&self) -> Result<&Engine, Error> {
        self.engine.get_or_try_init(|| Engine::start(&self.route))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
