//! What a chat's future promises: any executor, cancelled by its drop, and all that holds for other chats.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use futures::future::join_all;
use robofy_client::{AsyncClient, Message, Reply, Status};
use robofy_standin::Standin;
use support::{CHATBOT_ID, KEY, PID, async_client_of, eventually, options_for, services};

const FOR_EVER: &str = "!delay-ms=600000";

async fn converse(client: AsyncClient) -> Vec<Reply> {
    let session = |number: usize| format!("9187{number}");
    let chats = (0..20).map(|number| {
        let first = client.whatsapp_chat(PID, CHATBOT_ID, Some(&session(number)), "!delay-ms=20");
        let client = client.clone();
        async move {
            first.await.unwrap();
            let query = format!("!answer={number}");
            client
                .whatsapp_chat(PID, CHATBOT_ID, Some(&session(number)), &query)
                .await
                .unwrap()
        }
    });
    join_all(chats).await
}

fn check(replies: Vec<Reply>) {
    let answers: Vec<_> = replies.iter().map(Reply::answer).collect();
    let expected: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    assert_eq!(answers, expected);
}

/// The client is made, used and dropped inside of the executor.
fn runs_on(
    block_on: impl Fn(std::pin::Pin<Box<dyn Future<Output = Vec<Reply>> + Send>>) -> Vec<Reply>,
) {
    for service in services() {
        let (options, service) = (options_for(&service), service);
        check(block_on(Box::pin(async move {
            converse(AsyncClient::new(KEY, &options).unwrap()).await
        })));
        drop(service);
    }
}

#[test]
fn on_tokio_with_many_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runs_on(|chats| runtime.block_on(async { tokio::spawn(chats).await.unwrap() }));
}

#[test]
fn on_tokio_with_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runs_on(|chats| runtime.block_on(chats));
}

#[test]
fn on_smol() {
    runs_on(|chats| smol::block_on(smol::spawn(chats)));
}

#[test]
fn on_futures() {
    runs_on(futures::executor::block_on);
}

#[test]
fn on_pollster() {
    runs_on(pollster::block_on);
}

#[test]
fn a_chat_begins_with_the_call() {
    let service = Standin::builder().start();
    let chat = async_client_of(&service).whatsapp_chat(PID, CHATBOT_ID, None, "Hi");
    eventually("it arrived, unpolled", || service.stats().requests == 1);
    eventually("it was answered", || service.stats().in_flight == 0);
    assert!(
        pollster::block_on(chat).is_ok(),
        "though its client is gone"
    );
}

#[test]
fn a_dropped_future_cancels_its_chat() {
    for service in services() {
        let client = async_client_of(&service);
        let mut chat = pin!(Some(client.whatsapp_chat(PID, CHATBOT_ID, None, FOR_EVER)));
        let mut context = Context::from_waker(Waker::noop());
        let polled = chat.as_mut().as_pin_mut().unwrap().poll(&mut context);
        assert_eq!(polled.map(|_| ()), Poll::Pending);
        eventually("it arrived", || service.stats().in_flight == 1);
        assert_eq!((client.stats().in_flight, client.stats().cancelled), (1, 0));

        chat.set(None);
        assert_eq!((client.stats().in_flight, client.stats().cancelled), (0, 1));
        eventually("the request is given up", || service.stats().in_flight == 0);
        let next = client.whatsapp_chat(PID, CHATBOT_ID, None, "Hi");
        assert!(pollster::block_on(next).is_ok());
    }
}

#[test]
fn a_hundred_dropped_at_once_make_room() {
    for service in services() {
        let client = AsyncClient::new(KEY, options_for(&service).max_in_flight(100)).unwrap();
        let message = Message::new(PID, CHATBOT_ID, FOR_EVER);
        let chats: Vec<_> = (0..100).map(|_| client.send(&message)).collect();
        eventually("all arrived", || service.stats().in_flight == 100);
        drop(chats);
        let next = client.whatsapp_chat(PID, CHATBOT_ID, None, "Hi");
        assert!(pollster::block_on(next).is_ok());
        assert_eq!(client.stats().cancelled, 100);
        eventually("all are given up", || service.stats().in_flight == 0);
    }
}

#[test]
fn awaited_and_submitted_chats_share_the_limit() {
    let service = Standin::builder().start();
    let client = robofy_client::Client::new(KEY, options_for(&service).max_in_flight(2)).unwrap();
    let awaiting = AsyncClient::from(client.clone());
    let message = Message::new(PID, CHATBOT_ID, FOR_EVER);
    client.submit(&message, 1).unwrap();
    let awaited = awaiting.send(&message);

    let refused = pollster::block_on(awaiting.send(&message)).unwrap_err();
    assert_eq!(refused.status(), Status::Overloaded);
    assert_eq!(
        client.submit(&message, 2).unwrap_err().status(),
        Status::Overloaded
    );
    assert_eq!((client.stats().refused, client.stats().in_flight), (2, 2));

    drop(awaited);
    client.submit(&message, 2).unwrap();
    assert!(client.cancel(1) && client.poll(None).is_some());
    drop(awaiting.send(&message));
    assert_eq!(client.stats().cancelled, 3);
}

