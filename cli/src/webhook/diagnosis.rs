//! What is likely wrong where a signature is: small changes are tried, and what makes it right is told.

use std::ffi::{CStr, CString};

use serde_json::Value;

use crate::binding::c_text;
use crate::binding::conversation::{Channel, Incoming, Webhook};
use crate::failure::Failure;

/// A request as it was captured.
#[derive(Clone)]
pub struct Request<'a> {
    pub channel: Channel,
    pub secrets: Vec<&'a CStr>,
    pub signature: Option<&'a str>,
    pub url: Option<&'a str>,
    pub body: &'a [u8],
}

impl Request<'_> {
    /// Verifies and reads it.
    pub fn read(&self) -> Result<Incoming, Failure> {
        let given = |option, text: Option<&str>| text.map(|text| c_text(option, text)).transpose();
        let signature = given("--signature", self.signature)?;
        let url = given("--url", self.url)?;
        let webhook = Webhook::new(self.channel, &self.secrets)?;
        webhook.read(url.as_ref(), signature.as_ref(), self.body)
    }

    fn is_right(&self) -> bool {
        self.read().is_ok()
    }

    /// What to look at, the surest first.
    pub fn hints(&self) -> Vec<String> {
        let Some(signature) = self.signature.filter(|signature| !signature.is_empty()) else {
            return vec![format!(
                "signature: give the request's header with --signature: {}",
                header(self.channel)
            )];
        };
        let form = self.of_signature(signature);
        let sure = [
            form.clone(),
            self.of_secret(),
            self.of_url(),
            self.of_body(),
        ];
        let sure: Vec<String> = sure.into_iter().flatten().collect();
        if !sure.is_empty() {
            return sure;
        }
        self.guesses()
    }

    /// The form of the signature, which is known without the secret.
    fn of_signature(&self, signature: &str) -> Option<String> {
        let signature = signature.trim();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match self.channel {
            Channel::Meta if signature.starts_with("sha1=") => Some(
                "signature: this is the older header X-Hub-Signature; take X-Hub-Signature-256".to_owned(),
            ),
            Channel::Meta if !signature.starts_with("sha256=") => {
                let whole = format!("sha256={signature}");
                let right = Request {
                    signature: Some(&whole),
                    ..self.clone()
                };
                Some(match right.is_right() {
                    true => "signature: right but for `sha256=`, which is missing before it: pass the header's whole value".to_owned(),
                    false => "signature: `sha256=` is missing before it".to_owned(),
                })
            }
            Channel::Meta if signature.len() != 7 + 64 || !digits(signature.get(7..)?) => Some(
                "signature: not 64 hexadecimal digits after `sha256=`: it was cut, or is another header".to_owned(),
            ),
            Channel::Waha if signature.len() != 128 || !digits(signature) => Some(
                "signature: not the 128 hexadecimal digits of HMAC-SHA512: is X-Webhook-Hmac-Algorithm sha512?".to_owned(),
            ),
            Channel::Evolution if !signature.to_ascii_lowercase().starts_with("bearer ") => Some(
                "signature: not of the form `Bearer TOKEN`".to_owned(),
            ),
            _ => None,
        }
    }

    /// Marks that a copy of the secret brought along.
    fn of_secret(&self) -> Option<String> {
        for secret in &self.secrets {
            let text = secret.to_str().ok()?;
            let bare = text.trim_matches(['"', '\'']);
            for (other, told) in [
                (
                    bare.to_owned(),
                    "has quotation marks around it that are not part of it",
                ),
                (
                    format!("{text}\n"),
                    "is used there with the line end of its file",
                ),
            ] {
                let Ok(other) = CString::new(other) else {
                    continue;
                };
                let request = Request {
                    secrets: vec![&other],
                    ..self.clone()
                };
                if *other != **secret && request.is_right() {
                    return Some(format!("secret: it {told}"));
                }
            }
        }
        None
    }

    /// Twilio signs the URL that it called.
    fn of_url(&self) -> Option<String> {
        if self.channel != Channel::Twilio {
            return None;
        }
        let Some(url) = self.url else {
            return Some("url: Twilio signs it: give the public URL with --url".to_owned());
        };
        let swapped = match url.strip_prefix("http://") {
            Some(rest) => format!("https://{rest}"),
            None => url.replacen("https://", "http://", 1),
        };
        let bare = url.split_once('?').map_or(url, |(bare, _)| bare);
        let slash = |url: &str| match url.strip_suffix('/') {
            Some(less) => less.to_owned(),
            None => format!("{url}/"),
        };
        let others = [
            swapped.clone(),
            bare.to_owned(),
            slash(url),
            slash(&swapped),
        ];
        let right = others.into_iter().find(|other| {
            let request = Request {
                url: Some(other),
                ..self.clone()
            };
            request.is_right()
        });
        right.map(|right| format!("url: Twilio called {right}"))
    }

    /// A body that was changed on its way, in ways that can be undone.
    fn of_body(&self) -> Option<String> {
        let right = |body: &[u8]| {
            let request = Request {
                body,
                ..self.clone()
            };
            request.is_right()
        };
        let trimmed = self.body.trim_ascii_end();
        if trimmed.len() < self.body.len() && right(trimmed) {
            return Some(
                "body: white space was added at its end, as editors and echo do".to_owned(),
            );
        }
        let with_end = [self.body, b"\n"].concat();
        if right(&with_end) {
            return Some("body: the line end at its end was taken away".to_owned());
        }
        let written = written_as_meta(self.body)?;
        (self.channel == Channel::Meta && right(written.as_bytes())).then(|| {
            "body: it was parsed and written again: verify the bytes as they came, before the framework parses them".to_owned()
        })
    }

    fn guesses(&self) -> Vec<String> {
        let mut guesses = Vec::new();
        let looks_written_again = self.channel == Channel::Meta
            && (!self.body.is_ascii() || has_bare_slash(self.body) || has_spaces(self.body));
        if looks_written_again {
            guesses.push(
                "body: probably parsed and written again: Meta writes \\uXXXX for what is not ASCII, \\/ for a slash, and no spaces"
                    .to_owned(),
            );
        }
        if self.channel == Channel::Evolution {
            guesses.push("signature: a token holds for ten minutes".to_owned());
        }
        guesses.push(format!(
            "secret: most likely another one: it is {}",
            secret(self.channel)
        ));
        if !looks_written_again {
            guesses.push("body: it has to be every byte as it came".to_owned());
        }
        guesses
    }
}

