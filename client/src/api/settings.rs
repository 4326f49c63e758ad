//! The settings of an agent, which hold a secret.

use std::fmt;

use super::{data, member, unexpected};
use crate::async_client::AsyncClient;
use crate::client::Client;
use crate::error::Error;
use crate::path::segment;
use crate::request::RequestBuilder;
use crate::response::Response;
use crate::secret::Secret;
use crate::wire;

/// The settings of an agent. Three of them have names in the service's reference; the rest is in the JSON.
///
/// [`json`](Self::json) and [`llm_api_key`](Self::llm_api_key) show a secret; `Debug` does not, and it is wiped on drop.
#[derive(Clone)]
pub struct AgentSettings {
    json: Secret,
    llm_api_key: Option<Secret>,
    temperature: Option<String>,
    thinking_mode: Option<String>,
}

impl AgentSettings {
    /// The settings of a response.
    ///
    /// # Errors
    ///
    /// [`Protocol`](crate::Status::Protocol) if its data are no object.
    pub fn read(response: &Response) -> Result<Self, Error> {
        let data = data(response)?;
        let keys = ["llm_api_key", "temperature", "thinking_mode"];
        let [key, temperature, thinking_mode] =
            wire::members(data, keys).ok_or_else(|| unexpected(response, "data is no object"))?;
        Ok(Self {
            json: Secret::new(data.to_owned()),
            llm_api_key: member(key).map(Secret::new),
            temperature: member(temperature),
            thinking_mode: member(thinking_mode),
        })
    }

    /// All of them: a JSON object, as the service has written it.
    pub fn json(&self) -> &str {
        self.json.reveal()
    }

    /// The JSON of one of them, by the service's name for it.
    pub fn get(&self, name: &str) -> Option<&str> {
        let [value] = wire::members(self.json.reveal(), [name])?;
        value
    }

    /// The key to the language model: a secret.
    pub fn llm_api_key(&self) -> Option<&str> {
        self.llm_api_key.as_ref().map(Secret::reveal)
    }

    /// A number, which the service writes as text.
    pub fn temperature(&self) -> Option<&str> {
        self.temperature.as_deref()
    }

    /// How the agent thinks, in the service's words.
    pub fn thinking_mode(&self) -> Option<&str> {
        self.thinking_mode.as_deref()
    }
}

impl fmt::Debug for AgentSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentSettings")
            .field("temperature", &self.temperature)
            .field("thinking_mode", &self.thinking_mode)
            .finish_non_exhaustive()
    }
}

fn path(project_id: &str, chatbot_id: &str) -> Result<String, Error> {
    let project = segment("project_id", project_id)?;
    let chatbot = segment("chatbot_id", chatbot_id)?;
    Ok(format!(
        "/v1/ai-agent/chatbot_ai_settings/{project}/{chatbot}"
    ))
}

impl Client {
    /// The settings of the agent `chatbot_id` of a project.
    ///
    /// # Errors
    ///
    /// As of [a request](RequestBuilder::send), and [`AgentSettings::read`].
    pub fn agent_settings(
        &self,
        project_id: &str,
        chatbot_id: &str,
    ) -> Result<AgentSettings, Error> {
        AgentSettings::read(
            &self
                .agent_settings_request(project_id, chatbot_id)?
                .send()?,
        )
    }

    /// The request for them, to be changed before it is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for an ID that cannot stand in a path.
    pub fn agent_settings_request(
        &self,
        project_id: &str,
        chatbot_id: &str,
    ) -> Result<RequestBuilder<'_, Self>, Error> {
        Ok(self.request("GET", &path(project_id, chatbot_id)?))
    }
}

impl AsyncClient {
    /// The settings of the agent `chatbot_id` of a project.
    ///
    /// # Errors
    ///
    /// As [`Client::agent_settings`].
    pub async fn agent_settings(
        &self,
        project_id: &str,
        chatbot_id: &str,
    ) -> Result<AgentSettings, Error> {
        let request = self.request("GET", &path(project_id, chatbot_id)?);
        AgentSettings::read(&request.send().await?)
    }
}
