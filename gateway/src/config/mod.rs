//! The configuration: one TOML file, checked as a whole.

mod channel;
mod fields;
mod secret;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use robofy_client::{Client, Options};
use toml::{Table, Value};

pub use self::channel::{ChannelConfig, Provider};
pub use self::secret::Secret;

use self::fields::{Fields, Problems};

/// Where the gateway listens unless it is told.
const LISTEN: &str = "127.0.0.1:8080";

/// The folder of its stores.
const STORE: &str = "inbox";

/// What a gateway is told.
#[derive(Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What its providers call, without a slash at the end.
    pub public_url: Option<String>,
    /// The folder of the stores: one in it for each channel.
    pub store: PathBuf,
    /// What `pause` and `resume` are let in with; `None`: nobody is.
    pub admin_token: Option<Secret>,
    /// The agents, by name.
    pub agents: BTreeMap<String, Agent>,
    /// The channels, by name.
    pub channels: BTreeMap<String, ChannelConfig>,
}

/// A Robofy agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its project.
    pub pid: String,
    /// It.
    pub chatbot_id: String,
    /// Whose it is.
    pub account: Account,
}

/// An account at Robofy, and how it is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its key.
    pub api_key: Secret,
    base_url: Option<String>,
    ca_file: Option<PathBuf>,
    timeout: Option<Duration>,
    /// Messages a minute, and at once.
    pace: Option<(u32, u32)>,
}

impl Account {
    /// A client of this account.
    ///
    /// # Errors
    ///
    /// What of it cannot be used.
    pub fn client(&self) -> Result<Client, robofy_client::Error> {
        let mut options = Options::new();
        if let Some(url) = &self.base_url {
            options.base_url(url);
        }
        options.ca_file(self.ca_file.as_deref());
        if let Some(timeout) = self.timeout {
            options.timeout(timeout);
        }
        if let Some((per_minute, burst)) = self.pace {
            options.rate_limit(per_minute, burst);
        }
        Client::new(self.api_key.reveal(), &options)
    }
}

/// What is wrong with a configuration, one line each.
#[derive(Debug)]
pub struct Invalid {
    file: PathBuf,
    problems: Vec<String>,
}

impl Invalid {
    /// The lines.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        for (number, problem) in self.problems.iter().enumerate() {
            let line = if number > 0 { "\n" } else { "" };
            write!(f, "{line}{file}: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn read(file: &Path) -> Result<Self, Invalid> {
        let invalid = |problems| Invalid {
            file: file.to_owned(),
            problems,
        };
        let text = std::fs::read_to_string(file)
            .map_err(|error| invalid(vec![format!("cannot be read: {error}")]))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).map_err(invalid)
    }

    /// Reads the text of a file in this folder.
    fn parse(text: &str, folder: &Path) -> Result<Self, Vec<String>> {
        let table = table(text).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let config = Self::of(table, folder, &mut problems);
        match problems.into_lines() {
            lines if lines.is_empty() => Ok(config),
            lines => Err(lines),
        }
    }

    fn of(mut table: Table, folder: &Path, problems: &mut Problems) -> Self {
        let mut sections = |name: &'static str, problems: &mut Problems| {
            let section = match table.remove(name) {
                Some(Value::Table(section)) => section,
                Some(_) => {
                    problems.add(format!("{name} must be tables: write [{name}.NAME]"));
                    return Vec::new();
                }
                None => {
                    problems.add(format!("there is no {name}: write [{name}.NAME]"));
                    return Vec::new();
                }
            };
            let tables = section.into_iter().filter_map(|(key, value)| match value {
                Value::Table(table) => Some((key, table)),
                _ => {
                    problems.add(format!(
                        "{name}.{key} must be a table: write [{name}.{key}]"
                    ));
                    None
                }
            });
            tables.collect()
        };
        let (agents, channels) = (sections("agent", problems), sections("channel", problems));
        let mut fields = Fields::new("", table, folder, problems);
        let listen = listen(&mut fields);
        let public_url = fields.text("public_url");
        let store = fields.text("store").unwrap_or_else(|| STORE.to_owned());
        let admin_token = fields.optional_secret("admin_token");
        fields.finish();
        let agents: BTreeMap<_, _> = agents
            .into_iter()
            .map(|(name, table)| {
                let path = format!("agent.{name}");
                let agent = agent(Fields::new(&path, table, folder, problems));
                (name, agent)
            })
            .collect();
        check_accounts(&agents, problems);
        let channels = channels.into_iter().filter_map(|(name, table)| {
            let path = format!("channel.{name}");
            let channel = ChannelConfig::of(Fields::new(&path, table, folder, problems), &agents);
            if !is_plain(&name) {
                problems.add(format!(
                    "{path}: the name is a part of the webhook's URL: use a-z, 0-9, - and _"
                ));
            }
            Some((name, channel?))
        });
        let channels: BTreeMap<_, ChannelConfig> = channels.collect();
        for (name, channel) in &channels {
            if matches!(channel.provider, Provider::Twilio { .. }) && public_url.is_none() {
                problems.add(format!(
                    "public_url is missing: Twilio signs it, and channel.{name} is Twilio's"
                ));
            }
        }
        Self {
            listen,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            store: state_folder(folder).join(store),
            admin_token,
            agents,
            channels,
        }
    }

    /// Where the gateway of this file listens, and what lets an operator in: nothing else of it is looked at.
    ///
    /// # Errors
    ///
    /// What is wrong with these two.
    pub fn operator(file: &Path) -> Result<(SocketAddr, Secret), String> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut problems = Problems::default();
        let mut table = table(&text).unwrap_or_default();
        table.retain(|key, _| key == "listen" || key == "admin_token");
        let mut fields = Fields::new("", table, folder, &mut problems);
        let listen = listen(&mut fields);
        let token = fields.secret("admin_token");
        match problems.into_lines() {
            lines if lines.is_empty() => Ok((listen, token)),
            lines => Err(lines.join("\n")),
        }
    }

    /// The URL that a channel's provider is to be given.
    pub fn webhook_url(&self, channel: &str) -> String {
        format!("{}/webhook/{channel}", self.base_url())
    }

    /// What stands before the paths that providers call.
    pub fn base_url(&self) -> String {
        let public = self.public_url.clone();
        public.unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// The parser's own words have the line itself, which may hold a secret.
fn table(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line}: {}", error.message())
    })
}