fn has_bare_slash(body: &[u8]) -> bool {
    body.windows(2)
        .any(|pair| pair[1] == b'/' && pair[0] != b'\\')
}

fn has_spaces(body: &[u8]) -> bool {
    body.windows(2)
        .any(|pair| matches!(pair, b": " | b", " | b",\n" | b"{\n"))
}

/// As PHP's `json_encode` writes: ASCII alone, slashes escaped, no spaces.
fn written_as_meta(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let mut written = String::new();
    for c in value.to_string().chars() {
        match c {
            '/' => written.push_str("\\/"),
            _ if c.is_ascii() => written.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    written.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    Some(written)
}

fn header(channel: Channel) -> &'static str {
    match channel {
        Channel::Meta => "X-Hub-Signature-256",
        Channel::Waha => "X-Webhook-Hmac",
        Channel::Evolution => "Authorization",
        Channel::Twilio => "X-Twilio-Signature",
    }
}

fn secret(channel: Channel) -> &'static str {
    match channel {
        Channel::Meta => {
            "the app secret of App settings, Basic, and not an access token or the verify token"
        }
        Channel::Waha => "the hmac key of the session's webhook",
        Channel::Evolution => "the webhook header jwt_key, or the instance's API key",
        Channel::Twilio => "the account's auth token, and not an API key's secret",
    }
}
