//! What both clients promise: one chat, one typed error, and a hundred at once.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::error::Error as _;
use std::thread;

use futures::future::join_all;
use robofy_client::{AsyncClient, Client, Error, Message, Options, ReplyFuture, Status};
use robofy_standin::Standin;
use support::{CHATBOT_ID, PID, async_client_of, client_of, services};

const AT_ONCE: u64 = 100;
/// Long enough for all of them to be there: whoever sends one after another never has a hundred there.
const SLOW: &str = "!delay-ms=10000";
const REFUSED: &str = "!status=403 code=AGENT_ASLEEP detail=It_sleeps.";

#[test]
fn one_chat() {
    for service in services() {
        let client = client_of(&service);
        let reply = client.whatsapp_chat(PID, CHATBOT_ID, Some("918727"), "Hi");
        assert_eq!(reply.unwrap().answer(), r#"Hello! You wrote: "Hi"."#);

        let client = AsyncClient::from(client);
        let reply = client.whatsapp_chat(PID, CHATBOT_ID, Some("918727"), "Me?");
        let reply = pollster::block_on(reply).unwrap();
        assert!(reply.answer().contains(r#"you wrote: "Hi""#), "{reply:?}");
        assert_eq!((reply.session_id(), reply.attempts()), (Some("918727"), 1));
        assert_eq!(client.stats().answered, 2, "it is the same client");
    }
}

#[test]
fn one_typed_error_with_the_services_code() {
    for service in services() {
        let client = client_of(&service);
        let message = Message::new(PID, CHATBOT_ID, REFUSED);
        let blocking = client.send(&message).unwrap_err();
        let client = AsyncClient::from(client);
        let awaited = pollster::block_on(client.send(&message)).unwrap_err();
        for error in [blocking, awaited] {
            assert_eq!(error.status(), Status::Forbidden);
            assert_eq!(error.http_status(), Some(403));
            assert_eq!(error.code(), Some("AGENT_ASLEEP"));
            assert_eq!(error.detail(), Some("It sleeps."));
            assert!(!error.is_retryable() && error.source().is_none());
        }
        assert_eq!(client.stats().failed[&Status::Forbidden], 2);
    }
}

#[test]
fn a_bad_message_is_refused_before_anything_is_sent() {
    let service = Standin::builder().start();
    let mut message = Message::new(PID, CHATBOT_ID, "Hi");
    message.user_context(Some("no object"));
    let blocking = client_of(&service).send(&message).unwrap_err();
    let awaited = pollster::block_on(async_client_of(&service).send(&message)).unwrap_err();
    for error in [blocking, awaited] {
        assert_eq!(error.status(), Status::InvalidArgument);
        assert!(error.message().starts_with("user_context "), "{error}");
    }
    assert_eq!(service.stats().requests, 0);
}

#[test]
fn a_hundred_at_once_from_as_many_threads() {
    for service in services() {
        let client = client_of(&service);
        let message = Message::new(PID, CHATBOT_ID, SLOW);
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| client.send(&message).unwrap());
            }
        });
        assert_eq!(service.stats().max_in_flight, AT_ONCE);
    }
}

#[test]
fn a_hundred_at_once_in_one_task() {
    for service in services() {
        let client = async_client_of(&service);
        let message = Message::new(PID, CHATBOT_ID, SLOW);
        let chats = (0..AT_ONCE).map(|_| client.send(&message));
        for reply in pollster::block_on(join_all(chats)) {
            reply.unwrap();
        }
        assert_eq!(service.stats().max_in_flight, AT_ONCE);
        assert_eq!(client.stats().answered, AT_ONCE);
    }
}

#[test]
fn everything_may_be_used_from_any_thread() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Client, AsyncClient, Options, Message)>();
    shared::<(ReplyFuture, Result<robofy_client::Reply, Error>)>();
    shared::<(robofy_client::Completion, robofy_client::Stats, Status)>();
    fn movable<T: Unpin>() {}
    movable::<ReplyFuture>();
}

#[test]
fn nothing_prints_the_key() {
    let service = Standin::builder().start();
    let client = Client::new(
        "canary-5be1c0ffee",
        support::options_for(&service).proxy(Some("http://user:canary@127.0.0.1:1")),
    )
    .unwrap();
    let options = format!(
        "{:?}",
        Options::new().proxy(Some("http://user:canary@127.0.0.1:1"))
    );
    let awaited = AsyncClient::from(client.clone());
    let echo = Message::new(PID, CHATBOT_ID, "!status=401 detail=canary-5be1c0ffee");
    let future = awaited.send(&echo);
    let shown = format!("{options} {client:?} {awaited:?} {future:?}");
    let shown = format!("{shown} {:?}", pollster::block_on(future).unwrap_err());
    assert!(shown.contains("AsyncClient") && shown.contains("Unauthorized"));
    assert!(!shown.contains("canary"), "{shown}");
}
