//! Joins a store and a client.
//!
//! A message's way: [`Inbox::offer`] keeps it, on the caller's thread. When its burst is over, the [`worker`] takes the turn
//! out of the store and has the client's engine ask the agent ([`passes`], [`turns`]); what the agent says is kept, and only then waits to be
//! polled ([`desk`], [`queue`]). [`Inbox::poll`], again on the caller's thread, asks the store once more whether it may be handed out ([`handing`]).
//! One timer of the engine's wakes the worker ([`alarm`]).

mod alarm;
mod clock;
mod desk;
mod error;
mod handing;
mod outcome;
mod passes;
mod pausing;
mod queue;
mod request;
mod stats;
mod turns;
mod worker;

use std::os::fd::RawFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use std::{fmt, io};

use robofy_client::hooks::{self, PerProcess};
use robofy_client::{Client, Message};

pub use self::clock::Clock;
pub use self::error::Error;
pub use self::outcome::Outcome;
pub use self::stats::Stats;

use self::turns::Turns;
use super::options::{Moment, Options};
use super::store::{Accept, Action, Effect, Offer, Store};

/// Takes what a webhook brings, asks the agent, and has the answers polled.
///
/// Every function may be called from any thread. Those that change something return when the store has kept it, which for one on
/// disk means a sync. Dropped, it ends the chats under way and returns soon; what was [queued](Accept::Queued) is in the store.
/// After `fork()` it belongs to the process that made it.
///
/// It has one thread while the store is asked, and else none; the network is the client's engine's.
///
/// ```no_run
/// use std::sync::Arc;
/// use robofy_client::{Client, Options};
/// use robofy_conversation::inbox::memory::Memory;
/// use robofy_conversation::inbox::{self, Inbox};
///
/// let client = Client::new("your-api-key", &Options::new())?;
/// let options = inbox::options::Options::default();
/// let inbox = Inbox::new(&client, "your-pid", "your-chatbot-id", options, Arc::new(Memory::new()))?;
/// inbox.offer_text("106540352242922", "918727000000", "wamid.1", "When do you open?")?;
/// while let Some(outcome) = inbox.poll(None) {
///     for (part, text) in outcome.parts().enumerate() {
///         println!("to {}: {text}", outcome.session_id());
///         inbox.sent(&outcome, part, "the channel's identifier")?;
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inbox(PerProcess<Arc<Turns>>);

impl Inbox {
    /// An inbox for the agent `chatbot_id` of the project `pid`. Starts the client's engine; what an earlier inbox has left in the
    /// store is taken up at once.
    ///
    /// # Errors
    ///
    /// [`Error::Client`] names the argument or option that cannot be used, or says why the engine cannot be started;
    /// [`Error::Storage`]: the store cannot be read or written.
    pub fn new(
        client: &Client,
        pid: &str,
        chatbot_id: &str,
        options: Options,
        store: Arc<dyn Store>,
    ) -> Result<Self, Error> {
        Self::with_clock(client, pid, chatbot_id, options, store, Clock::system())
    }

    /// The same with another clock, for tests.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_clock(
        client: &Client,
        pid: &str,
        chatbot_id: &str,
        options: Options,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Result<Self, Error> {
        options
            .check()
            .map_err(|(name, problem)| Error::argument(name, problem))?;
        hooks::check(client, &Message::new(pid, chatbot_id, "?"))?;
        hooks::at(client, Instant::now(), || {})?;
        let at = Moment {
            now: clock.now(),
            options: &options,
        };
        let epoch = store.begin(&options.worker, at)?;
        let message = Message::new(pid, chatbot_id, "");
        let turns = Arc::new(Turns::new(client, message, options, store, clock, epoch));
        turns.worker.open(turns.clone());
        turns.look();
        Ok(Self(PerProcess::with(turns)))
    }

