//! A host with a tokio runtime of its own: the blocking client is called inside of its tasks, which is allowed anywhere.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

use std::time::Duration;

use robofy_client::{Client, Message, Options};
use robofy_standin::{Standin, Tls};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, spawn_blocking};

const CHATS: usize = 40;

fn services() -> Vec<Standin> {
    let tls = || Standin::builder().tls(Tls::Valid);
    vec![
        Standin::builder().start(),
        tls().http(robofy_standin::HttpVersions::Http1).start(),
        tls().start(),
    ]
}

fn client_of(service: &Standin) -> Client {
    let mut options = Options::new();
    options.base_url(service.base_url());
    if service.base_url().starts_with("https") {
        options.ca_file(Some(service.ca_file()));
    }
    Client::new("a-test-key", &options).unwrap()
}

fn ask(client: &Client, number: usize) -> String {
    let query = format!("!delay-ms=20 answer={number}");
    let reply = client.whatsapp_chat("31415", "DKDvwn", None, &query);
    reply.unwrap().answer().to_owned()
}

fn submit_and_poll(client: &Client) {
    let message = Message::new("31415", "DKDvwn", "!delay-ms=20 answer=submitted");
    for tag in 0..CHATS as u64 {
        client.submit(&message, tag).unwrap();
    }
    for _ in 0..CHATS {
        let completion = client.poll(Some(Duration::from_secs(60))).unwrap();
        assert_eq!(completion.into_result().unwrap().answer(), "submitted");
    }
}

/// The client is made, used and dropped inside of the host's runtime.
fn each_in_a_task(runtime: &tokio::runtime::Runtime, blocking: bool) {
    for service in services() {
        runtime.block_on(async {
            let client = std::sync::Arc::new(client_of(&service));
            let mut tasks = JoinSet::new();
            for number in 0..CHATS {
                let client = client.clone();
                if blocking {
                    tasks.spawn(async move {
                        let answer = spawn_blocking(move || ask(&client, number)).await.unwrap();
                        (number, answer)
                    });
                } else {
                    tasks.spawn(async move { (number, ask(&client, number)) });
                }
            }
            while let Some(done) = tasks.join_next().await {
                let (number, answer) = done.unwrap();
                assert_eq!(answer, number.to_string());
            }
            submit_and_poll(&client);
        });
    }
}

#[test]
fn in_spawn_blocking() {
    each_in_a_task(
        &Builder::new_multi_thread().enable_all().build().unwrap(),
        true,
    );
}

#[test]
fn in_the_tasks_of_a_runtime_with_many_threads() {
    each_in_a_task(
        &Builder::new_multi_thread().enable_all().build().unwrap(),
        false,
    );
}

#[test]
fn in_the_tasks_of_a_runtime_with_one_thread() {
    each_in_a_task(
        &Builder::new_current_thread().enable_all().build().unwrap(),
        false,
    );
}
