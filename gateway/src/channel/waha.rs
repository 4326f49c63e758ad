//! WAHA (waha.devlike.pro, "Send messages").

use serde_json::{Value, json};

use super::api::{Api, Part, Probe};
use super::call::{Body, Call};
use super::failure::{Failure, NOT_TAKEN};
use crate::config::Secret;

pub(super) struct Waha {
    pub url: String,
    pub session: String,
    pub api_key: Option<Secret>,
}

impl Waha {
    fn post(&self, path: &str, body: Value) -> Call {
        self.signed(Call::post(format!("{}/{path}", self.url), Body::Json(body)))
    }

    fn signed(&self, call: Call) -> Call {
        match &self.api_key {
            Some(key) => call.header("x-api-key", key.reveal()),
            None => call,
        }
    }
}

impl Api for Waha {
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure> {
        let mut body = json!({
            "session": self.session,
            "chatId": chat_id(part.address()?),
            "text": part.text,
        });
        if let Some(quoted) = part.quoted {
            body["reply_to"] = quoted.into();
        }
        Ok(self.post("api/sendText", body))
    }

    fn typing(&self, part: &Part<'_>) -> Result<Option<Call>, Failure> {
        let body = json!({ "session": self.session, "chatId": chat_id(part.address()?) });
        Ok(Some(self.post("api/startTyping", body)))
    }

    /// The identifier is a text, or an object with it, as the engine behind WAHA has it.
    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure> {
        if (200..300).contains(&status) {
            let id = &said["id"];
            let id = id.as_str().or_else(|| id["_serialized"].as_str());
            return Ok(id.unwrap_or_default().to_owned());
        }
        let code = match status {
            // A session that is not connected just now: nothing was sent.
            422 => NOT_TAKEN,
            // One that is not started, which is the account's trouble and not the user's.
            404 => 403,
            status => i32::from(status),
        };
        Err(Failure::refused(code, &said["message"], "WAHA refuses it"))
    }

    fn probe(&self) -> Call {
        self.signed(Call::get(format!(
            "{}/api/sessions/{}",
            self.url, self.session
        )))
    }

    fn judge(&self, status: u16, said: &Value) -> Probe {
        let state = said["status"].as_str().unwrap_or("unknown");
        match status {
            200 if state == "WORKING" => Probe::Works(format!("session {} works", self.session)),
            200 => Probe::Fails(format!(
                "session {} is {state}: start it, and scan its code with the phone",
                self.session
            )),
            401 | 403 => Probe::Fails("api_key is refused: it is WAHA_API_KEY there".into()),
            404 => Probe::Fails(format!("there is no session {} in this WAHA", self.session)),
            _ => Probe::Fails(format!("WAHA answers {status}")),
        }
    }
}

/// A phone number has no server of its own.
fn chat_id(address: &str) -> String {
    match address.contains('@') {
        true => address.to_owned(),
        false => format!("{}@c.us", address.trim_start_matches('+')),
    }
}
