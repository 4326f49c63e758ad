//! Twilio (twilio.com/docs/messaging/api/message-resource).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::api::{Api, Part, Probe};
use super::call::{Body, Call};
use super::failure::{Failure, code_of};
use crate::config::Secret;

pub(super) struct Twilio {
    pub url: String,
    pub account_sid: String,
    pub auth_token: Secret,
    pub number: String,
}

impl Twilio {
    fn account(&self, rest: &str) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}{rest}",
            self.url, self.account_sid
        )
    }

    fn signed(&self, call: Call) -> Call {
        let pair = format!("{}:{}", self.account_sid, self.auth_token.reveal());
        call.header("authorization", format!("Basic {}", STANDARD.encode(pair)))
    }
}

impl Api for Twilio {
    fn text(&self, part: &Part<'_>) -> Result<Call, Failure> {
        let body = Body::Form(vec![
            ("From", address(&self.number)),
            ("To", address(part.to.ok_or_else(Failure::no_address)?)),
            ("Body", part.text.to_owned()),
        ]);
        Ok(self.signed(Call::post(self.account("/Messages.json"), body)))
    }

    fn typing(&self, _: &Part<'_>) -> Result<Option<Call>, Failure> {
        Ok(None)
    }

    fn sent(&self, status: u16, said: &Value) -> Result<String, Failure> {
        if (200..300).contains(&status) {
            return Ok(said["sid"].as_str().unwrap_or_default().to_owned());
        }
        // Twilio's codes that say what a code of Meta's does (twilio.com/docs/api/errors).
        let code = match code_of(&said["code"]) {
            Some(20_429 | 63_018) => 429,
            Some(63_016) => 131_047,
            Some(21_610) => 131_050,
            Some(21_211 | 21_614 | 63_003 | 63_024) => 131_026,
            Some(20_003) => 401,
            // The number is no sender of this account's.
            Some(63_007) => 403,
            None if status == 404 => 403,
            _ => i32::from(status),
        };
        Err(Failure::refused(
            code,
            &said["message"],
            "Twilio refuses it",
        ))
    }

    fn probe(&self) -> Call {
        self.signed(Call::get(self.account(".json")))
    }

    fn judge(&self, status: u16, said: &Value) -> Probe {
        let state = said["status"].as_str().unwrap_or("unknown");
        match status {
            200 if state == "active" => Probe::Works("the account is active".into()),
            200 => Probe::Fails(format!("the account is {state}: see Twilio's console")),
            401 => Probe::Fails(
                "account_sid and auth_token are refused: both stand in Twilio's console".into(),
            ),
            404 => Probe::Fails("there is no such account: account_sid begins with AC".into()),
            _ => Probe::Fails(format!("Twilio answers {status}")),
        }
    }
}

fn address(number: &str) -> String {
    format!("whatsapp:+{}", number.trim_start_matches('+'))
}
