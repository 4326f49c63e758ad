//! From the command line to the library's client and message.

use std::ffi::CStr;

use crate::arguments::Connection;
use crate::binding::{Client, Message, Options, c_text};
use crate::failure::Failure;
use crate::key::ApiKey;

const PRODUCT: &str = concat!("robofy-cli/", env!("CARGO_PKG_VERSION"));

impl Connection {
    /// A client with the key that is found.
    pub fn client(&self) -> Result<Client, Failure> {
        let key = ApiKey::find(self.api_key_file.as_deref())?;
        self.client_of(&key.text, self.max_retries)
    }

    /// A client with this key.
    pub fn client_of(&self, key: &CStr, max_retries: u32) -> Result<Client, Failure> {
        let mut options = Options::new()?;
        options.base_url(&c_text("--base-url", &self.base_url)?);
        if let Some(proxy) = &self.proxy {
            options.proxy(&c_text("--proxy", proxy)?);
        }
        if let Some(ca_file) = &self.ca_file {
            options.ca_file(&c_text("--ca-file", ca_file)?);
        }
        options.timeout(self.timeout);
        options.connect_timeout(self.connect_timeout);
        options.max_retries(max_retries);
        options.user_agent(&c_text("the product", PRODUCT)?);
        Client::new(key, &options)
    }

    /// A message to the agent that was named.
    pub fn message(&self, query: &str) -> Result<Message, Failure> {
        Message::new(
            &c_text("--pid", self.pid()?)?,
            &c_text("--chatbot-id", self.chatbot_id()?)?,
            &c_text("the message", query)?,
        )
    }

    /// The project that was named.
    pub fn pid(&self) -> Result<&str, Failure> {
        named(self.pid.as_deref(), "project", "--pid", "ROBOFY_PID")
    }

    /// The agent that was named.
    pub fn chatbot_id(&self) -> Result<&str, Failure> {
        named(
            self.chatbot_id.as_deref(),
            "agent",
            "--chatbot-id",
            "ROBOFY_CHATBOT_ID",
        )
    }
}

fn named<'a>(
    value: Option<&'a str>,
    what: &str,
    option: &str,
    variable: &str,
) -> Result<&'a str, Failure> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Failure::usage(format!("no {what}: give {option} ID, or set {variable}")))
}
