//! An inbox in front of the stand-in.
#![allow(dead_code, reason = "each test program uses some of it")]

pub mod scratch;
pub mod store;

use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use robofy_client::{Client, Options as ClientOptions};
use robofy_conversation::inbox::options::Options;
use robofy_conversation::inbox::store::{Accept, Kind, Store};
use robofy_conversation::inbox::{Inbox, Outcome};
use robofy_standin::Standin;

pub const PID: &str = "31415";
pub const CHATBOT_ID: &str = "DKDvwn";
pub const CHANNEL: &str = "106540352242922";
/// Long enough for a busy machine; nothing waits as long that goes well.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// A burst that does not end by itself.
pub const NEVER: i64 = 3_000_000;

pub struct World {
    pub service: Standin,
    pub client: Client,
    pub store: Arc<dyn Store>,
    pub inbox: Inbox,
}

/// A turn begins with the second message, and typing is not shown.
pub fn options() -> Options {
    Options {
        quiet_ms: NEVER,
        max_wait_ms: NEVER,
        max_messages: 2,
        typing_ms: 0,
        ..Options::default()
    }
}

/// A turn begins with each message.
pub fn single() -> Options {
    Options {
        max_messages: 1,
        ..options()
    }
}

pub fn world(options: Options) -> World {
    let service = Standin::builder().start();
    let client = client_of(&service);
    let store = store::fresh();
    let inbox = inbox_of(&client, options, store.clone());
    World {
        service,
        client,
        store,
        inbox,
    }
}

pub fn client_of(service: &Standin) -> Client {
    let mut options = ClientOptions::new();
    options.base_url(service.base_url()).max_retries(0);
    Client::new("a-test-key", &options).unwrap()
}

pub fn inbox_of(client: &Client, options: Options, store: Arc<dyn Store>) -> Inbox {
    Inbox::new(client, PID, CHATBOT_ID, options, store).unwrap()
}

impl World {
    /// The session's next message.
    pub fn offer(&self, user: &str, id: &str, text: &str) -> Accept {
        self.inbox.offer_text(CHANNEL, user, id, text).unwrap()
    }

    pub fn queue(&self, user: &str, id: &str, text: &str) {
        assert_eq!(self.offer(user, id, text), Accept::Queued, "{id}");
    }

    pub fn poll(&self) -> Outcome {
        self.inbox.poll(Some(PATIENCE)).expect("an outcome")
    }

    /// The next outcome, whose parts are all sent.
    pub fn settle(&self) -> Outcome {
        let outcome = self.poll();
        settle(&self.inbox, &outcome);
        outcome
    }

    /// What the agent was asked, in the order of arrival.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.service.requests();
        let query = |body: &serde_json::Value| body["query"].as_str().unwrap_or("").to_owned();
        requests
            .iter()
            .map(|request| query(&request.body))
            .collect()
    }
}

pub fn settle(inbox: &Inbox, outcome: &Outcome) {
    for part in 0..outcome.parts().len() {
        let id = format!(
            "wamid.out.{}.{part}",
            outcome.message_ids().collect::<String>()
        );
        inbox.sent(outcome, part, &id).unwrap();
    }
}

pub fn text(outcome: &Outcome) -> String {
    outcome.parts().collect::<Vec<_>>().join("|")
}

pub fn ids(outcome: &Outcome) -> Vec<&str> {
    outcome.message_ids().collect()
}

pub fn assert_is(outcome: &Outcome, kind: Kind, ids: &[&str]) {
    let found: Vec<_> = outcome.message_ids().collect();
    assert_eq!((outcome.kind(), &*found), (kind, ids), "{outcome:?}");
}

/// Waits, on this thread, for what takes the other side a moment.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// By their name, which each of them has.
pub fn threads_of_the_library() -> usize {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let names =
        threads.filter_map(|thread| fs::read_to_string(thread.unwrap().path().join("comm")).ok());
    names.filter(|name| name.trim() == "robofy").count()
}
