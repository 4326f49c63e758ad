//! The channels of a running gateway: each has an inbox, its agent's client and a sender.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fmt, io};

use robofy_client::{Client, Status};
use robofy_conversation::inbox::Inbox;
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::webhook::Webhook;

use crate::channel::Sender;
use crate::config::{Account, Agent, ChannelConfig, Config, Provider, Secret};
use crate::metrics::Metrics;
use crate::pace::Pace;

/// The channels of a running gateway.
pub struct Gateway {
    /// By name.
    pub channels: BTreeMap<String, Arc<Channel>>,
    /// What it has done.
    pub metrics: Metrics,
    /// What `pause` and `resume` are let in with.
    pub admin_token: Option<Secret>,
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
    /// What its provider calls.
    pub webhook_url: String,
    /// Whose webhooks they are.
    pub provider: Provider,
    /// Takes events, and has outcomes.
    pub inbox: Inbox,
    /// Sends to its users.
    pub sender: Sender,
    /// How fast.
    pub pace: Pace,
    is_agent_lost: AtomicBool,
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
        let mut channels = BTreeMap::new();
        let mut clients = Clients::default();
        for (name, channel) in &config.channels {
            let started =
                Channel::start(name, channel, config, &mut clients).map_err(|why| NotStarted {
                    channel: name.clone(),
                    why,
                })?;
            channels.insert(name.clone(), Arc::new(started));
        }
        Ok(Self {
            channels,
            metrics: Metrics::default(),
            admin_token: config.admin_token.clone(),
            is_draining: AtomicBool::new(false),
        })
    }

    /// Takes no more webhooks: their providers send them again.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Whether it takes no more webhooks.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Messages that wait or are being answered, as far as the stores can say.
    pub fn pending(&self) -> u64 {
        let pending = self.channels.values().map(|channel| channel.inbox.stats());
        pending
            .map(|stats| stats.map_or(0, |stats| stats.pending))
            .sum()
    }
}

impl Channel {
    fn start(
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
        let store = Lmdb::open(&folder).map_err(|error| error.to_string())?;
        let options = channel.inbox.clone();
        let inbox = Inbox::new(
            &client,
            &agent.pid,
            &agent.chatbot_id,
            options,
            Arc::new(store),
        )
        .map_err(|error| error.to_string())?;
        Ok(Self {
            name: name.to_owned(),
            id: channel.provider.channel_id().to_owned(),
            webhook: webhook(channel)?,
            verify_token: channel.verify_token.clone(),
            webhook_token: channel.webhook_token.clone(),
            webhook_url: config.webhook_url(name),
            provider: channel.provider.clone(),
            inbox,
            sender: Sender::new(channel).map_err(|error| error.to_string())?,
            pace: Pace::new(channel.per_second, is_cloud(&channel.provider)),
            is_agent_lost: AtomicBool::new(false),
        })
    }

    /// What the agent's last end tells of the way to it.
    pub fn agent_said(&self, error: Option<&robofy_client::Error>) {
        let lost = [Status::Connect, Status::Tls, Status::Timeout];
        let is_lost = error.is_some_and(|error| lost.contains(&error.status()));
        self.is_agent_lost.store(is_lost, Ordering::Relaxed);
    }

    /// What keeps it from working, as far as it knows.
    pub fn trouble(&self) -> Option<String> {
        if let Err(error) = self.inbox.stats() {
            return Some(format!("the store: {error}"));
        }
        let is_lost = self.is_agent_lost.load(Ordering::Relaxed);
        is_lost.then(|| "the agent is not reached".to_owned())
    }
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

/// The store of a path that is to be made has a folder to be made in.
fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder.parent().unwrap_or(Path::new("")))
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
