//! A response body: JSON put together from pieces, of which one may be too long to hold in memory.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

static FILLER: [u8; 64 * 1024] = [b'x'; 64 * 1024];

#[derive(Debug, Default)]
pub(crate) struct Payload(VecDeque<Piece>);

#[derive(Debug)]
enum Piece {
    Bytes(BytesMut),
    /// This many times the letter x.
    Filler(u64),
}

impl Payload {
    pub fn bytes(bytes: &[u8]) -> Self {
        Self(VecDeque::from([Piece::Bytes(bytes.into())]))
    }

    pub fn json_string(text: &str) -> Self {
        Self::bytes(serde_json::Value::from(text).to_string().as_bytes())
    }

    pub fn json_long_string(letters: u64) -> Self {
        let quote = || Piece::Bytes(BytesMut::from("\""));
        Self(VecDeque::from([quote(), Piece::Filler(letters), quote()]))
    }

    /// Arrays within arrays.
    pub fn json_nested(depth: usize) -> Self {
        Self::bytes(("[".repeat(depth) + &"]".repeat(depth)).as_bytes())
    }

    /// Keys may repeat.
    pub fn json_object(fields: Vec<(&str, Payload)>) -> Self {
        let mut object = Self::bytes(b"{");
        for (index, (key, value)) in fields.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            object.append(Self::bytes(format!("{comma}\"{key}\":").as_bytes()));
            object.append(value);
        }
        object.append(Self::bytes(b"}"));
        object
    }

    pub fn append(&mut self, other: Self) {
        for piece in other.0 {
            match (self.0.back_mut(), piece) {
                (Some(Piece::Bytes(last)), Piece::Bytes(bytes)) => last.extend_from_slice(&bytes),
                (_, piece) => self.0.push_back(piece),
            }
        }
    }

    pub fn len(&self) -> u64 {
        self.0.iter().map(Piece::len).sum()
    }

    /// The first `limit` bytes, in chunks of at most `size`.
    pub fn into_chunks(mut self, mut limit: u64, size: u64) -> impl Iterator<Item = Bytes> {
        std::iter::from_fn(move || {
            while self.0.front().is_some_and(|piece| piece.len() == 0) {
                self.0.pop_front();
            }
            let chunk = self.0.front_mut()?.take(limit.min(size));
            limit -= chunk.len() as u64;
            (!chunk.is_empty()).then_some(chunk)
        })
    }
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Filler(length) => *length,
        }
    }

    /// Cuts at most `length` bytes off the front.
    fn take(&mut self, length: u64) -> Bytes {
        let length = length.min(self.len());
        let at_hand = usize::try_from(length).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(bytes) => bytes.split_to(at_hand).freeze(),
            Self::Filler(left) => {
                let chunk = Bytes::from_static(&FILLER[..at_hand.min(FILLER.len())]);
                *left -= chunk.len() as u64;
                chunk
            }
        }
    }
}
