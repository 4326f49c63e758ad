//! Streams that are read to their end.

use robofy_client::{Client, Error, Event, EventKind, EventStream, Message};
use robofy_standin::Standin;

use super::{CHATBOT_ID, KEY, PID, STREAM, client_of, services};

pub fn message(query: &str) -> Message {
    let mut message = Message::new(PID, CHATBOT_ID, query);
    message.session_id(Some("918727"));
    message
}

pub fn open(client: &Client, query: &str) -> EventStream {
    client.stream(STREAM, &message(query)).unwrap()
}

/// The events, how the stream ended, and the stream.
pub fn read(client: &Client, query: &str) -> (Vec<Event>, Result<(), Error>, EventStream) {
    let mut stream = open(client, query);
    let mut events = Vec::new();
    let mut end = Ok(());
    for event in &mut stream {
        match event {
            Ok(event) => events.push(event),
            Err(error) => end = Err(error),
        }
    }
    assert!(stream.is_done() && stream.next().is_none());
    let text: String = events
        .iter()
        .filter(|event| event.kind() == EventKind::Delta)
        .filter_map(Event::text)
        .collect();
    assert_eq!(stream.text(), text, "{query}");
    (events, end, stream)
}

/// Over each protocol, with a client of its own.
pub fn over_each(check: impl Fn(&Client, &Standin)) {
    for service in services() {
        check(&client_of(&service), &service);
    }
}

pub fn failure(client: &Client, query: &str) -> (Error, EventStream) {
    let (_, end, stream) = read(client, query);
    assert!(end.is_err(), "{query} was read");
    let error = end.unwrap_err();
    assert!(!error.message().contains(KEY));
    (error, stream)
}
