//! The channels of a running gateway: each has an inbox, its agent's client and a sender.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

use robofy_client::{Client, Status};
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::{self, Inbox};
use robofy_conversation::webhook::Webhook;
use tokio::sync::Semaphore;

use crate::channel::Sender;
use crate::config::{Account, Agent, ChannelConfig, Config, Provider, Secret};
use crate::metrics::Metrics;
use crate::pace::Pace;

/// Each may have 4 MiB in memory.
const WEBHOOKS: usize = 256;
/// An agent that was not reached is taken for reachable after this time.
const AGENT_AGAIN: Duration = Duration::from_secs(60);

/// The channels of a running gateway.
pub struct Gateway {
    /// By name.
    pub channels: BTreeMap<String, Arc<Channel>>,
    /// What it has done.
    pub metrics: Metrics,
    /// What `pause` and `resume` are let in with.
    pub admin_token: Option<Secret>,
    /// How many webhooks are taken at once, each with its body in memory.
    pub webhooks: Semaphore,
    /// Outcomes on their way to a provider.
    pub deliveries: AtomicUsize,
    is_draining: AtomicBool,
}

/// A channel that runs.
pub struct Channel {
    /// Its name.
    pub name: String,
    /// The business's side, as webhooks name it.
    pub id: String,
    /// Reads its webhooks.
    pub webhook: Webhook,
    /// What Meta's handshake has to have.
    pub verify_token: Option<Secret>,
    /// What stands in the URL of webhooks that are not signed.
    pub webhook_token: Option<Secret>,
    /// What its provider calls, but for the path.
    pub public_url: String,
    secrets: Vec<Secret>,
    /// Whose webhooks they are.
    pub provider: Provider,
    /// Takes events, and has outcomes.
    pub inbox: Inbox,
    /// Sends to its users.
    pub sender: Sender,
    /// How fast.
    pub pace: Pace,
    agent_lost_at: Mutex<Option<Instant>>,
}

/// Why a gateway does not start.
#[derive(Debug)]
pub struct NotStarted {
    channel: String,
    why: String,
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel.{}: {}", self.channel, self.why)
    }
}

impl std::error::Error for NotStarted {}

impl Gateway {
    /// Opens the stores, and takes up what is in them.
    ///
    /// # Errors
    ///
    /// The channel, and why it cannot be started.
    pub fn start(config: &Config) -> Result<Self, NotStarted> {
        let of = |name: &str, why| NotStarted {
            channel: name.to_owned(),
            why,
        };
        // All that may fail comes before the first inbox, which asks the agent at once.
        let mut opened = Vec::new();
        let mut clients = Clients::default();
        for (name, channel) in &config.channels {
            let channel = Opened::open(name, channel, config, &mut clients);
            opened.push(channel.map_err(|why| of(name, why))?);
        }
        let mut channels = BTreeMap::new();
        for channel in opened {
            let name = channel.name.clone();
            let started = channel.start().map_err(|why| of(&name, why))?;
            channels.insert(name, Arc::new(started));
        }
        Ok(Self {
            channels,
            metrics: Metrics::default(),
            admin_token: config.admin_token.clone(),
            webhooks: Semaphore::new(WEBHOOKS),
            deliveries: AtomicUsize::new(0),
            is_draining: AtomicBool::new(false),
        })
    }

    /// Of the channels that an event may be of, the one with its number. Providers have one URL for all numbers of an app, whose webhooks
    /// have one secret.
    pub fn channel_of<'a>(&'a self, called: &'a Channel, id: Option<&str>) -> Option<&'a Channel> {
        let Some(id) = id else { return Some(called) };
        let is_of = |channel: &Channel| same(&channel.id, id);
        if is_of(called) {
            return Some(called);
        }
        let kind = called.provider.webhooks();
        let mut others = self.channels.values().map(|channel| &**channel);
        others.find(|other| {
            is_of(other) && other.provider.webhooks() == kind && other.secrets == called.secrets
        })
    }

    /// Takes no more webhooks: their providers send them again.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        for channel in self.channels.values() {
            channel.inbox.ask_no_more();
        }
    }

    /// Whether it takes no more webhooks.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Turns that the agent has, and outcomes that are on their way: what an end waits for.
    pub fn under_way(&self) -> u64 {
        let stats = self.channels.values().map(|channel| channel.inbox.stats());
        let turns = stats.map(|stats| stats.map_or(0, |stats| stats.in_flight + stats.unpolled));
        turns.sum::<u64>() + self.deliveries.load(Ordering::Relaxed) as u64
    }

    /// Messages that wait or are being answered; `None`: a store cannot say.
    pub fn pending(&self) -> Option<u64> {
        let stats = self.channels.values().map(|channel| channel.inbox.stats());
        stats
            .map(|stats| stats.ok().map(|stats| stats.pending))
            .sum()
    }
}

