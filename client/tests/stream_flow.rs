//! A stream beside others: who reads slowly, who floods, who gives up, and what each costs.
#![allow(clippy::unwrap_used, reason = "that is how a test fails")]

mod support;

use std::thread;
use std::time::{Duration, Instant};

use robofy_client::{Client, EventStream, Message, Status};
use support::{CHATBOT_ID, KEY, PID, STREAM, client_of, eventually, options_for, services};

const FLOOD: &str = "!endless=deltas";
const SILENCE: &str = "!answer=x endless=silence";
/// What may wait of one stream: its queue, a window, and what was on its way to the queue.
const MOST_WAITING: u64 = (32 + 256 + 32) << 10;

fn message(query: &str) -> Message {
    Message::new(PID, CHATBOT_ID, query)
}

fn open(client: &Client, query: &str) -> EventStream {
    client.stream(STREAM, &message(query)).unwrap()
}

fn chat(client: &Client, query: &str) {
    client.send(&message(query)).unwrap();
}

/// What has come once no more comes.
fn bytes_received(client: &Client) -> u64 {
    let mut before = 0;
    loop {
        thread::sleep(Duration::from_millis(500));
        let now = client.stats().bytes_received;
        if now == before {
            return now;
        }
        before = now;
    }
}

#[test]
fn who_does_not_read_holds_up_the_service_and_nobody_else() {
    for service in services() {
        let client = client_of(&service);
        chat(&client, "so that there is a connection");
        let floods: Vec<_> = (0..40).map(|_| open(&client, FLOOD)).collect();
        eventually("all flow", || service.stats().in_flight == 40);
        let received = bytes_received(&client);
        assert!(received > 0 && received < 40 * MOST_WAITING, "{received}");
        chat(&client, "Hi");
        assert_eq!(
            open(&client, "Hi").last().unwrap().unwrap().name(),
            Some("data-finish-reason")
        );
        if service.requests()[0].version == "HTTP/2.0" {
            assert_eq!(client.stats().connections, 1);
        }
        // More than can wait, of some of them.
        for flood in floods.iter().step_by(10) {
            let more = (0..6_000).filter_map(|_| flood.wait(None).unwrap());
            assert_eq!(more.count(), 6_000, "it goes on once it is read");
        }
        drop(floods);
        assert!(client.stats().bytes_received > received);
        eventually("all is given up", || service.stats().in_flight == 0);
        assert_eq!(client.stats().cancelled, 40);
    }
}

#[test]
fn a_flood_that_is_read_leaves_others_their_time() {
    for service in services() {
        let client = client_of(&service);
        let floods: Vec<_> = (0..4).map(|_| open(&client, FLOOD)).collect();
        thread::scope(|scope| {
            for flood in &floods {
                scope.spawn(move || while flood.wait(None).is_ok() {});
            }
            for _ in 0..20 {
                chat(&client, "Hi");
                assert!(open(&client, "Hi").all(|event| event.is_ok()));
            }
            assert!(floods.iter().all(EventStream::cancel));
        });
        // Kept up to a limit, whatever comes.
        assert!(floods.iter().all(|flood| flood.text().len() <= 8 << 20));
    }
}

#[test]
fn cancelled_it_ends_at_once_wherever_it_was() {
    for service in services() {
        let client = client_of(&service);
        for query in ["!delay-ms=60000", "!body-delay-ms=60000", SILENCE, FLOOD] {
            let stream = open(&client, query);
            eventually("it is there", || service.stats().in_flight == 1);
            let began = Instant::now();
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(50));
                    assert!(stream.cancel());
                });
                let end = loop {
                    if let Err(end) = stream.wait(None) {
                        break end;
                    }
                };
                assert_eq!(end.status(), Status::Cancelled);
            });
            assert!(began.elapsed() < Duration::from_secs(20), "{query}");
            assert!(stream.is_done() && !stream.cancel());
            assert!(matches!(stream.wait(None), Ok(None)));
            eventually("the service knows", || service.stats().in_flight == 0);
        }
        let stats = client.stats();
        assert_eq!(
            (stats.cancelled, stats.answered, stats.in_flight),
            (4, 0, 0)
        );
    }
}

