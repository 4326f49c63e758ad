//! The library's own threads are few and end with its last client. They are counted, so the process is this test's alone.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use robofy_client::Message;
use support::{CHATBOT_ID, PID, async_client_of, eventually, services, threads_of_the_library};

const AT_ONCE: u64 = 100;

#[test]
fn chats_take_no_thread_each() {
    for service in services() {
        let client = async_client_of(&service);
        assert_eq!(threads_of_the_library(), 0, "nobody has chatted yet");
        let message = Message::new(PID, CHATBOT_ID, "!delay-ms=60000");
        let chats: Vec<_> = (0..AT_ONCE).map(|_| client.send(&message)).collect();
        eventually("they are all at the service", || {
            service.stats().in_flight == AT_ONCE
        });
        // One for the network, and at most two for name lookups.
        let threads = threads_of_the_library();
        assert!((1..=3).contains(&threads), "{threads}");
        drop((chats, client));
        eventually("they end", || threads_of_the_library() == 0);
    }
}
