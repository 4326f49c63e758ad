//! Composes the events of an answer: those of the vendor's sample in their order, and what the directive adds.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::contract::ChatRequest;
use crate::conversation::Conversations;
use crate::directive::{Answer, Directive};
use crate::stream_directive::{Endless, StreamDirective};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Stands for the time at which an event leaves.
const NOW: &str = "0000000000000000 ";
const DONE: &[u8] = b"[DONE]";

pub(crate) struct Events {
    /// Each on its way at once.
    pub list: Vec<Bytes>,
    /// Repeated for ever behind them.
    pub endless: Option<Bytes>,
}

pub(crate) fn compose(
    directive: &Directive,
    conversations: &Conversations,
    chat: &ChatRequest,
) -> Events {
    let stream = &directive.stream;
    let session_id = conversations.session(chat);
    let answer = conversations.answer(chat, &session_id);
    let mut events = Writer {
        stream,
        list: Vec::new(),
    };
    if directive.byte_order_mark {
        events.list.push(Bytes::from_static(BYTE_ORDER_MARK));
    }
    events.json(&json!({"type": "start", "messageId": "msg-1"}));
    events.json(&json!({"type": "start-step"}));
    events.tools();
    events.json(&json!({"type": "text-start", "id": "0"}));
    for piece in pieces(directive, &answer) {
        let start = br#"{"type":"text-delta","id":"0","delta":"#;
        events.data(&[start.as_slice(), &piece, b"}"].concat());
    }
    events.added();
    if stream.endless.is_none() {
        events.end(&session_id);
    }
    Events {
        endless: stream.endless.map(|endless| events.endless(endless)),
        list: events.list,
    }
}

/// The event as it leaves, with the time in microseconds where it has room for that.
pub(crate) fn stamped(event: &Bytes) -> Bytes {
    let text = String::from_utf8_lossy(event);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = format!("{:016} ", since.unwrap_or_default().as_micros());
    text.replace(NOW, &now).into_bytes().into()
}

/// The answer's pieces, as JSON.
fn pieces(directive: &Directive, answer: &str) -> Vec<Vec<u8>> {
    let quoted = |text: &str| Value::from(text).to_string().into_bytes();
    match &directive.answer {
        Answer::Json(json) => vec![json.clone()],
        Answer::Long(letters) => {
            let letters = usize::try_from(*letters).unwrap_or(usize::MAX);
            vec![quoted(&"x".repeat(letters))]
        }
        Answer::Missing => Vec::new(),
        Answer::Conversation | Answer::Echo => match directive.stream.deltas {
            Some(count) if directive.stream.stamps => (0..count).map(|_| quoted(NOW)).collect(),
            Some(count) => (0..count)
                .map(|number| quoted(&format!("{number} ")))
                .collect(),
            None => answer.split_inclusive(' ').map(quoted).collect(),
        },
    }
}

struct Writer<'a> {
    stream: &'a StreamDirective,
    list: Vec<Bytes>,
}

impl Writer<'_> {
    fn json(&mut self, value: &Value) {
        match self.stream.split_data {
            true => self.data(format!("{value:#}").as_bytes()),
            false => self.data(value.to_string().as_bytes()),
        }
    }

    fn data(&mut self, data: &[u8]) {
        let end = self.stream.line_end.text();
        let mut event = Vec::with_capacity(data.len() + 32);
        if self.stream.comments {
            event.extend_from_slice(format!(": keep-alive{end}{end}").as_bytes());
        }
        for line in data.split(|byte| *byte == b'\n') {
            event.extend_from_slice(b"data: ");
            event.extend_from_slice(line);
            event.extend_from_slice(end.as_bytes());
        }
        event.extend_from_slice(end.as_bytes());
        self.list.push(event.into());
    }

    fn tools(&mut self) {
        if !self.stream.tools {
            return;
        }
        let call = "call-1";
        for event in [
            json!({"type": "tool-input-start", "toolCallId": call, "toolName": "book"}),
            json!({"type": "tool-input-delta", "toolCallId": call, "inputTextDelta": "{\"day\""}),
            json!({"type": "tool-input-delta", "toolCallId": call, "inputTextDelta": ":\"Mon\"}"}),
            json!({"type": "tool-input-available", "toolCallId": call, "toolName": "book", "input": {"day": "Mon"}}),
            json!({"type": "tool-output-available", "toolCallId": call, "output": {"booked": true}}),
        ] {
            self.json(&event);
        }
    }

    /// Behind the answer's last piece.
    fn added(&mut self) {
        if self.stream.unknown {
            self.json(&json!({"type": "data-mood", "data": {"mood": "calm"}}));
            self.json(&json!({"type": "unheard-of", "list": [1, 2.5, null]}));
            self.json(&json!({"type": "text-delta", "id": "0", "delta": 7}));
            self.json(&json!([1, "two"]));
        }
        if let Some(data) = &self.stream.insert {
            self.data(data.as_bytes());
        }
        if let Some(words) = &self.stream.error {
            self.json(&json!({"type": "error", "errorText": words}));
        }
    }

    fn end(&mut self, session_id: &str) {
        self.json(&json!({"type": "text-end", "id": "0"}));
        self.json(&json!({"type": "finish-step"}));
        self.json(&json!({"type": "finish", "finishReason": "stop"}));
        self.json(&json!({"type": "data-session", "data": session_id}));
        let reason = json!({"finishReason": "stop", "rawFinishReason": "STOP"});
        self.json(&json!({"type": "data-finish-reason", "data": reason}));
        if self.stream.no_done {
            return;
        }
        self.data(DONE);
        if self.stream.after_done {
            self.data(DONE);
            self.json(&json!({"type": "text-delta", "id": "0", "delta": "too late"}));
        }
    }

    fn endless(&self, endless: Endless) -> Bytes {
        match endless {
            Endless::Comments => Bytes::from_static(b": keep-alive\n\n"),
            Endless::Deltas => Bytes::from_static(
                b"data: {\"type\":\"text-delta\",\"id\":\"0\",\"delta\":\"and on \"}\n\n",
            ),
            Endless::Letters => Bytes::from_static(b":-"),
            Endless::Silence => Bytes::new(),
        }
    }
}
