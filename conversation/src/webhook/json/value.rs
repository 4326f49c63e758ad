//! One value, as written and already checked.

use std::borrow::Cow;

use super::reader::Reader;
use super::string::{decode, unescaped};
use crate::webhook::error::Malformed;

/// A value that a [`Reader`] has passed; what is not of the type asked for is nothing.
#[derive(Clone, Copy)]
pub(in crate::webhook) struct Value<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Passes over a value and returns it.
    pub(in crate::webhook) fn value(&mut self) -> Result<Value<'a>, Malformed> {
        self.raw().map(Value)
    }

    /// Passes over an object and returns the members of these names, and the object. Of a name that stands twice, the last.
    pub(in crate::webhook) fn pick<const N: usize>(
        &mut self,
        names: [&str; N],
    ) -> Result<([Value<'a>; N], Value<'a>), Malformed> {
        let mut picked = [Value::NULL; N];
        let object = self.object(|key, reader| {
            let found = names.iter().position(|name| *name == key);
            if let Some(slot) = found.and_then(|at| picked.get_mut(at)) {
                *slot = reader.value()?;
            }
            Ok(())
        })?;
        Ok((picked, Value(object)))
    }
}

impl<'a> Value<'a> {
    pub(in crate::webhook) const NULL: Value<'static> = Value("null");

    pub(in crate::webhook) fn json(self) -> &'a str {
        self.0
    }

    pub(in crate::webhook) fn is_object(self) -> bool {
        self.0.as_bytes().first() == Some(&b'{')
    }

    pub(in crate::webhook) fn is_array(self) -> bool {
        self.0.as_bytes().first() == Some(&b'[')
    }

    pub(in crate::webhook) fn is_true(self) -> bool {
        self.0 == "true" || self.0 == "\"true\""
    }

    /// Its members of these names.
    pub(in crate::webhook) fn pick<const N: usize>(self, names: [&str; N]) -> [Value<'a>; N] {
        if !self.is_object() {
            return [Value::NULL; N];
        }
        Reader::new(self.0)
            .pick(names)
            .map_or([Value::NULL; N], |(members, _)| members)
    }

    /// Its member of this name.
    pub(in crate::webhook) fn get(self, name: &str) -> Value<'a> {
        let [member] = self.pick([name]);
        member
    }

    /// Calls `each` with the items of an array.
    pub(in crate::webhook) fn items(self, mut each: impl FnMut(Value<'a>)) {
        if !self.is_array() {
            return;
        }
        // It was checked.
        let _ = Reader::new(self.0).array(|reader| {
            each(reader.value()?);
            Ok(())
        });
    }

    /// The first item of an array.
    pub(in crate::webhook) fn first(self) -> Value<'a> {
        let mut first = None;
        self.items(|item| {
            first.get_or_insert(item);
        });
        first.unwrap_or(Value::NULL)
    }

    /// The first member whose name is accepted.
    pub(in crate::webhook) fn find(self, names: &[&str]) -> Option<(usize, Value<'a>)> {
        let mut found = None;
        let _ = Reader::new(self.0).object(|key, reader| {
            if found.is_none()
                && let Some(at) = names.iter().position(|name| *name == key)
            {
                found = Some((at, reader.value()?));
            }
            Ok(())
        });
        found
    }

    /// Appends a string's characters, or a number as written; false if it is neither, or empty.
    pub(in crate::webhook) fn append(self, into: &mut String) -> bool {
        let before = into.len();
        match self.0.as_bytes() {
            [b'"', .., b'"'] => decode(self.0.get(1..self.0.len() - 1).unwrap_or_default(), into),
            [b'-' | b'0'..=b'9', ..] => into.push_str(self.0),
            _ => {}
        }
        into.len() > before
    }

    /// A string, or a number as written; empty if it is neither.
    pub(in crate::webhook) fn word(self) -> Cow<'a, str> {
        match self.0.as_bytes() {
            [b'"', .., b'"'] => unescaped(self.0.get(1..self.0.len() - 1).unwrap_or_default()),
            [b'-' | b'0'..=b'9', ..] => Cow::Borrowed(self.0),
            _ => Cow::Borrowed(""),
        }
    }

    /// Whether it is a string or a number of one or more characters.
    #[inline(always)]
    pub(in crate::webhook) fn is_word(self) -> bool {
        matches!(
            self.0.as_bytes(),
            [b'"', _, .., b'"'] | [b'-' | b'0'..=b'9', ..]
        )
    }
}
