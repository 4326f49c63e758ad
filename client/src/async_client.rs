//! The client for asynchronous programs: the same chats, awaited.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::async_stream::AsyncEventStream;
use crate::client::Client;
use crate::engine::{Awaited, Finish};
use crate::error::{Error, Status};
use crate::message::{Message, Reply};
use crate::options::Options;
use crate::response::Response;
use crate::stats::Stats;
use crate::sys::fork::PerProcess;
use crate::wire::Endpoint;

/// Sends messages to the agents of one account, for asynchronous programs: [`Client`]'s options, messages, errors and
/// figures, with calls that are awaited.
///
/// A type of its own, so that no task blocks its executor by mistake. Its futures are plain ones: they run on tokio, smol,
/// `futures`, pollster or an executor of one's own, since the network is driven by a thread of the library's own, which all
/// clients of the process share. None is started for a call or an executor.
///
/// Clones are the same client, and cheap: hand one to each task. [`AsyncClient::from`] makes one of a [`Client`], for
/// programs that do both: they then share limits, order, pace and figures.
///
/// After `fork()` the child may go on using it: it builds connections of its own. A future that was made before is the
/// parent's: in the child it is ready at once, as [`Cancelled`](Status::Cancelled).
///
/// ```no_run
/// use robofy_client::{AsyncClient, Message, Options};
///
/// # async fn chat() -> Result<(), robofy_client::Error> {
/// let client = AsyncClient::new("your-api-key", &Options::new())?;
/// let mut message = Message::new("your-pid", "your-chatbot-id", "Hello");
/// message.session_id(Some("918727000000"));
/// let reply = client.send(&message).await?;
/// println!("{}", reply.answer());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AsyncClient(Client);

impl AsyncClient {
    /// A client for the account of `api_key`. Starts no thread and connects to nothing yet.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn new(api_key: &str, options: &Options) -> Result<Self, Error> {
        Client::new(api_key, options).map(Self)
    }

    /// Sends one message; the future brings the agent's complete answer.
    ///
    /// The chat begins with the call and not when the future is first polled: its deadline counts from here, and with
    /// [`Options::ordered_sessions`] and [`Options::rate_limit`] messages go out in the order of the calls, whichever task
    /// awaits which. The future borrows nothing. Dropped before it is ready, it cancels the chat and gives the request up;
    /// the agent may have seen the message.
    ///
    /// From the call until the future is ready or dropped the chat counts towards [`Options::max_in_flight`].
    ///
    /// # Errors
    ///
    /// The future's, of each [`Status`] but `Cancelled`. [`InvalidArgument`](Status::InvalidArgument) and
    /// [`Overloaded`](Status::Overloaded) are ready at once.
    ///
    /// ```no_run
    /// # use robofy_client::{AsyncClient, Message, Options};
    /// # async fn chat(client: AsyncClient) -> Result<(), robofy_client::Error> {
    /// // Both are on their way; the answers take as long as the slower one.
    /// let weather = client.send(&Message::new("your-pid", "your-chatbot-id", "Will it rain?"));
    /// let opening = client.send(&Message::new("your-pid", "your-chatbot-id", "When do you open?"));
    /// println!("{} {}", weather.await?.answer(), opening.await?.answer());
    /// # Ok(())
    /// # }
    /// ```
    pub fn send(&self, message: &Message) -> ReplyFuture {
        self.begin(message, Endpoint::WhatsApp)
    }

    /// The same for a user of any other platform than WhatsApp, whom [`Message::platform`] names.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn chat_send(&self, message: &Message) -> ReplyFuture {
        self.begin(message, Endpoint::AnyPlatform)
    }

    fn begin(&self, message: &Message, endpoint: Endpoint) -> ReplyFuture {
        ReplyFuture::new(&self.0, self.0.begin(message, endpoint))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0
    }

    /// The shortest way to an answer; `session_id` is the conversation, commonly the user's WhatsApp number.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// ```no_run
    /// # use robofy_client::{AsyncClient, Options};
    /// # async fn chat(client: AsyncClient) -> Result<(), robofy_client::Error> {
    /// let reply = client.whatsapp_chat("your-pid", "your-chatbot-id", Some("918727000000"), "Hello").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn whatsapp_chat(
        &self,
        pid: &str,
        chatbot_id: &str,
        session_id: Option<&str>,
        query: &str,
    ) -> ReplyFuture {
        let mut message = Message::new(pid, chatbot_id, query);
        self.send(message.session_id(session_id))
    }

    /// Sends one message to `path`, where the agent answers in server-sent events, as [`Client::stream`] does. Awaiting
    /// begins with the stream's first event: this does not wait.
    ///
    /// # Errors
    ///
    /// As [`Client::stream`].
    ///
    /// ```no_run
    /// # use robofy_client::{AsyncClient, Message, Options};
    /// # async fn chat(client: AsyncClient) -> Result<(), robofy_client::Error> {
    /// let message = Message::new("your-pid", "your-chatbot-id", "Hello");
    /// let mut stream = client.stream("/v1/the-streaming-path", &message)?;
    /// while let Some(event) = stream.next().await {
    ///     println!("{:?}", event?.text());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(&self, path: &str, message: &Message) -> Result<AsyncEventStream, Error> {
        self.0.stream(path, message).map(AsyncEventStream::new)
    }

    /// What this client has done, and is doing, in this process.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.stats()
    }
}

/// The same client, for asynchronous calls.
///
/// ```
/// use robofy_client::{AsyncClient, Client, Options};
///
/// let client = Client::new("your-api-key", &Options::new())?;
/// let for_tasks = AsyncClient::from(client.clone());
/// # Ok::<(), robofy_client::Error>(())
/// ```
impl From<Client> for AsyncClient {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

/// A chat under way: brings the agent's complete answer, or why there is none. Dropped before it is ready, it cancels the
/// chat, which [`Stats::cancelled`] counts.
///
/// It is `'static`, `Send` and `Unpin`, and keeps its client's connections alive. Like most futures it panics if it is
/// polled again after it was ready.
#[must_use = "dropped, it cancels the chat"]
pub struct ReplyFuture<T = Reply> {
    // Dropped in this order: the chat is given up before its client may go.
    chat: Result<PerProcess<Awaited<T>>, Error>,
    _client: Client,
}

/// A request under way, in all else as a [`ReplyFuture`].
pub type ResponseFuture = ReplyFuture<Response>;

impl<T> ReplyFuture<T> {
    pub(crate) fn new(client: &Client, begun: Result<Awaited<T>, Error>) -> Self {
        Self {
            chat: begun.map(PerProcess::with),
            _client: client.clone(),
        }
    }
}

impl<T: Finish> Future for ReplyFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.chat {
            Ok(chat) => match chat.get_mut() {
                Some(chat) => Pin::new(chat).poll(cx),
                None => Poll::Ready(Err(left_behind())),
            },
            Err(refused) => Poll::Ready(Err(refused.clone())),
        }
    }
}

impl<T> fmt::Debug for ReplyFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyFuture").finish_non_exhaustive()
    }
}

fn left_behind() -> Error {
    Error::new(
        Status::Cancelled,
        "the call belongs to the process that began it, before a fork",
    )
}
