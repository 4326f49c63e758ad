//! The client: validates, stamps a deadline, hands to the engine.

use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::engine::fork::PerProcess;
use crate::engine::{self, Account, Engine, Outgoing, Route};
use crate::error::Error;
use crate::message::{Completion, Message, Reply};
use crate::options::Options;
use crate::secret::ApiKey;
use crate::stats::Stats;
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
        self.engine().call(self.outgoing(message)?)
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

    /// Sends one message without waiting: its completion, by `tag`, is there to [`poll`](Self::poll) later. Every
    /// submitted tag completes once: answered, failed, cancelled or timed out.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for a bad message, or a tag whose completion was not
    /// collected yet; [`Overloaded`](crate::Status::Overloaded) at [`Options::max_in_flight`].
    pub fn submit(&self, message: &Message, tag: u64) -> Result<(), Error> {
        self.engine().submit(self.outgoing(message)?, tag)
    }

    /// The next completion, waited for up to `timeout`; with `None` for as long as it takes, which may be for ever. Any
    /// number of threads may poll; each completion goes to one of them.
    pub fn poll(&self, timeout: Option<Duration>) -> Option<Completion> {
        let deadline = timeout.map(|timeout| Instant::now() + timeout.min(LONGEST_TIMEOUT));
        self.engine().poll(deadline)
    }

    /// A descriptor for event loops, readable exactly while completions wait to be polled. It belongs to the client and
    /// must not be read, written or closed. After `fork()` the child has to ask for its own.
    ///
    /// # Errors
    ///
    /// The operating system's, when the process has no descriptor left.
    pub fn poll_fd(&self) -> io::Result<RawFd> {
        self.engine().descriptor()
    }

    /// Cancels a submitted message, which completes as [`Cancelled`](crate::Status::Cancelled) at once; false if `tag` is
    /// not in flight, or has completed already. The agent may have seen the message.
    pub fn cancel(&self, tag: u64) -> bool {
        self.engine().cancel(tag)
    }

    /// What this client has done, and is doing, in this process.
    pub fn stats(&self) -> Stats {
        self.engine().stats()
    }

    fn outgoing(&self, message: &Message) -> Result<Outgoing, Error> {
        let started = Instant::now();
        let timeout = message.timeout.unwrap_or(self.account.settings.timeout);
        Ok(Outgoing {
            encoded: wire::encode(message)?,
            started,
            deadline: started + timeout.min(LONGEST_TIMEOUT),
        })
    }

    fn engine(&self) -> &Engine {
        self.engine
            .get_or_init(|| Engine::new(&self.account, &self.route))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
