//! A cursor over JSON: checks what it passes, and hands out what it is asked for.

use std::borrow::Cow;

use super::string::{escape, plain, unescaped};
use crate::webhook::error::Malformed;
use crate::webhook::limits::MAX_DEPTH;

type Result<T = ()> = std::result::Result<T, Malformed>;

/// Stands before a value, or behind the last.
pub(in crate::webhook) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Arrays and objects around the cursor: at most [`MAX_DEPTH`].
    depth: u32,
}

impl<'a> Reader<'a> {
    pub(in crate::webhook) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// Passes over a value and returns it as written.
    pub(super) fn raw(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Calls `each` before each member's value, which it need not read, and returns the object. Another type than an
    /// object is passed over.
    pub(in crate::webhook) fn object(
        &mut self,
        mut each: impl FnMut(&str, &mut Self) -> Result,
    ) -> Result<&'a str> {
        if self.peek() != Some(b'{') {
            return self.raw();
        }
        let start = self.at;
        self.open()?;
        let mut more = !self.close(b'}');
        while more {
            let key = self.key()?;
            let key = match &key {
                Cow::Borrowed(key) => key,
                Cow::Owned(key) => key.as_str(),
            };
            self.each(|reader| each(key, reader))?;
            more = self.more(b'}')?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Calls `each` before each item, which it need not read. Another type than an array is passed over.
    pub(in crate::webhook) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result,
    ) -> Result {
        if self.peek() != Some(b'[') {
            return self.skip();
        }
        self.open()?;
        let mut more = !self.close(b']');
        while more {
            self.each(&mut each)?;
            more = self.more(b']')?;
        }
        Ok(())
    }

    /// Nothing but white space may follow.
    pub(in crate::webhook) fn end(mut self) -> Result {
        self.peek().map_or(Ok(()), |_| Err(Malformed::NotJson))
    }

    fn each(&mut self, each: impl FnOnce(&mut Self) -> Result) -> Result {
        self.peek();
        let before = self.at;
        each(self)?;
        if self.at == before {
            self.skip()
        } else {
            Ok(())
        }
    }

    /// Checks a value and passes over it, with one bit for each level instead of a frame.
    fn skip(&mut self) -> Result {
        let outside = self.depth;
        let mut objects = 0_u128;
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.open()?;
                    let object = open == b'{';
                    objects = objects << 1 | u128::from(object);
                    if self.peek() != Some(open + 2) {
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => drop(self.string()?),
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => return Err(Malformed::NotJson),
            }
            loop {
                if self.depth == outside {
                    return Ok(());
                }
                let object = objects & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.key()?;
                    }
                    break;
                }
                objects >>= 1;
            }
        }
    }

    fn open(&mut self) -> Result {
        if self.depth == MAX_DEPTH {
            return Err(Malformed::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn close(&mut self, end: u8) -> bool {
        let closes = self.peek() == Some(end);
        if closes {
            self.at += 1;
            self.depth -= 1;
        }
        closes
    }

    /// Behind a value: whether another one follows, or what holds it ends.
    fn more(&mut self, end: u8) -> Result<bool> {
        if self.close(end) {
            return Ok(false);
        }
        self.expect(b',').map(|()| true)
    }

    /// The next byte that is not white space, which becomes the cursor's place.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Result {
        if self.peek() != Some(byte) {
            return Err(Malformed::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    /// A member's name, and the colon.
    fn key(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(Malformed::NotJson);
        }
        let key = unescaped(self.string()?);
        self.expect(b':')?;
        Ok(key)
    }

    /// What stands between the quotes, escapes and all.
    fn string(&mut self) -> Result<&'a str> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            match rest.first() {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(self.text.get(start..at).unwrap_or_default());
                }
                Some(b'\\') => at += escape(rest).ok_or(Malformed::NotJson)?,
                Some(0x20..) => at += plain(rest),
                _ => return Err(Malformed::NotJson),
            }
        }
    }

    fn number(&mut self) -> Result {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let next = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let digits = |mut at: usize| {
            let start = at;
            while next(at).is_ascii_digit() {
                at += 1;
            }
            if at == start {
                Err(Malformed::NotJson)
            } else {
                Ok(at)
            }
        };
        at += usize::from(next(at) == b'-');
        at = if next(at) == b'0' {
            at + 1
        } else {
            digits(at)?
        };
        if next(at) == b'.' {
            at = digits(at + 1)?;
        }
        if matches!(next(at), b'e' | b'E') {
            at += 1;
            at += usize::from(matches!(next(at), b'+' | b'-'));
            at = digits(at)?;
        }
        self.at = at;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result {
        if !self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            return Err(Malformed::NotJson);
        }
        self.at += word.len();
        Ok(())
    }
}
