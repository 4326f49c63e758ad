//! `robofy-gateway check`.

use std::collections::BTreeSet;
use std::path::Path;

use robofy_client::Status;
use robofy_conversation::inbox::lmdb::Lmdb;
use robofy_conversation::inbox::store::StoreFault;
use tokio::runtime::Runtime;

use super::say;
use crate::channel::{Probe, Sender};
use crate::config::{Agent, Config};

/// Looks at everything, and prints a line for each thing.
pub(super) fn run(file: &Path) -> Result<(), String> {
    let config = Config::read(file).map_err(|invalid| invalid.to_string())?;
    let runtime = Runtime::new().map_err(|error| format!("no threads: {error}"))?;
    let mut report = Report::default();
    report.add(
        "configuration",
        Ok(format!("{} is well-formed", file.display())),
    );
    report.add("public_url", public_url(&config));
    let used: BTreeSet<_> = config
        .channels
        .values()
        .map(|channel| &channel.agent)
        .collect();
    for (name, agent) in &config.agents {
        let found = match used.contains(name) {
            true => key(agent),
            false => Err("no channel has this agent: remove it, or name it in a channel".into()),
        };
        report.add(&format!("agent.{name}"), found);
    }
    for (name, channel) in &config.channels {
        let probe = match Sender::new(channel) {
            Ok(sender) => runtime.block_on(sender.probe()),
            Err(error) => Probe::Fails(error.to_string()),
        };
        let found = match probe {
            Probe::Works(words) => Ok(words),
            Probe::Fails(words) => Err(words),
        };
        let path = format!("channel.{name}");
        report.add(&path, found);
        report.add(&format!("{path} store"), store(&config.store.join(name)));
        let token = match &channel.webhook_token {
            Some(_) => "?token= and the webhook_token",
            None => "",
        };
        say(format!(
            "        its provider is to call {}{token}",
            config.webhook_url(name)
        ));
    }
    report.end()
}

fn public_url(config: &Config) -> Result<String, String> {
    match config.public_url.as_deref() {
        Some(url) if url.starts_with("https://") => Ok(url.to_owned()),
        Some(url) => Err(format!(
            "{url} is not https: Meta and Twilio call no other; put a proxy with a certificate in front, and name it here"
        )),
        None => Err(
            "public_url is missing: it is what the providers call, as \"https://bot.example.com\""
                .into(),
        ),
    }
}

/// Asks for the agent's settings, which changes nothing.
fn key(agent: &Agent) -> Result<String, String> {
    let client = agent.account.client().map_err(|error| error.to_string())?;
    match client.agent_settings(&agent.pid, &agent.chatbot_id) {
        Ok(_) => Ok("the key is taken, and the agent is there".into()),
        Err(error) => Err(match error.status() {
            Status::Unauthorized => {
                format!("api_key is refused: {error}; it stands in Robofy's console")
            }
            Status::Forbidden | Status::NotFound => {
                format!("pid or chatbot_id is no agent of this key's: {error}")
            }
            _ => error.to_string(),
        }),
    }
}

fn store(folder: &Path) -> Result<String, String> {
    if !folder.exists() {
        return Ok(format!("{} will be made", folder.display()));
    }
    match Lmdb::open(folder) {
        Ok(_) => Ok(format!("{} can be used", folder.display())),
        Err(error) if error.fault() == StoreFault::Taken => Ok(format!(
            "{} is in use, by a gateway that runs",
            folder.display()
        )),
        Err(error) => Err(error.to_string()),
    }
}

#[derive(Default)]
struct Report {
    failed: usize,
}

impl Report {
    fn add(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(words) => say(format!("ok      {what}: {words}")),
            Err(words) => {
                self.failed += 1;
                say(format!("FAILED  {what}: {words}"));
            }
        }
    }

    fn end(self) -> Result<(), String> {
        match self.failed {
            0 => Ok(()),
            1 => Err("1 thing is to be mended".into()),
            failed => Err(format!("{failed} things are to be mended")),
        }
    }
}
