//! Which agent is meant, and the way there.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

const DEFAULT_BASE_URL: &str = "https://agents.robofy.ai";

/// Which agent, and the way there.
#[derive(Args, Debug)]
#[command(next_help_heading = "Agent and connection")]
pub struct Connection {
    /// The project
    #[arg(long, value_name = "ID", env = "ROBOFY_PID", hide_env_values = true)]
    pub pid: Option<String>,
    /// The agent that answers
    #[arg(
        long,
        value_name = "ID",
        env = "ROBOFY_CHATBOT_ID",
        hide_env_values = true
    )]
    pub chatbot_id: Option<String>,
    /// Where the service is
    #[arg(
        long,
        value_name = "URL",
        env = "ROBOFY_BASE_URL",
        hide_env_values = true,
        default_value = DEFAULT_BASE_URL
    )]
    pub base_url: String,
    /// The file that holds the API key, with mode 600
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
    /// The proxy (http, https, socks5, socks5h), "" for none [default: the environment's HTTPS_PROXY, ALL_PROXY and
    /// NO_PROXY, in small letters first]
    ///
    /// Where it needs a password, set HTTPS_PROXY=http://user:password@host:port instead: other users can read command
    /// lines.
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Certificate authorities to trust beside the system's: a PEM file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_file: Option<String>,
    /// Bounds a message or another call, retries included, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub timeout: Duration,
    /// Bounds reaching the service, at each attempt, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub connect_timeout: Duration,
    /// How often a message that the agent cannot have seen is sent again; a check never repeats its message
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub max_retries: u32,
}

const LEAST: Duration = Duration::from_millis(1);
const MOST: Duration = Duration::from_secs(7 * 24 * 3600);

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| (LEAST..=MOST).contains(time))
        .ok_or_else(|| "not a number of seconds between 0.001 and 604800".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_bounds() {
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for wrong in ["0", "-1", "NaN", "inf", "1e9", "ten", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
