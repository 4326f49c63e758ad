//! Many chats at once with reqwest::blocking: one client, one thread a chat.

use std::path::PathBuf;
use std::thread::{Builder, scope};
use std::time::Instant;

use anyhow::Result;
use bench_peers::{chat, gate};
use clap::Parser;
use reqwest::blocking::Client;

/// Sends CHATS chats at once over one blocking reqwest client, each from a thread of its own.
#[derive(Parser)]
struct Arguments {
    port: u16,
    chats: usize,
    ca_file: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    chat::install_tls_provider();
    let client = Client::builder()
        .default_headers(chat::headers())
        .tls_certs_only([chat::trusted(&arguments.ca_file)?])
        .timeout(chat::TIMEOUT)
        .no_proxy()
        .build()?;
    let url = format!("https://127.0.0.1:{}{}", arguments.port, chat::PATH);
    gate::ready()?;
    let began = Instant::now();
    let answered = fly(&client, &url, arguments.chats)?;
    gate::done(began.elapsed(), answered, arguments.chats - answered)
}

fn fly(client: &Client, url: &str, chats: usize) -> Result<usize> {
    scope(|threads| {
        let started = (0..chats)
            .map(|number| {
                Builder::new().spawn_scoped(threads, move || {
                    gate::is_answered(send(client, url, number))
                })
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        Ok(started
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .filter(|answered| *answered)
            .count())
    })
}

fn send(client: &Client, url: &str, number: usize) -> Result<String> {
    let session_id = chat::session_id(number);
    let response = client
        .post(url)
        .json(&chat::Request::of_session(&session_id))
        .send()?;
    response.error_for_status()?.json::<chat::Reply>()?.answer()
}
