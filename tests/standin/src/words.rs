//! Splits a directive line into its words: `key`, `key=value` or `key="a value with spaces"`.

use std::fmt::Display;
use std::str::FromStr;

/// Why a line is no directive, worded for whoever wrote it.
#[derive(Debug, PartialEq)]
pub(crate) struct BadDirective(pub String);

#[derive(Debug, PartialEq)]
pub(crate) struct Word<'a> {
    pub key: &'a str,
    value: Option<Value<'a>>,
}

#[derive(Debug, PartialEq)]
enum Value<'a> {
    Plain(&'a str),
    /// What stands between the quotes, escapes untouched.
    Quoted(&'a str),
}

impl<'a> Word<'a> {
    /// Takes the first word off `line`.
    pub fn take(line: &mut &'a str) -> Result<Option<Self>, BadDirective> {
        let rest = line.trim_start();
        if rest.is_empty() {
            return Ok(None);
        }
        let key_end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (key, rest) = rest.split_at(key_end);
        let (value, rest) = match rest.strip_prefix('=') {
            None => (None, rest),
            // Its value is JSON, with quotes and spaces of its own.
            Some(rest) if key == "raw" => (Some(Value::Plain(rest)), ""),
            Some(rest) => value(key, rest)?,
        };
        *line = rest;
        Ok(Some(Self { key, value }))
    }

    /// For a key that takes no value.
    pub fn flag<T>(&self, meaning: T) -> Result<T, BadDirective> {
        match self.value {
            None => Ok(meaning),
            Some(_) => Err(BadDirective(format!("`{}` takes no value", self.key))),
        }
    }

    pub fn number<N: FromStr<Err: Display>>(&self) -> Result<N, BadDirective> {
        let value = self.as_written()?;
        value.parse().map_err(|error| self.bad_value(error))
    }

    /// The characters of the value, its escapes untouched.
    pub fn as_written(&self) -> Result<&'a str, BadDirective> {
        match self.value {
            Some(Value::Plain(text) | Value::Quoted(text)) => Ok(text),
            None => Err(BadDirective(format!(
                "`{0}` needs a value: `{0}=...`",
                self.key
            ))),
        }
    }

    /// The value, with escapes decoded where it is quoted.
    pub fn decoded(&self) -> Result<String, BadDirective> {
        match self.value {
            Some(Value::Quoted(text)) => {
                serde_json::from_str(&format!("\"{text}\"")).map_err(|error| self.bad_value(error))
            }
            _ => self.as_written().map(str::to_owned),
        }
    }

    /// The value as prose: an underscore is a space where it is not quoted.
    pub fn prose(&self) -> Result<String, BadDirective> {
        match self.value {
            Some(Value::Quoted(_)) => self.decoded(),
            _ => self.as_written().map(|text| text.replace('_', " ")),
        }
    }

    pub fn bad_value(&self, why: impl Display) -> BadDirective {
        BadDirective(format!("`{}` has a bad value: {why}", self.key))
    }
}

type ValueAndRest<'a> = (Option<Value<'a>>, &'a str);

fn value<'a>(key: &str, text: &'a str) -> Result<ValueAndRest<'a>, BadDirective> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        return Ok((Some(Value::Plain(value)), rest));
    };
    let mut escaped = false;
    let end = quoted.find(|c| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    let end = end.ok_or_else(|| BadDirective(format!("`{key}` has no closing quote")))?;
    Ok((Some(Value::Quoted(&quoted[..end])), &quoted[end + 1..]))
}