    /// Takes an event of a webhook, or what stands for one. With [`Accept::Queued`] it is kept, and ends in one outcome.
    ///
    /// ```
    /// # use std::{sync::Arc, time::SystemTime};
    /// # use robofy_client::{Client, Options};
    /// # use robofy_conversation::inbox::{Inbox, memory::Memory, store::Accept};
    /// # let client = Client::new("your-api-key", &Options::new())?;
    /// # let inbox = Inbox::new(&client, "your-pid", "your-chatbot-id", Default::default(), Arc::new(Memory::new()))?;
    /// # let body = br#"{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"from":"1555","id":"wamid.1","timestamp":"1","type":"text","text":{"body":"Hi"}}]}}]}]}"#;
    /// use robofy_conversation::webhook::{Channel, Webhook};
    ///
    /// let webhook = Webhook::new(Channel::Meta, None)?;
    /// for event in webhook.read("", None, body, SystemTime::now())?.events() {
    ///     match inbox.offer(event) {
    ///         Ok(Accept::Refused) | Err(_) => println!("answer 503: the channel sends it again"),
    ///         Ok(accept) => println!("answer 200: {accept:?}"),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]: it is not kept, and the channel is to send it again.
    pub fn offer<'a>(&self, offer: impl Into<Offer<'a>>) -> Result<Accept, Error> {
        let turns = self.turns()?;
        let offer = offer.into();
        let accepts = turns.store.offer(&[offer], turns.at());
        let accept = *turns.count(accepts)?.first().unwrap_or(&Accept::Refused);
        turns.counters.accepted(accept);
        turns.arrived.fetch_add(1, Ordering::Relaxed);
        turns.end_unwanted(&offer, accept);
        if !matches!(accept, Accept::Refused | Accept::Duplicate) {
            turns.look();
        }
        Ok(accept)
    }

    /// Takes a text, for who has no webhook: `user` is the sender's number or other identifier, `message_id` what it is known by
    /// when it comes again.
    ///
    /// # Errors
    ///
    /// [`Error::Client`] names the argument that is empty; else as [`offer`](Self::offer).
    pub fn offer_text(
        &self,
        channel_id: &str,
        user: &str,
        message_id: &str,
        text: &str,
    ) -> Result<Accept, Error> {
        let mut given = [("user", user), ("message_id", message_id)].into_iter();
        if let Some((name, _)) = given.find(|(_, value)| value.is_empty()) {
            return Err(Error::argument(name, "must not be empty"));
        }
        self.offer(Offer::text(channel_id, user, message_id, text))
    }

    /// The next outcome, waited for up to `timeout`; with `None` for as long as it takes, which may be for ever. Each outcome goes
    /// to one of those who poll. After `fork()` there is none.
    pub fn poll(&self, timeout: Option<Duration>) -> Option<Outcome> {
        let turns = self.0.get()?;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if turns.alarm.was_refused() {
            turns.look();
        }
        loop {
            let (ready, is_room) = turns.desk.take(deadline)?;
            if is_room {
                turns.worker.wake();
            }
            if let Some(outcome) = turns.hand_out(ready) {
                return Some(outcome);
            }
        }
    }

    /// A descriptor for event loops, readable exactly while outcomes wait to be polled; of these, some may have come to nothing by
    /// the time that they are. It belongs to the inbox and must not be read, written or closed.
    ///
    /// # Errors
    ///
    /// The operating system's, when the process has no descriptor left; after `fork()`.
    pub fn poll_fd(&self) -> io::Result<RawFd> {
        let turns = self.turns().map_err(io::Error::other)?;
        turns.desk.descriptor()
    }

    /// A part of this outcome was sent. `provider_id` is the channel's identifier of it, empty if there is none: should the channel show it
    /// as a message, that is a duplicate. Said twice, or too late, it changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Client`]: there is no such part. [`Error::Storage`]: it is not kept; say it again, or after a restart the part
    /// is handed out once more.
    pub fn sent(&self, outcome: &Outcome, part: usize, provider_id: &str) -> Result<(), Error> {
        let turns = self.turns()?;
        let part = outcome.number(part)?;
        turns.report(outcome, Action::PartSent { part, provider_id })?;
        turns.counters.part(true);
        Ok(())
    }

    /// A part of this outcome was not sent. `code` is Meta's code, or a status of HTTP from 400 on, or below 0 for a connection that was lost.
    /// Send no more of this outcome: what is left of it comes again in another one, in about this time, and with this part
    /// unless it is given up. `None`: nothing is left.
    ///
    /// # Errors
    ///
    /// As [`sent`](Self::sent).
    pub fn failed(
        &self,
        outcome: &Outcome,
        part: usize,
        code: i32,
    ) -> Result<Option<Duration>, Error> {
        let turns = self.turns()?;
        let part = outcome.number(part)?;
        let effect = turns.report(outcome, Action::PartFailed { part, code })?;
        turns.counters.part(false);
        Ok(match effect {
            Effect::Later(at) => {
                let wait = at.saturating_sub(turns.clock.now()).max(0);
                Some(Duration::from_millis(wait.unsigned_abs()))
            }
            _ => None,
        })
    }

    /// What this inbox has done and is doing.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]: the store cannot be read.
    pub fn stats(&self) -> Result<Stats, Error> {
        let turns = self.turns()?;
        let kept = turns.count(turns.store.counts())?;
        let (in_flight, unpolled) = turns.desk.counts();
        Ok(turns.counters.snapshot(kept, in_flight, unpolled))
    }

    /// Asks the agent nothing more: turns under way finish, and all else waits in the store for the next inbox there. Offers are still taken.
    pub fn ask_no_more(&self) {
        if let Some(turns) = self.0.get() {
            turns.desk.take_no_more();
        }
    }

    /// Ends it as dropping it does, while others may still wait in [`poll`](Self::poll): they are told that there is nothing.
    pub fn close(&self) {
        let Some(turns) = self.0.get() else { return };
        turns.desk.close();
        turns.alarm.clear();
        turns.worker.close();
        // What has come by now is kept, if the store will; no more are coming.
        turns.desk.try_refused();
        while turns.keep_answers().0 {}
    }

    fn turns(&self) -> Result<&Turns, Error> {
        let turns = self.0.get().map(|turns| &**turns);
        turns.ok_or_else(Error::after_fork)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}
