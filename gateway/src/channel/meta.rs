//! Meta's Cloud API, and 360dialog, which forwards it.

use ring::hmac;
use serde_json::Value;

use super::api::{Api, Part, Probe};
use super::call::{Body, Call};
use super::failure::{Failure, code_of};
use crate::config::Secret;

/// Meta's codes for a token that is refused and for one that may not do this.
const TOKEN: i32 = 190;
/// Meta's code for a parameter: the identifier, or the proof.
const PARAMETER: i32 = 100;
/// Its subcode where the object of the path is not there, or may not be seen.
const NO_OBJECT: i32 = 33;

pub(super) struct Meta {
    pub url: String,
    pub phone_number_id: String,
    pub token: Secret,
    pub app_secret: Option<Secret>,
}

pub(super) struct Dialog {
    pub url: String,
    pub api_key: Secret,
}

impl Meta {
    fn message(&self, body: &str) -> Call {
        let url = format!("{}/{}/messages", self.url, self.phone_number_id);
        self.signed(Call::post(url, Body::Text(body.to_owned())))
    }

    fn signed(&self, call: Call) -> Call {
        call.header("authorization", format!("Bearer {}", self.token.reveal()))
    }
}

impl Api for Meta {
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure> {
        Ok(self.message(part.request.ok_or_else(Failure::no_address)?))
    }

    fn typing(&self, part: &Part<'_>) -> Result<Option<Call>, Failure> {
        self.text(part).map(Some)
    }

    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure> {
        sent(status, said)
    }

    /// With the proof that the token is of the app with this secret (Meta, "Secure Graph API calls").
    fn probe(&self) -> Call {
        let call = Call::get(format!("{}/{}", self.url, self.phone_number_id));
        let call = self
            .signed(call)
            .parameter("fields", "display_phone_number,verified_name");
        match &self.app_secret {
            Some(secret) => call.parameter("appsecret_proof", proof(&self.token, secret)),
            None => call,
        }
    }

    fn judge(&self, status: u16, said: &Value) -> Probe {
        if status == 200 {
            let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
            return Probe::Works(format!(
                "{} ({})",
                word("display_phone_number"),
                word("verified_name")
            ));
        }
        let error = &said["error"];
        let words = error["message"].as_str().unwrap_or("no reason given");
        Probe::Fails(match code_of(&error["code"]) {
            Some(TOKEN) => format!(
                "token is refused: {words}; make one in Meta's Business settings, under System users"
            ),
            Some(PARAMETER) if words.contains("appsecret_proof") => format!(
                "app_secret is not the secret of the app that the token is of: {words}; it stands in the app's dashboard, under Settings, Basic"
            ),
            Some(PARAMETER) => format!(
                "phone_number_id is no number of this token's: {words}; it stands in the app's dashboard, under WhatsApp, API Setup"
            ),
            _ => format!("Meta answers {status}: {words}"),
        })
    }
}

impl Dialog {
    fn signed(&self, call: Call) -> Call {
        call.header("d360-api-key", self.api_key.reveal())
    }
}

impl Api for Dialog {
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure> {
        let body = part.request.ok_or_else(Failure::no_address)?;
        let body = Body::Text(body.to_owned());
        Ok(self.signed(Call::post(format!("{}/messages", self.url), body)))
    }

    fn typing(&self, part: &Part<'_>) -> Result<Option<Call>, Failure> {
        self.text(part).map(Some)
    }

    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure> {
        sent(status, said)
    }

    fn probe(&self) -> Call {
        self.signed(Call::get(format!("{}/v1/configs/webhook", self.url)))
    }

    fn judge(&self, status: u16, said: &Value) -> Probe {
        match status {
            200 => Probe::Works(format!(
                "its webhook is {}",
                said["url"].as_str().unwrap_or("not set")
            )),
            401 | 403 => Probe::Fails("api_key is refused: it stands in the 360dialog Hub".into()),
            _ => Probe::Fails(format!("360dialog answers {status}")),
        }
    }
}

fn sent(status: u16, said: &Value) -> Result<String, Failure> {
    if (200..300).contains(&status) {
        let id = said["messages"][0]["id"].as_str();
        return Ok(id.unwrap_or_default().to_owned());
    }
    let error = &said["error"];
    let code = code_of(&error["code"]).unwrap_or(i32::from(status));
    // The number is not there, or not this token's: the account's trouble and not the part's.
    let is_lost = code == PARAMETER && code_of(&error["error_subcode"]) == Some(NO_OBJECT);
    let code = if is_lost { 403 } else { code };
    Err(Failure::refused(code, &error["message"], "it is refused"))
}

fn proof(token: &Secret, app_secret: &Secret) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.reveal().as_bytes());
    let tag = hmac::sign(&key, token.reveal().as_bytes());
    tag.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
