//! What reading a body takes at its peak: at most three times the body, beside the body itself.

#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use robofy_conversation::webhook::{Channel, MAX_BODY, Webhook};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn add(size: usize) {
    let now = NOW.fetch_add(size, Ordering::Relaxed) + size;
    PEAK.fetch_max(now, Ordering::Relaxed);
}

// SAFETY: each call is System's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller keeps GlobalAlloc's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        add(size);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The peak in parts of the body's size, how many events there are, and how long it took.
fn peak(channel: Channel, body: &str) -> (f64, usize, Duration) {
    let webhook = Webhook::new(channel, None).unwrap();
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let begin = Instant::now();
    let incoming = webhook
        .read("", None, body.as_bytes(), SystemTime::now())
        .unwrap();
    let time = begin.elapsed();
    let peak = PEAK.load(Ordering::Relaxed) - before;
    (peak as f64 / body.len() as f64, incoming.len(), time)
}

/// As many of them as fit.
fn filled(begin: &str, item: &str, separator: &str, end: &str) -> String {
    let count = (MAX_BODY - begin.len() - end.len()) / (item.len() + separator.len());
    begin.to_owned() + &vec![item; count].join(separator) + end
}

const BEGIN: &str =
    r#"{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"#;
const END: &str = "}}]}]}";

