//! Reads a webhook's body on standard input, and prints its events as JSON.
//!
//! `webhook CHANNEL [--secret SECRET]... [--signature SIGNATURE] [--url URL] [--now SECONDS]`; CHANNEL is `meta`, `waha`,
//! `evolution` or `twilio`. `webhook challenge QUERY TOKEN` prints the answer to the handshake.

use std::error::Error;
use std::io::{self, Read};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use robofy_conversation::webhook::{Channel, Webhook};
use serde_json::json;

#[path = "../tests/webhook/shown.rs"]
mod shown;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("an argument is missing");
    let channel = next()?;
    if channel == "challenge" {
        let webhook = Webhook::new(Channel::Meta, None)?;
        let answer = webhook.challenge(&next()?, &next()?);
        println!("{}", answer.ok_or("403")?);
        return Ok(());
    }
    let channel = shown::channel(&channel).ok_or("no such channel")?;
    let mut webhook = Webhook::new(channel, None)?;
    let (mut signature, mut url, mut now) = (None, String::new(), SystemTime::now());
    while let Ok(option) = next() {
        let value = next()?;
        match option.as_str() {
            "--secret" => webhook.add_secret(&value),
            "--signature" => signature = Some(value),
            "--url" => url = value,
            "--now" => now = UNIX_EPOCH + Duration::from_secs(value.parse()?),
            _ => return Err("no such option".into()),
        }
    }
    let mut body = Vec::new();
    io::stdin().read_to_end(&mut body)?;
    match webhook.read(&url, signature.as_deref(), &body, now) {
        Ok(incoming) => {
            let events: Vec<_> = incoming.events().map(shown::shown).collect();
            println!(
                "{}",
                json!({ "events": events, "skipped": incoming.skipped() })
            );
        }
        Err(error) => println!("{}", json!({ "error": error.to_string() })),
    }
    Ok(())
}