/// What a channel needs, before it begins.
struct Opened {
    name: String,
    config: ChannelConfig,
    agent: Agent,
    client: Client,
    store: Lmdb,
    webhook: Webhook,
    sender: Sender,
    public_url: String,
}

impl Opened {
    fn open(
        name: &str,
        channel: &ChannelConfig,
        config: &Config,
        clients: &mut Clients,
    ) -> Result<Self, String> {
        let agent = config.agents.get(&channel.agent);
        let agent = agent.ok_or_else(|| format!("there is no agent {}", channel.agent))?;
        let client = clients
            .of(agent)
            .map_err(|error| format!("agent.{}: {error}", channel.agent))?;
        let folder = config.store.join(name);
        make_folder(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self {
            name: name.to_owned(),
            config: channel.clone(),
            agent: agent.clone(),
            client,
            store: Lmdb::open(&folder).map_err(|error| error.to_string())?,
            webhook: webhook(channel)?,
            sender: Sender::new(channel).map_err(|error| error.to_string())?,
            public_url: config.base_url(),
        })
    }

    fn start(self) -> Result<Channel, String> {
        let Self { config, agent, .. } = self;
        let (store, options) = (Arc::new(self.store), config.inbox);
        let inbox = Inbox::new(&self.client, &agent.pid, &agent.chatbot_id, options, store)
            .map_err(|error| error.to_string())?;
        Ok(Channel {
            name: self.name,
            id: config.provider.channel_id().to_owned(),
            webhook: self.webhook,
            verify_token: config.verify_token,
            webhook_token: config.webhook_token,
            public_url: self.public_url,
            secrets: config.secrets,
            pace: Pace::new(config.per_second, is_cloud(&config.provider)),
            provider: config.provider,
            inbox,
            sender: self.sender,
            agent_lost_at: Mutex::new(None),
        })
    }
}

impl Channel {
    /// Has the agent be silent to a user, under whatever identifier; no time lets it answer again.
    ///
    /// # Errors
    ///
    /// It is not kept.
    pub fn pause(&self, user: &str, time: Duration) -> Result<(), inbox::Error> {
        match self.inbox.pause_everywhere(user, time) {
            // Nobody has written yet.
            Err(inbox::Error::Client(_)) => self.inbox.pause(&self.id, user, time),
            paused => paused,
        }
    }

    /// What the agent's last end tells of the way to it.
    pub fn agent_said(&self, error: Option<&robofy_client::Error>) {
        let lost = [Status::Connect, Status::Tls];
        let is_lost = error.is_some_and(|error| lost.contains(&error.status()));
        *self.lost_at() = is_lost.then(Instant::now);
    }

    /// What keeps it from working, as far as it knows.
    pub fn trouble(&self) -> Option<String> {
        if let Err(error) = self.inbox.stats() {
            return Some(format!("the store: {error}"));
        }
        // Nobody asks it where no webhooks come: it is tried again.
        let is_lost = self.lost_at().is_some_and(|at| at.elapsed() < AGENT_AGAIN);
        is_lost.then(|| "the agent is not reached".to_owned())
    }

    fn lost_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.agent_lost_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The store of a path that is to be made has a folder to be made in.
fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder.parent().unwrap_or(Path::new("")))
}

/// The client of each account: its agents share a pace.
#[derive(Default)]
struct Clients(Vec<(Account, Client)>);

impl Clients {
    fn of(&mut self, agent: &Agent) -> Result<Client, robofy_client::Error> {
        let known = self.0.iter().find(|(account, _)| *account == agent.account);
        if let Some((_, client)) = known {
            return Ok(client.clone());
        }
        let client = agent.account.client()?;
        self.0.push((agent.account.clone(), client.clone()));
        Ok(client)
    }
}

fn webhook(channel: &ChannelConfig) -> Result<Webhook, String> {
    let mut secrets = channel.secrets.iter().map(Secret::reveal);
    let webhook = Webhook::new(channel.provider.webhooks(), secrets.next());
    let mut webhook = webhook.map_err(|error| error.to_string())?;
    for secret in secrets {
        webhook.add_secret(secret);
    }
    Ok(webhook)
}

/// Whether the provider is Meta, who counts pairs.
fn is_cloud(provider: &Provider) -> bool {
    matches!(provider, Provider::Meta { .. } | Provider::Dialog { .. })
}

/// A phone number may be written with a plus.
fn same(id: &str, other: &str) -> bool {
    id.trim_start_matches('+') == other.trim_start_matches('+')
}