// One test: the allocator counts for the whole process.
#[test]
fn a_body_takes_at_most_three_times_its_size() {
    let long = "x".repeat(MAX_BODY - 1000);
    let escaped = r"\u00e9".repeat((MAX_BODY - 1000) / 6);
    let one =
        |content: &str| format!(r#"{BEGIN}"messages":[{{"id":"1","from":"2",{content}}}]{END}"#);
    let messages = format!(r#"{BEGIN}"messages":["#);
    let list = |item: &str| filled(&messages, item, ",", &format!("]{END}"));
    let contact = |item: &str| {
        let message = r#"{"id":"1","from":"2"}"#;
        filled(
            &format!(r#"{BEGIN}"messages":[{message}],"contacts":["#),
            item,
            ",",
            &format!("]{END}"),
        )
    };
    let evolution = |item: &str| {
        filled(
            r#"{"event":"messages.upsert","instance":"a","data":["#,
            item,
            ",",
            "]}",
        )
    };
    let cases = [
        (
            "real messages",
            Channel::Meta,
            list(
                r#"{"from":"16505551234","id":"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=","timestamp":"1749416383","type":"text","text":{"body":"Does it come in another color?"}}"#,
            ),
        ),
        (
            "a long text",
            Channel::Meta,
            one(&format!(r#""type":"text","text":{{"body":"{long}"}}"#)),
        ),
        (
            "a long escaped text",
            Channel::Meta,
            one(&format!(r#""type":"text","text":{{"body":"{escaped}"}}"#)),
        ),
        (
            "a long file name",
            Channel::Meta,
            one(&format!(
                r#""type":"document","document":{{"caption":"c","filename":"{long}"}}"#
            )),
        ),
        (
            "a long unknown member",
            Channel::Meta,
            one(&format!(r#""type":"text","x":"{long}""#)),
        ),
        (
            "a long channel",
            Channel::Meta,
            BEGIN.replace('1', &long) + r#""messages":[{"id":"1","from":"2"}]"# + END,
        ),
        (
            "the smallest messages",
            Channel::Meta,
            list(r#"{"id":"1","from":"2"}"#),
        ),
        (
            "messages of the only contact",
            Channel::Meta,
            filled(
                &messages.replace(
                    r#""messages":["#,
                    r#""contacts":[{"wa_id":"1"}],"messages":["#,
                ),
                r#"{"id":"1","type":"x"}"#,
                ",",
                &format!("]{END}"),
            ),
        ),
        (
            "messages without a sender",
            Channel::Meta,
            list(r#"{"id":"1"}"#),
        ),
        ("messages without anything", Channel::Meta, list("{}")),
        (
            "small messages",
            Channel::Meta,
            list(r#"{"id":"1","from":"2","type":"text"}"#),
        ),
        (
            "small texts",
            Channel::Meta,
            list(r#"{"id":"1","from":"2","type":"text","text":{"body":"x"}}"#),
        ),
        (
            "the smallest statuses",
            Channel::Meta,
            list(r#"{"id":"1","recipient_id":"2"}"#).replacen("messages\":[", "statuses\":[", 1),
        ),
        (
            "the smallest contacts",
            Channel::Meta,
            contact(r#"{"wa_id":"1"}"#),
        ),
        ("contacts without anything", Channel::Meta, contact("{}")),
        (
            "an order of nothing",
            Channel::Meta,
            filled(
                &format!(
                    r#"{messages}{{"id":"1","from":"2","type":"order","order":{{"product_items":["#
                ),
                r#"{"product_retailer_id":"1"}"#,
                ",",
                &format!("]}}}}]{END}"),
            ),
        ),
        (
            "cards of nobody",
            Channel::Meta,
            filled(
                &format!(r#"{messages}{{"id":"1","from":"2","type":"contacts","contacts":["#),
                r#"{"name":{"formatted_name":"1"}}"#,
                ",",
                &format!("]}}]{END}"),
            ),
        ),
        (
            "the smallest changes",
            Channel::Meta,
            filled(
                r#"{"entry":[{"changes":["#,
                r#"{"field":"x","value":{}}"#,
                ",",
                "]}]}",
            ),
        ),
        (
            "changes of one message",
            Channel::Meta,
            filled(
                r#"{"entry":[{"changes":["#,
                r#"{"value":{"messages":[{"id":"1","from":"2"}]}}"#,
                ",",
                "]}]}",
            ),
        ),
        (
            "numbers",
            Channel::Meta,
            filled(r#"{"x":["#, "1", ",", "]}"),
        ),
        (
            "empty arrays",
            Channel::Meta,
            filled(r#"{"x":["#, "[]", ",", "]}"),
        ),
        (
            "a long text of WAHA's",
            Channel::Waha,
            format!(
                r#"{{"event":"message","payload":{{"id":"1","from":"1@c.us","body":"{long}"}}}}"#
            ),
        ),
        (
            "cards of WAHA's",
            Channel::Waha,
            filled(
                r#"{"event":"message","payload":{"id":"1","from":"1@c.us","vCards":["#,
                r#""FN:1""#,
                ",",
                "]}}",
            ),
        ),
        (
            "a long text of Evolution's",
            Channel::Evolution,
            format!(
                r#"{{"event":"messages.upsert","data":{{"key":{{"id":"1","remoteJid":"2@lid"}},"message":{{"conversation":"{long}"}}}}}}"#
            ),
        ),
        (
            "the smallest messages of Evolution's",
            Channel::Evolution,
            evolution(r#"{"key":{"id":"1","remoteJid":"2"}}"#),
        ),
        (
            "nothing of Evolution's",
            Channel::Evolution,
            evolution("{}"),
        ),
        (
            "unknown events of Evolution's",
            Channel::Evolution,
            evolution("{}").replacen("messages.upsert", "x", 1),
        ),
        (
            "a long text of Twilio's",
            Channel::Twilio,
            format!("MessageSid=1&From=2&Body={long}"),
        ),
        (
            "an escaped text of Twilio's",
            Channel::Twilio,
            format!("MessageSid=1&From=2&Body={}", "+".repeat(MAX_BODY - 1000)),
        ),
        (
            "no UTF-8 of Twilio's",
            Channel::Twilio,
            format!(
                "MessageSid=1&From=2&Body={}",
                "%ff".repeat(MAX_BODY / 3 - 100)
            ),
        ),
        (
            "pairs of Twilio's",
            Channel::Twilio,
            filled("MessageSid=1&From=2", "&a", "", ""),
        ),
    ];
    let mut over = Vec::new();
    for (name, channel, body) in &cases {
        let (parts, events, time) = peak(*channel, body);
        println!("{parts:5.2} times, {time:9.1?}, {events:6} events: {name}");
        if parts > 3.0 {
            over.push(*name);
        }
    }
    assert!(over.is_empty(), "{over:?}");
}
