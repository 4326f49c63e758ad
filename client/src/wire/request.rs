//! From a message to the body of a request.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::endpoint::Endpoint;
use super::surrogates::well_formed;
use crate::error::Error;
use crate::message::Message;

const WHATSAPP: &str = "whatsapp";
/// The platform of the contract's own example.
const WEB: &str = "web";

/// A message as it is sent.
pub(crate) struct Encoded {
    pub(crate) body: Bytes,
    /// From the message, or from its `user_context`.
    pub(crate) session_id: Option<String>,
    pub(crate) endpoint: Endpoint,
}

/// Checks a message and writes its request body; everything wrong with it is found here, before anything is sent.
pub(crate) fn encode(message: &Message, endpoint: Endpoint) -> Result<Encoded, Error> {
    for (name, value) in [
        ("pid", Some(&message.pid)),
        ("chatbot_id", Some(&message.chatbot_id)),
        ("query", Some(&message.query)),
        ("session_id", message.session_id.as_ref()),
        ("platform", message.platform.as_ref()),
    ] {
        if value.is_some_and(String::is_empty) {
            return Err(Error::invalid_argument(name, "must not be empty"));
        }
    }
    let platform = platform(message, endpoint)?;
    let json = message.user_context.as_deref().map(well_formed);
    let extra = match &json {
        Some(json) => parse_context(json)?,
        None => Context::default(),
    };
    let session_id = agree_on_session(message.session_id.as_deref(), &extra)?;
    let request = Request {
        query: &message.query,
        pid: &message.pid,
        chatbot_id: &message.chatbot_id,
        user_context: UserContext {
            session_id: session_id.as_deref(),
            platform,
            extra: &extra,
        },
    };
    let body = serde_json::to_vec(&request).map_err(Error::internal)?;
    Ok(Encoded {
        // It is kept for as long as the chat waits.
        body: body.into_boxed_slice().into(),
        session_id,
        endpoint,
    })
}

fn platform(message: &Message, endpoint: Endpoint) -> Result<&str, Error> {
    match (endpoint, message.platform.as_deref()) {
        (Endpoint::WhatsApp, None | Some(WHATSAPP)) => Ok(WHATSAPP),
        (Endpoint::WhatsApp, Some(_)) => Err(Error::invalid_argument(
            "platform",
            "must be whatsapp for a WhatsApp chat; messages of other platforms are sent by chat_send",
        )),
        (Endpoint::AnyPlatform, platform) => Ok(platform.unwrap_or(WEB)),
    }
}

fn parse_context(json: &str) -> Result<Context<'_>, Error> {
    let context: Context = serde_json::from_str(json).map_err(|error| {
        // Not in serde's words for a text or a number, which quote it whole.
        let problem = match error.is_data() {
            true => "is not a JSON object".to_owned(),
            false => format!("is not a JSON object: {error}"),
        };
        Error::invalid_argument("user_context", problem)
    })?;
    if context.members.iter().any(|(key, _)| key == "platform") {
        return Err(Error::invalid_argument(
            "user_context",
            "must not set platform: that is the message's own",
        ));
    }
    Ok(context)
}

fn agree_on_session(given: Option<&str>, extra: &Context) -> Result<Option<String>, Error> {
    let mut session_id = given.map(str::to_owned);
    for (_, value) in extra.members.iter().filter(|(key, _)| key == "session_id") {
        let inner: String = serde_json::from_str(value.get()).unwrap_or_default();
        if inner.is_empty() {
            return Err(Error::invalid_argument(
                "user_context",
                "has a session_id that is not a text of one or more characters",
            ));
        }
        if *session_id.get_or_insert_with(|| inner.clone()) != inner {
            return Err(Error::invalid_argument(
                "user_context",
                "names another session_id than the message",
            ));
        }
    }
    Ok(session_id)
}

#[derive(Serialize)]
struct Request<'a> {
    query: &'a str,
    pid: &'a str,
    chatbot_id: &'a str,
    user_context: UserContext<'a>,
}

struct UserContext<'a> {
    session_id: Option<&'a str>,
    platform: &'a str,
    extra: &'a Context<'a>,
}

impl Serialize for UserContext<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(session_id) = self.session_id {
            map.serialize_entry("session_id", session_id)?;
        }
        map.serialize_entry("platform", self.platform)?;
        for (key, value) in &self.extra.members {
            if key != "session_id" {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// The caller's JSON object, its values kept as they were written: no number loses a digit.
#[derive(Default)]
struct Context<'a> {
    members: Vec<(String, &'a RawValue)>,
}

impl<'de> Deserialize<'de> for Context<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Context<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Context { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests;