fn listen(fields: &mut Fields<'_>) -> SocketAddr {
    let text = fields.text("listen").unwrap_or_else(|| LISTEN.to_owned());
    text.parse().unwrap_or_else(|_| {
        let problem = "must be an address and a port, as \"127.0.0.1:8080\"";
        fields.wrong::<()>("listen", problem);
        SocketAddr::from(([127, 0, 0, 1], 0))
    })
}

/// systemd names the folder that it has made for a service (systemd.exec, "StateDirectory"); else the file's own is it.
fn state_folder(folder: &Path) -> PathBuf {
    let made = std::env::var_os("STATE_DIRECTORY");
    made.map_or_else(|| folder.to_owned(), PathBuf::from)
}

fn is_plain(name: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    !name.is_empty() && name.bytes().all(is_plain)
}

fn agent(mut fields: Fields<'_>) -> Agent {
    let whole = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let per_minute = fields.number("messages_a_minute", 1).map(whole);
    let burst = fields.number("burst", 1).map(whole);
    if per_minute.is_none() && burst.is_some() {
        fields.wrong::<()>("burst", "is that of messages_a_minute, which is missing");
    }
    let timeout = fields.seconds("timeout");
    let agent = Agent {
        pid: fields.needed("pid"),
        chatbot_id: fields.needed("chatbot_id"),
        account: Account {
            api_key: fields.secret("api_key"),
            base_url: fields.text("base_url"),
            ca_file: fields.path("ca_file"),
            timeout: timeout.map(|timeout| Duration::from_millis(timeout.unsigned_abs())),
            pace: per_minute.map(|per_minute| (per_minute, burst.unwrap_or(1))),
        },
    };
    fields.finish();
    agent
}

/// Two agents of one account share its pace, so that it has to be the same.
fn check_accounts(agents: &BTreeMap<String, Agent>, problems: &mut Problems) {
    for (name, agent) in agents {
        let other = agents.iter().find(|(other, of)| {
            *other < name
                && of.account.api_key == agent.account.api_key
                && of.account != agent.account
        });
        if let Some((other, _)) = other {
            problems.add(format!(
                "agent.{name} has the api_key of agent.{other}, and other settings: an account has one pace, timeout and base_url"
            ));
        }
    }
}

#[cfg(test)]
mod tests;
