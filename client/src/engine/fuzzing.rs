//! Entries for the fuzz targets, which are built with `--cfg fuzzing`: what goes over the wire, without a network.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderValue;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::retry::parse_retry_after;
use crate::engine::errors::response;
use crate::engine::errors::statuses::Sent as What;
use crate::engine::streaming::{Frame, Frames, MAX_EVENT_BYTES, faults as streams};
use crate::error::Error;
use crate::event::Event;
use crate::message::{Message, Reply};
use crate::secret::ApiKey;
use crate::wire;

/// What a client of `key` makes of a response that has arrived whole.
///
/// # Errors
///
/// As [`Client::send`](crate::Client::send) after the response.
pub fn reply(
    key: &str,
    http_status: u16,
    retry_after: Option<&[u8]>,
    body: &[u8],
) -> Result<Reply, Error> {
    let key = ApiKey::new(key)?;
    let status = StatusCode::from_u16(http_status).map_err(Error::internal)?;
    if status != StatusCode::OK {
        let retry_after = retry_after
            .and_then(|value| HeaderValue::from_bytes(value).ok())
            .and_then(|value| parse_retry_after(value.to_str().ok()?, SystemTime::now()));
        let read = &body[..body.len().min(response::MOST_ERROR_BYTES)];
        return Err(response::error(
            What::Message,
            status,
            read,
            retry_after,
            &key,
        ));
    }
    let answer = response::answer(body, &key)?;
    Ok(Reply {
        answer: answer.answer,
        session_id: answer.session_id,
        message: answer.message,
        json: String::from_utf8(body.to_vec()).map_err(Error::internal)?,
        attempts: 1,
        elapsed: Default::default(),
    })
}

/// What a client of `key` makes of a stream whose bytes come in chunks of `size`: its events, and whether it came to its end.
///
/// # Errors
///
/// As [`EventStream::wait`](crate::EventStream::wait) after the head of a response.
pub fn events(key: &str, body: &[u8], size: usize) -> Result<(Vec<Event>, bool), Error> {
    let key = ApiKey::new(key)?;
    let mut frames = Frames::new();
    let mut events = Vec::new();
    for chunk in body.chunks(size.max(1)) {
        let mut chunk = Bytes::copy_from_slice(chunk);
        while let Some(frame) = frames.next(&mut chunk) {
            let data = match frame {
                Ok(Frame::Data(data)) => data.into_string(),
                Ok(Frame::Done) => return Ok((events, true)),
                Err(_) => return Err(streams::event_too_large(MAX_EVENT_BYTES.get())),
            };
            match wire::decode_event(data) {
                Ok(wire::Said::Event(event)) => events.push(event),
                Ok(wire::Said::Error(words)) => return Err(streams::of_service(words, &key)),
                Err(data) => return Err(streams::not_json(&data, &key)),
            }
        }
        assert!(chunk.is_empty(), "all was read");
    }
    Ok((events, false))
}

/// The request body of a message, which must read as what the message says.
///
/// # Errors
///
/// As [`Client::send`](crate::Client::send) before the request.
pub fn request(message: &Message) -> Result<String, Error> {
    let encoded = wire::encode(message, wire::Endpoint::WhatsApp)?;
    let body = String::from_utf8(encoded.body.to_vec()).map_err(Error::internal)?;
    let sent: Sent = serde_json::from_str(&body).map_err(Error::internal)?;
    assert_eq!(
        (&sent.query, &sent.pid, &sent.chatbot_id),
        (&message.query, &message.pid, &message.chatbot_id)
    );
    let platform = sent.user_context.get("platform").map(|value| value.get());
    assert_eq!(platform, Some("\"whatsapp\""));
    let session_id = sent.user_context.get("session_id").map(|value| value.get());
    let session_id: Option<String> =
        session_id.map(|json| serde_json::from_str(json).unwrap_or_default());
    assert_eq!(session_id, encoded.session_id);
    if message.session_id.is_some() {
        assert_eq!(session_id, message.session_id);
    }
    Ok(body)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent<'a> {
    query: String,
    pid: String,
    chatbot_id: String,
    #[serde(borrow)]
    user_context: BTreeMap<String, &'a RawValue>,
}
