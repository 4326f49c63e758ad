//! The conversations in an agent's inbox.

use std::fmt;

use super::{data, listed, member, unexpected};
use crate::async_client::AsyncClient;
use crate::client::Client;
use crate::error::Error;
use crate::path::segment;
use crate::request::RequestBuilder;
use crate::response::Response;
use crate::wire;

/// One conversation of an agent. What the service leaves out, or gives as `null`, is `None`; a number is its digits, as
/// they are written. `Debug` shows the session's ID alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboxSession {
    /// The conversation.
    pub session_id: Option<String>,
    /// When its last message came, as the service writes it.
    pub last_message_time: Option<String>,
    /// Its last message.
    pub last_message: Option<String>,
    /// The user's name.
    pub user_profile_name: Option<String>,
    /// Which way the last message went, as the service writes it.
    pub last_message_direction: Option<String>,
    /// The page that the conversation was held on.
    pub website_url: Option<String>,
}

impl InboxSession {
    /// The conversations of a response, which may be an array or an object around one.
    ///
    /// # Errors
    ///
    /// [`Protocol`](crate::Status::Protocol) if there is no such array, or one with more than 100 000 elements.
    pub fn read(response: &Response) -> Result<Vec<Self>, Error> {
        let data = data(response)?;
        let list = |json| listed(response, json);
        let wrapped = || wire::members(data, ["sessions"])?[0].and_then(list);
        let sessions = list(data)
            .or_else(wrapped)
            .ok_or_else(|| unexpected(response, "there is no list of sessions"))??;
        let read =
            |json| Self::of(json).ok_or_else(|| unexpected(response, "a session is no object"));
        sessions.into_iter().map(read).collect()
    }

    fn of(json: &str) -> Option<Self> {
        let keys = [
            "session_id",
            "last_message_time",
            "last_message",
            "user_profile_name",
            "last_message_direction",
            "website_url",
        ];
        let [session_id, time, message, name, direction, url] =
            wire::members(json, keys)?.map(member);
        Some(Self {
            session_id,
            last_message_time: time,
            last_message: message,
            user_profile_name: name,
            last_message_direction: direction,
            website_url: url,
        })
    }
}

impl fmt::Debug for InboxSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxSession")
            .field("session_id", &self.session_id)
            .finish_non_exhaustive()
    }
}

fn path(chatbot_id: &str) -> Result<String, Error> {
    let chatbot = segment("chatbot_id", chatbot_id)?;
    Ok(format!("/v1/ai-agent/inbox/sessions/{chatbot}"))
}

impl Client {
    /// The conversations of an agent.
    ///
    /// # Errors
    ///
    /// As of [a request](RequestBuilder::send), and [`InboxSession::read`].
    pub fn inbox_sessions(&self, chatbot_id: &str) -> Result<Vec<InboxSession>, Error> {
        InboxSession::read(&self.inbox_sessions_request(chatbot_id)?.send()?)
    }

    /// The request for them, to be changed before it is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for an ID that cannot stand in a path.
    pub fn inbox_sessions_request(
        &self,
        chatbot_id: &str,
    ) -> Result<RequestBuilder<'_, Self>, Error> {
        Ok(self.request("GET", &path(chatbot_id)?))
    }
}

impl AsyncClient {
    /// The conversations of an agent.
    ///
    /// # Errors
    ///
    /// As [`Client::inbox_sessions`].
    pub async fn inbox_sessions(&self, chatbot_id: &str) -> Result<Vec<InboxSession>, Error> {
        let request = self.request("GET", &path(chatbot_id)?);
        InboxSession::read(&request.send().await?)
    }
}