#[test]
fn dropped_before_its_end_it_is_cancelled_and_after_it_is_not() {
    for service in services() {
        let client = client_of(&service);
        drop(open(&client, "!delay-ms=60000"));
        let mut stream = open(&client, SILENCE);
        assert_eq!(stream.next().unwrap().unwrap().name(), Some("start"));
        drop(stream);
        assert_eq!(open(&client, "Hi").filter(Result::is_ok).count(), 12);
        let stats = client.stats();
        assert_eq!(
            (stats.cancelled, stats.answered, stats.in_flight),
            (2, 1, 0)
        );
        eventually("nothing is left", || service.stats().in_flight == 0);
    }
}

#[test]
fn one_after_another_they_use_one_connection() {
    for service in services() {
        let client = client_of(&service);
        for _ in 0..5 {
            assert!(open(&client, "!answer=x after-done").all(|event| event.is_ok()));
            // Its body ends a moment later.
            eventually("it is whole", || service.stats().in_flight == 0);
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(service.stats().connections_accepted, 1);
    }
}

#[test]
fn it_counts_as_in_flight_until_its_end_was_taken() {
    for service in services() {
        let mut options = options_for(&service);
        options.max_in_flight(1);
        let client = Client::new(KEY, &options).unwrap();
        let refused = || client.stream(STREAM, &message("Hi")).unwrap_err().status();
        let mut stream = open(&client, "Hi");
        assert_eq!(refused(), Status::Overloaded);
        assert!(stream.by_ref().all(|event| event.is_ok()));
        let again = open(&client, SILENCE);
        assert_eq!(
            client.submit(&message("Hi"), 1).unwrap_err().status(),
            Status::Overloaded
        );
        drop(again);
        drop(open(&client, "Hi"));
        assert_eq!(client.stats().refused, 2);
    }
}

#[test]
fn the_next_message_of_its_session_waits_until_it_is_whole() {
    for service in services() {
        let mut options = options_for(&service);
        options.ordered_sessions(true);
        let client = Client::new(KEY, &options).unwrap();
        let mut slow = message("!answer=x event-delay-ms=30");
        slow.session_id(Some("918727"));
        let stream = client.stream(STREAM, &slow).unwrap();
        let mut next = message("Hi");
        client.send(next.session_id(Some("918727"))).unwrap();
        let queries: Vec<_> = service
            .requests()
            .iter()
            .map(|request| request.body["query"].clone())
            .collect();
        assert_eq!(queries, ["!answer=x event-delay-ms=30", "Hi"]);
        let mut taken = 0;
        while stream.wait(Some(Duration::ZERO)).unwrap().is_some() {
            taken += 1;
        }
        assert!(taken == 9 && stream.is_done(), "{taken}");
    }
}

#[test]
fn each_of_several_readers_has_events_of_its_own() {
    for service in services() {
        let client = client_of(&service);
        let stream = open(&client, "!deltas=5000");
        let taken: usize = thread::scope(|scope| {
            let read = || std::iter::from_fn(|| stream.wait(None).unwrap()).count();
            let readers: Vec<_> = (0..4).map(|_| scope.spawn(read)).collect();
            readers
                .into_iter()
                .map(|reader| reader.join().unwrap())
                .sum()
        });
        assert_eq!(taken, 5000 + 8);
        let expected: String = (0..5000).map(|number| format!("{number} ")).collect();
        assert_eq!(stream.text(), expected);
    }
}

#[test]
fn it_goes_on_without_its_client() {
    for service in services() {
        let client = client_of(&service);
        let stream = open(&client, "!answer=x event-delay-ms=10");
        drop(client);
        assert_eq!(stream.filter(Result::is_ok).count(), 9);
    }
}
