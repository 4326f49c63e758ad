//! Evolution API (doc.evolution-api.com, "Send text").

use serde_json::{Value, json};

use super::api::{Api, Part, Probe};
use super::call::{Body, Call};
use super::failure::{Failure, NOT_TAKEN};
use crate::config::Secret;

/// How long its typing is shown, in milliseconds.
const TYPING_MS: u32 = 20_000;

pub(super) struct Evolution {
    pub url: String,
    pub instance: String,
    pub api_key: Secret,
}

impl Evolution {
    fn post(&self, path: &str, body: Value) -> Call {
        let url = format!("{}/{path}/{}", self.url, self.instance);
        self.signed(Call::post(url, Body::Json(body)))
    }

    fn signed(&self, call: Call) -> Call {
        call.header("apikey", self.api_key.reveal())
    }
}

impl Api for Evolution {
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure> {
        let mut body = json!({ "number": number(part.address()?), "text": part.text });
        if let Some(quoted) = part.quoted {
            body["quoted"] = json!({ "key": { "id": quoted } });
        }
        Ok(self.post("message/sendText", body))
    }

    fn typing(&self, part: &Part<'_>) -> Result<Option<Call>, Failure> {
        let number = number(part.address()?);
        let body = json!({ "number": number, "presence": "composing", "delay": TYPING_MS });
        Ok(Some(self.post("chat/sendPresence", body)))
    }

    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure> {
        if (200..300).contains(&status) {
            return Ok(said["key"]["id"].as_str().unwrap_or_default().to_owned());
        }
        let reasons = &said["response"]["message"];
        if status == 400 && reasons[0]["exists"] == false {
            return Err(Failure::new(131_026, "the number is not on WhatsApp"));
        }
        let words = reasons.get(0).unwrap_or(reasons);
        // Whatever goes wrong behind it is 400 with the exception's text: the phone is not connected just now.
        if status == 400
            && words
                .as_str()
                .is_some_and(|words| words.starts_with("Error"))
        {
            return Err(Failure::refused(NOT_TAKEN, words, ""));
        }
        // An instance that is not there is the account's trouble and not the user's.
        let code = if status == 404 {
            403
        } else {
            i32::from(status)
        };
        Err(Failure::refused(code, words, "Evolution API refuses it"))
    }

    fn probe(&self) -> Call {
        self.signed(Call::get(format!(
            "{}/instance/connectionState/{}",
            self.url, self.instance
        )))
    }

    fn judge(&self, status: u16, said: &Value) -> Probe {
        let state = said["instance"]["state"].as_str().unwrap_or("unknown");
        match status {
            200 if state == "open" => Probe::Works(format!("instance {} is open", self.instance)),
            200 => Probe::Fails(format!(
                "instance {} is {state}: connect it, and scan its code with the phone",
                self.instance
            )),
            401 | 403 => Probe::Fails(
                "api_key is refused: it is the instance's, or the server's AUTHENTICATION_API_KEY"
                    .into(),
            ),
            404 => Probe::Fails(format!(
                "there is no instance {} on this server",
                self.instance
            )),
            _ => Probe::Fails(format!("Evolution API answers {status}")),
        }
    }
}

fn number(address: &str) -> &str {
    address.trim_start_matches('+')
}
