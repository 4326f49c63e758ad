//! The client: validates, stamps a deadline, hands to the engine.

use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::completion::Completion;
use crate::engine::{self, Account, Awaited, Engine, Outgoing, Route};
use crate::error::Error;
use crate::message::{Message, Reply};
use crate::options::{LONGEST_TIMEOUT, Options, Settings};
use crate::secret::ApiKey;
use crate::stats::Stats;
use crate::sys::fork::PerProcess;
use crate::wire::{self, Endpoint};

/// Sends messages to the agents of one account. [`AsyncClient`](crate::AsyncClient) does the same for asynchronous
/// programs.
///
/// Make one per API key and keep it: its connections are kept alive, and what is heavy (threads, connections, trust roots)
/// is shared between all clients of the process. Any number of threads may use one, by reference, in an
/// [`Arc`] or as clones: these are the same client, and cheap. Its chats are given up, and completions forgotten, when the
/// last clone is dropped; with the last client of the process the library's threads end.
///
/// A blocking call may be made anywhere, also inside of an asynchronous runtime's tasks, where it holds up the thread it is
/// called on.
///
/// After `fork()` the child may go on using it: it builds connections of its own.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
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
    /// [`Tls`](crate::Status::Tls) means that there are no certificate authorities to trust, and
    /// [`Connect`](crate::Status::Connect) that there was no memory to prepare for `fork()`.
    ///
    /// ```
    /// use robofy_client::{Client, Options, Status};
    ///
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let refused = Client::new("a line break at the end\n", &Options::new()).unwrap_err();
    /// assert_eq!(refused.status(), Status::InvalidArgument);
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn new(api_key: &str, options: &Options) -> Result<Self, Error> {
        let key = ApiKey::new(api_key)?;
        let settings = options.validate()?;
        let proxy = options.proxy.as_ref();
        let route = engine::route(&settings.endpoint, proxy, options.ca_file.as_deref())?;
        Ok(Self(Arc::new(Inner {
            account: Arc::new(Account { key, settings }),
            route,
            engine: PerProcess::new(),
        })))
    }

    /// Sends one message and waits for the agent's complete answer.
    ///
    /// # Errors
    ///
    /// Each [`Status`](crate::Status) but `Cancelled` and `Overloaded`. The call ends by the time its timeout has passed.
    ///
    /// ```no_run
    /// use robofy_client::{Client, Message, Options, Status};
    ///
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let mut message = Message::new("your-pid", "your-chatbot-id", "Hello");
    /// message.session_id(Some("918727000000"));
    /// match client.send(&message) {
    ///     Ok(reply) => println!("{}", reply.answer()),
    ///     Err(error) if error.is_retryable() => println!("later, in {:?}: {error}", error.retry_after()),
    ///     Err(error) if error.status() == Status::Unauthorized => println!("look at the API key: {error}"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn send(&self, message: &Message) -> Result<Reply, Error> {
        self.engine()
            .call(self.outgoing(message, Endpoint::WhatsApp)?)
    }

    /// The same for a user of any other platform than WhatsApp, whom [`Message::platform`] names.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// ```no_run
    /// # use robofy_client::{Client, Message, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let mut message = Message::new("your-pid", "your-chatbot-id", "Hello");
    /// let reply = client.chat_send(message.platform(Some("web")))?;
    /// // The service has begun a conversation, which the next message goes on with.
    /// client.chat_send(message.session_id(reply.session_id()).query("And on Sundays?"))?;
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn chat_send(&self, message: &Message) -> Result<Reply, Error> {
        self.engine()
            .call(self.outgoing(message, Endpoint::AnyPlatform)?)
    }

    /// The shortest way to an answer; `session_id` is the conversation, commonly the user's WhatsApp number.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// ```no_run
    /// # use robofy_client::{Client, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let reply = client.whatsapp_chat("your-pid", "your-chatbot-id", Some("918727000000"), "Hello")?;
    /// println!("{}", reply.answer());
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn whatsapp_chat(
        &self,
        pid: &str,
        chatbot_id: &str,
        session_id: Option<&str>,
        query: &str,
    ) -> Result<Reply, Error> {
        let mut message = Message::new(pid, chatbot_id, query);
        self.send(message.session_id(session_id))
    }

    /// Sends one message without waiting: its completion, by `tag`, is there to [`poll`](Self::poll) later. Every
    /// submitted tag completes once: answered, failed, cancelled or timed out.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for a bad message, or a tag whose completion was not
    /// collected yet; [`Overloaded`](crate::Status::Overloaded) at [`Options::max_in_flight`].
    ///
    /// ```no_run
    /// # use robofy_client::{Client, Message, Options};
    /// # let client = Client::new("your-api-key", &Options::new())?;
    /// for (tag, query) in ["Hello", "When do you open?"].into_iter().enumerate() {
    ///     client.submit(&Message::new("your-pid", "your-chatbot-id", query), tag as u64)?;
    /// }
    /// for _ in 0..2 {
    ///     let completion = client.poll(None).expect("there is one, waited for without bound");
    ///     println!("{}: {:?}", completion.tag(), completion.into_result());
    /// }
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn submit(&self, message: &Message, tag: u64) -> Result<(), Error> {
        let outgoing = self.outgoing(message, Endpoint::WhatsApp)?;
        self.engine().submit(outgoing, tag)
    }

    /// As [`submit`](Self::submit), for what [`chat_send`](Self::chat_send) sends.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn chat_submit(&self, message: &Message, tag: u64) -> Result<(), Error> {
        let outgoing = self.outgoing(message, Endpoint::AnyPlatform)?;
        self.engine().submit(outgoing, tag)
    }

    /// The next completion, waited for up to `timeout`; with `None` for as long as it takes, which may be for ever. Any
    /// number of threads may poll; each completion goes to one of them.
    ///
    /// ```
    /// # use robofy_client::{Client, Options};
    /// use std::time::Duration;
    ///
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// assert!(client.poll(Some(Duration::ZERO)).is_none(), "nothing was submitted");
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
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
    ///
    /// ```
    /// # use robofy_client::{Client, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let descriptor = client.poll_fd()?; // for epoll, kqueue, mio, tokio's AsyncFd...
    /// assert_eq!(client.poll_fd()?, descriptor, "it is the same one at each call");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn poll_fd(&self) -> io::Result<RawFd> {
        self.engine().descriptor()
    }

    /// Cancels a submitted message, which completes as [`Cancelled`](crate::Status::Cancelled) at once; false if `tag` is
    /// not in flight, or has completed already. The agent may have seen the message.
    ///
    /// ```
    /// # use robofy_client::{Client, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// assert!(!client.cancel(7), "no message was submitted under this tag");
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn cancel(&self, tag: u64) -> bool {
        self.engine().cancel(tag)
    }

    /// What this client has done, and is doing, in this process.
    ///
    /// ```
    /// # use robofy_client::{Client, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// assert_eq!(client.stats().in_flight, 0);
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.engine().stats()
    }

    pub(crate) fn begin(&self, message: &Message, endpoint: Endpoint) -> Result<Awaited, Error> {
        self.engine().begin(self.outgoing(message, endpoint)?)
    }

    pub(crate) fn outgoing(
        &self,
        message: &Message,
        endpoint: Endpoint,
    ) -> Result<Outgoing, Error> {
        let started = Instant::now();
        let timeout = message.timeout.unwrap_or(self.0.account.settings.timeout);
        Ok(Outgoing {
            encoded: wire::encode(message, endpoint)?,
            started,
            deadline: started + timeout.min(LONGEST_TIMEOUT),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.account.settings
    }

    pub(crate) fn engine(&self) -> &Engine {
        let Inner {
            account,
            route,
            engine,
        } = &*self.0;
        engine.get_or_init(|| Engine::new(account, route))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.0.account)
            .finish_non_exhaustive()
    }
}
