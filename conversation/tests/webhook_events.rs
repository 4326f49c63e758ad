//! Bodies as the channels' documentation shows them, and what is read of each.

#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use robofy_conversation::webhook::Webhook;
use serde_json::Value;

#[path = "webhook/shown.rs"]
mod shown;

/// Each file of `tests/webhook` has cases of one channel; a form is written as a string.
#[test]
fn every_body_is_read_as_its_case_says() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/webhook");
    let mut count = 0;
    for file in fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let channel = shown::channel(name.split('_').next().unwrap()).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for case in cases {
            let body = case["body"]
                .as_str()
                .map_or_else(|| case["body"].to_string(), str::to_owned);
            let webhook = Webhook::new(channel, None).unwrap();
            let incoming = webhook
                .read("", None, body.as_bytes(), SystemTime::now())
                .unwrap();
            let events: Vec<Value> = incoming.events().map(shown::shown).collect();
            let what = format!("{name}: {}", case["name"]);
            assert_eq!(Value::Array(events), case["events"], "{what}");
            assert_eq!(
                incoming.skipped(),
                case["skipped"].as_u64().unwrap_or(0) as usize,
                "{what}"
            );
            for event in incoming.events() {
                assert!(
                    body.contains(event.json()) && !event.json().is_empty(),
                    "{what}"
                );
            }
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}
