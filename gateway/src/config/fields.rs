//! Reads the keys of a table, and notes each that is missing, wrong or not known.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::secret::Secret;

/// What is wrong with a file, one line each.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    pub(crate) fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// The keys of one table. What is read is known; [`finish`](Self::finish) names the others.
pub(crate) struct Fields<'p> {
    path: String,
    table: Table,
    known: Vec<&'static str>,
    folder: &'p Path,
    problems: &'p mut Problems,
}

impl<'p> Fields<'p> {
    pub(crate) fn new(
        path: &str,
        table: Table,
        folder: &'p Path,
        problems: &'p mut Problems,
    ) -> Self {
        Self {
            path: path.to_owned(),
            table,
            known: Vec::new(),
            folder,
            problems,
        }
    }

    /// A text, if it is there.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) if !text.is_empty() => Some(text),
            Value::String(_) => self.wrong(key, "must not be empty"),
            _ => self.wrong(key, "must be a text, in quotes"),
        }
    }

    /// A text that has to be there; an empty one stands for it where it is not, and the file is refused.
    pub(crate) fn needed(&mut self, key: &'static str) -> String {
        let is_there = self.has(key);
        let text = self.text(key);
        if !is_there {
            self.missing(key);
        }
        text.unwrap_or_default()
    }

    /// A whole number from `least` on.
    pub(crate) fn number(&mut self, key: &'static str, least: i64) -> Option<i64> {
        match self.take(key)? {
            Value::Integer(number) if number >= least => Some(number),
            Value::Integer(_) => self.wrong(key, &format!("must be at least {least}")),
            _ => self.wrong(key, "must be a whole number"),
        }
    }

    /// Seconds, as milliseconds.
    pub(crate) fn seconds(&mut self, key: &'static str) -> Option<i64> {
        let seconds = match self.take(key)? {
            Value::Integer(seconds) => seconds as f64,
            Value::Float(seconds) => seconds,
            _ => return self.wrong(key, "must be a number of seconds"),
        };
        if (0.0..=1e9).contains(&seconds) {
            return Some((seconds * 1000.0).round() as i64);
        }
        self.wrong(key, "must be a number of seconds from 0 on")
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<bool> {
        match self.take(key)? {
            Value::Boolean(flag) => Some(flag),
            _ => self.wrong(key, "must be true or false"),
        }
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        let Value::Array(values) = self.take(key)? else {
            return self.wrong(key, "must be a list of texts");
        };
        let texts = values.into_iter().map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        });
        let texts: Option<Vec<_>> = texts.collect();
        texts.or_else(|| self.wrong(key, "must be a list of texts"))
    }

    /// A path, from the file's own folder on.
    pub(crate) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        self.text(key).map(|path| self.folder.join(path))
    }

    /// A secret that has to be there.
    pub(crate) fn secret(&mut self, key: &'static str) -> Secret {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional_secret(key).unwrap_or_default()
    }

    /// A secret, from where the text says that it is.
    pub(crate) fn optional_secret(&mut self, key: &'static str) -> Option<Secret> {
        let source = self.text(key)?;
        match Secret::read(&source, self.folder) {
            Ok(secret) => Some(secret),
            Err(problem) => self.wrong(key, &problem),
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Notes a problem of a key.
    pub(crate) fn wrong<T>(&mut self, key: &str, problem: &str) -> Option<T> {
        let name = self.name(key);
        self.problems.add(format!("{name} {problem}"));
        None
    }

    /// Names the keys that nobody has read.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let name = self.name(key);
            let nearest = self
                .known
                .iter()
                .map(|known| (strsim::damerau_levenshtein(known, key), known))
                .min();
            self.problems.add(match nearest {
                Some((distance, known)) if distance <= 1 + key.len() / 3 => {
                    format!("{name} is not known: did you mean {known}?")
                }
                _ => format!("{name} is not known: there are {}", self.known.join(", ")),
            });
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    fn missing(&mut self, key: &'static str) {
        let name = self.name(key);
        self.problems.add(format!("{name} is missing"));
    }

    fn name(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }
}
