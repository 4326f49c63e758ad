//! `robofy-gateway pause` and `resume`: they ask the gateway that runs with the same configuration.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::config::Config;
use crate::web;

/// The gateway has that long.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(super) struct Pause {
    #[command(flatten)]
    user: User,
    /// How long, in seconds.
    #[arg(long, default_value_t = 1_800)]
    seconds: u64,
}

#[derive(Args)]
pub(super) struct Resume {
    #[command(flatten)]
    user: User,
}

#[derive(Args)]
struct User {
    /// The configuration of the gateway that runs.
    config: PathBuf,
    /// The channel's name there.
    channel: String,
    /// The user's phone number, or another identifier.
    user: String,
}

impl Pause {
    pub(super) fn run(&self) -> Result<(), String> {
        let Self { user, seconds } = self;
        user.ask(
            "pause",
            json!({ "channel": user.channel, "user": user.user, "seconds": seconds }),
        )
    }
}

impl Resume {
    pub(super) fn run(&self) -> Result<(), String> {
        let user = &self.user;
        user.ask(
            "resume",
            json!({ "channel": user.channel, "user": user.user }),
        )
    }
}

impl User {
    fn ask(&self, what: &str, body: Value) -> Result<(), String> {
        let (listen, token) = Config::operator(&self.config)?;
        let runtime = Runtime::new().map_err(|error| format!("no threads: {error}"))?;
        let url = format!("http://{}/admin/{what}", listen);
        runtime.block_on(async {
            let http = web::client().no_proxy().timeout(TIMEOUT).build();
            let http = http.map_err(|error| error.to_string())?;
            let asked = http
                .post(&url)
                .bearer_auth(token.reveal())
                .json(&body)
                .send()
                .await;
            let answer = asked.map_err(|_| {
                format!(
                    "no gateway listens at {}: is it running with this configuration?",
                    listen
                )
            })?;
            match answer.status().as_u16() {
                204 => Ok(()),
                401 => Err("the gateway that runs has another admin_token".to_owned()),
                status => {
                    let words = answer.text().await.unwrap_or_default();
                    Err(format!("the gateway answers {status}: {}", words.trim()))
                }
            }
        })
    }
}