#[test]
fn an_answer_that_is_not_taken_yet_holds_its_place() {
    let service = Standin::builder().start();
    let client = AsyncClient::new(KEY, options_for(&service).max_in_flight(1)).unwrap();
    let message = Message::new(PID, CHATBOT_ID, "Hi");
    let first = client.send(&message);
    eventually("it was answered", || {
        service.stats().requests == 1 && service.stats().in_flight == 0
    });
    let refused = pollster::block_on(client.send(&message)).unwrap_err();
    assert_eq!(refused.status(), Status::Overloaded);
    pollster::block_on(first).unwrap();
    pollster::block_on(client.send(&message)).unwrap();
}

#[test]
fn the_deadline_counts_from_the_call() {
    let service = Standin::builder().start();
    let client = async_client_of(&service);
    let mut message = Message::new(PID, CHATBOT_ID, FOR_EVER);
    let chat = client.send(message.timeout(Some(Duration::from_secs(3))));
    eventually("it is given up, unpolled", || {
        service.stats().requests == 1 && service.stats().in_flight == 0
    });
    let error = pollster::block_on(chat).unwrap_err();
    assert_eq!(error.status(), Status::Timeout);
}

#[test]
fn a_sessions_messages_go_out_in_the_order_of_the_calls() {
    for service in services() {
        let client = AsyncClient::new(KEY, options_for(&service).ordered_sessions(true)).unwrap();
        let say = |text: &str| client.whatsapp_chat(PID, CHATBOT_ID, Some("918727"), text);
        let chats: Vec<_> = (0..8)
            .map(|number| say(&format!("!delay-ms={} answer={number}", 80 - 10 * number)))
            .collect();
        // Awaited last first, each in a task of its own.
        let answers = smol::block_on(join_all(chats.into_iter().rev().map(smol::spawn)));
        assert!(answers.into_iter().all(|answer| answer.is_ok()));
        let arrived: Vec<_> = service.requests().iter().map(query).collect();
        let sent: Vec<_> = (0..8)
            .map(|number| format!("!delay-ms={} answer={number}", 80 - 10 * number))
            .collect();
        assert_eq!(arrived, sent);
        assert_eq!(service.stats().max_in_flight, 1);
    }
}

fn query(request: &robofy_standin::RecordedRequest) -> String {
    request.body["query"].as_str().unwrap().to_owned()
}

#[test]
fn a_dropped_future_lets_the_sessions_next_go() {
    let service = Standin::builder().start();
    let client = AsyncClient::new(KEY, options_for(&service).ordered_sessions(true)).unwrap();
    let say = |text: &str| client.whatsapp_chat(PID, CHATBOT_ID, Some("918727"), text);
    let (first, waiting, last) = (say(FOR_EVER), say(FOR_EVER), say("!answer=last"));
    eventually("the first arrived", || service.stats().in_flight == 1);
    drop(waiting);
    drop(first);
    assert_eq!(pollster::block_on(last).unwrap().answer(), "last");
    assert_eq!(service.stats().requests, 2, "one never left");
}

#[test]
fn a_message_beyond_its_pace_is_never_sent() {
    let service = Standin::builder().start();
    let client = AsyncClient::new(KEY, options_for(&service).rate_limit(1, 1)).unwrap();
    let mut message = Message::new(PID, CHATBOT_ID, "Hi");
    message.timeout(Some(Duration::from_secs(5)));
    let (first, second) = (client.send(&message), client.send(&message));
    let error = pollster::block_on(second).unwrap_err();
    assert_eq!(
        (error.status(), error.http_status()),
        (Status::RateLimited, None)
    );
    assert!(error.retry_after().unwrap() > Duration::from_secs(30));
    pollster::block_on(first).unwrap();
    assert_eq!(service.stats().requests, 1);
}

#[test]
fn a_future_may_be_polled_on_one_thread_after_another() {
    let service = Standin::builder().start();
    let mut chat = async_client_of(&service).whatsapp_chat(
        PID,
        CHATBOT_ID,
        None,
        "!delay-ms=3000 answer=here",
    );
    let chat = thread::spawn(move || {
        let mut context = Context::from_waker(Waker::noop());
        assert!(
            std::pin::Pin::new(&mut chat)
                .poll(&mut context)
                .is_pending()
        );
        chat
    });
    let reply = pollster::block_on(chat.join().unwrap()).unwrap();
    assert_eq!(reply.answer(), "here");
}
