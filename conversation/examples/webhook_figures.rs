//! How long it takes to verify and read a webhook of Meta's: the median of five runs, in microseconds. Where Linux tells
//! it, the time on a processor, which other programs do not change.

use std::error::Error;
use std::hint::black_box;
use std::time::{Instant, SystemTime};

use ring::hmac;
use robofy_conversation::webhook::{Channel, MAX_BODY, Webhook};

const SECRET: &str = "an-app-secret";
const BEGIN: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Sheena Nelson"},"wa_id":"16505551234"}],"messages":["#;
const END: &str = r#"]},"field":"messages"}]}]}"#;
const MESSAGE: [&str; 2] = [
    r#"{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749416383","type":"text","text":{"body":""#,
    r#""}}"#,
];

fn main() -> Result<(), Box<dyn Error>> {
    let text =
        |length: usize| MESSAGE.join(&"Does it come in another colo\\u00fcr? ".repeat(length / 37));
    let one = |message: String| [BEGIN, &message, END].concat();
    let smallest = r#"{"id":"1","from":"2"}"#;
    let smallest = vec![smallest; (MAX_BODY - 400) / (smallest.len() + 1)];
    let many = vec![text(150); MAX_BODY / 320];
    for (name, body) in [
        ("1 KB", one(text(512))),
        ("3 MB of messages", one(many.join(","))),
        ("3 MB of the smallest messages", one(smallest.join(","))),
        ("3 MB in one text", one(text(MAX_BODY - 1000))),
        (
            "3 MB in one plain text",
            one(MESSAGE.join(&"x".repeat(MAX_BODY - 1000))),
        ),
    ] {
        let (verified, events) = median(&body, Some(SECRET))?;
        let (read, _) = median(&body, None)?;
        println!(
            "{name}: {} bytes, {events} events: {verified:.1} us, unsigned {read:.1} us",
            body.len()
        );
    }
    Ok(())
}

fn median(body: &str, secret: Option<&str>) -> Result<(f64, usize), Box<dyn Error>> {
    let webhook = Webhook::new(Channel::Meta, secret)?;
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        body.as_bytes(),
    );
    let digits: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let signature = format!("sha256={digits}");
    let rounds = (MAX_BODY / body.len()).clamp(5, 2000);
    let (mut runs, mut events) = (Vec::new(), 0);
    for _ in 0..5 {
        let (begin, on_processor) = (Instant::now(), on_processor());
        for _ in 0..rounds {
            let incoming = webhook.read(
                "",
                Some(&signature),
                black_box(body.as_bytes()),
                SystemTime::now(),
            )?;
            events = black_box(incoming).len();
        }
        let time = match (on_processor, self::on_processor()) {
            (Some(before), Some(after)) => (after - before) / 1e3,
            _ => begin.elapsed().as_secs_f64() * 1e6,
        };
        runs.push(time / rounds as f64);
    }
    runs.sort_by(f64::total_cmp);
    Ok((runs.get(2).copied().unwrap_or_default(), events))
}

/// Nanoseconds that this thread has run for.
fn on_processor() -> Option<f64> {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    schedstat.split_whitespace().next()?.parse().ok()
}
