//! Many chats at once with plain async reqwest: one client, one task a chat.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use bench_peers::{chat, gate};
use clap::Parser;
use reqwest::Client;
use tokio::runtime;
use tokio::task::JoinSet;

/// Sends CHATS chats at once over one async reqwest client.
#[derive(Parser)]
struct Arguments {
    port: u16,
    chats: usize,
    ca_file: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    chat::install_tls_provider();
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let client = Client::builder()
        .default_headers(chat::headers())
        .tls_certs_only([chat::trusted(&arguments.ca_file)?])
        .timeout(chat::TIMEOUT)
        .no_proxy()
        .build()?;
    let url = format!("https://127.0.0.1:{}{}", arguments.port, chat::PATH);
    gate::ready()?;
    let began = Instant::now();
    let answered = runtime.block_on(fly(client, url, arguments.chats));
    gate::done(began.elapsed(), answered, arguments.chats - answered)
}

async fn fly(client: Client, url: String, chats: usize) -> usize {
    let mut tasks = JoinSet::new();
    for number in 0..chats {
        tasks.spawn(send(client.clone(), url.clone(), number));
    }
    let mut answered = 0;
    while let Some(result) = tasks.join_next().await {
        answered += usize::from(gate::is_answered(
            result.unwrap_or_else(|panic| Err(panic.into())),
        ));
    }
    answered
}

async fn send(client: Client, url: String, number: usize) -> Result<String> {
    let session_id = chat::session_id(number);
    let response = client
        .post(url)
        .json(&chat::Request::of_session(&session_id))
        .send()
        .await?;
    response
        .error_for_status()?
        .json::<chat::Reply>()
        .await?
        .answer()
}
