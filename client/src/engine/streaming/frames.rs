//! Server-sent events (HTML Living Standard, section 9.2.6), cut out of the bytes that bring them.

use std::num::NonZeroUsize;

use bytes::Bytes;
use sse_core::{SseDecoder, SseEvent};

/// Of one event's data. Larger ones are no part of a written answer.
pub(crate) const MAX_EVENT_BYTES: NonZeroUsize = NonZeroUsize::new(1 << 20).unwrap();
/// The decoder keeps as much room as its largest event took; beyond this it starts anew.
const MAX_KEPT: usize = 4 << 10;
/// The stream's own word for its end.
const DONE: &str = "[DONE]";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// An event's data.
    Data(Box<str>),
    Done,
}

/// An event's data is larger than [`MAX_EVENT_BYTES`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

pub(crate) struct Frames(SseDecoder);

impl Frames {
    pub(crate) fn new() -> Self {
        Self(SseDecoder::with_limit(MAX_EVENT_BYTES))
    }

    /// The next event of `bytes`, which are taken up to its end; `None` once all are taken. Comments, names and event IDs
    /// are read over, and what is not UTF-8 becomes U+FFFD.
    pub(crate) fn next(&mut self, bytes: &mut Bytes) -> Option<Result<Frame, TooLarge>> {
        loop {
            let data = match self.0.next(bytes)? {
                Ok(SseEvent::Message(message)) => message.data,
                Ok(SseEvent::Retry(_)) => continue,
                Err(_) => return Some(Err(TooLarge)),
            };
            if data.capacity() > MAX_KEPT {
                // A clone has no more room than it needs.
                self.0 = self.0.clone();
            }
            return Some(Ok(match data.trim_ascii() {
                DONE => Frame::Done,
                _ => Frame::Data(data.into_boxed_str()),
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of `text` in chunks of `size` bytes.
    fn frames(text: &[u8], size: usize) -> Vec<Result<Frame, TooLarge>> {
        let mut frames = Frames::new();
        let mut found = Vec::new();
        for chunk in text.chunks(size) {
            let mut chunk = Bytes::copy_from_slice(chunk);
            while let Some(frame) = frames.next(&mut chunk) {
                found.push(frame);
            }
            assert!(chunk.is_empty());
        }
        found
    }

    /// The same, however the bytes come.
    fn check(text: impl AsRef<[u8]>, expected: &[&str]) {
        let text = text.as_ref();
        let expected: Vec<_> = expected
            .iter()
            .map(|data| match *data {
                DONE => Ok(Frame::Done),
                data => Ok(Frame::Data(data.into())),
            })
            .collect();
        for size in [1, 2, 3, 7, text.len()] {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(frames(text, size), expected, "{shown:?} by {size}");
        }
    }

    #[test]
    fn each_line_ending_ends_a_line() {
        for end in ["\n", "\r", "\r\n"] {
            let text = "data: 1||data: [DONE]||".replace('|', end);
            check(text, &["1", DONE]);
        }
        check("data: 1\r\n\rdata: 2\n\r\n", &["1", "2"]);
    }

    #[test]
    fn a_byte_order_mark_and_comments_are_read_over() {
        check("\u{feff}data: 1\n\n", &["1"]);
        check(": ping\n\n:\n\ndata: 1\n: amid\ndata: 2\n\n", &["1\n2"]);
        check("event: x\nid: 7\nretry: 9\nunknown\ndata:1\n\n", &["1"]);
    }

    #[test]
    fn lines_of_data_are_joined() {
        check("data: {\ndata:  \"a\"\ndata: :1}\n\n", &["{\n \"a\"\n:1}"]);
        check("data\ndata\n\n", &["\n"]);
    }

    #[test]
    fn what_is_cut_short_is_no_event() {
        check("data: 1\n\ndata: 2\n", &["1"]);
        check("data: 2", &[]);
        check("\n\n\r\n\r", &[]);
    }

    #[test]
    fn characters_are_read_across_chunks_and_what_is_none_is_replaced() {
        check("data: 👋🏽\n\n", &["👋🏽"]);
        check(b"data: a\xff\xf0\x9fb\n\n", &["a\u{fffd}\u{fffd}b"]);
    }

    #[test]
    fn the_end_is_known_by_its_word() {
        check("data:[DONE]\n\n", &[DONE]);
        check("data:  [DONE] \n\ndata: [DONE]x\n\n", &[DONE, "[DONE]x"]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "megabytes take minutes")]
    fn an_event_has_a_limit_in_one_line_and_in_many() {
        let limit = MAX_EVENT_BYTES.get();
        let whole = format!("data: {}\n\n", "x".repeat(limit));
        assert_eq!(frames(whole.as_bytes(), 1 << 14).len(), 1);
        let line = format!("data: {}\n\n", "x".repeat(limit + 1));
        let lines = "data\n".repeat(limit + 3);
        for text in [line, lines] {
            assert_eq!(
                frames(text.as_bytes(), 1 << 14).first(),
                Some(&Err(TooLarge))
            );
        }
    }

    #[test]
    fn a_large_event_leaves_no_room_behind() {
        let mut decoder = Frames::new();
        let mut large = Bytes::from(format!("data: {}\n\ndata: 1\n\n", "x".repeat(100_000)));
        let mut taken = || match decoder.next(&mut large) {
            Some(Ok(Frame::Data(data))) => data.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!((taken(), taken()), (100_000, 1));
        assert!(decoder.next(&mut Bytes::from("data: 2\n\n")).is_some());
    }
}
