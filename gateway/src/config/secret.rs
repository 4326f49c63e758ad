//! Secrets, which stand in the environment or in files of their own.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

/// A secret. It is not printed.
#[derive(Clone, Default, PartialEq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret that is known.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `env:NAME` is a variable of the environment, `file:PATH` the first line of a file.
    pub(super) fn read(source: &str, folder: &Path) -> Result<Self, String> {
        let (secret, place) = match source.split_once(':') {
            Some(("env", name)) => {
                let value = std::env::var(name);
                let value = value.map_err(|_| {
                    format!("names the environment variable {name}, which is not set")
                })?;
                (value, format!("the environment variable {name}"))
            }
            Some(("file", path)) => {
                let path = folder.join(path);
                let text = std::fs::read_to_string(&path).map_err(|error| {
                    format!("names {}, which cannot be read: {error}", path.display())
                })?;
                let text = Zeroizing::new(text);
                let first = text.lines().next().unwrap_or_default().to_owned();
                (first, path.display().to_string())
            }
            _ => {
                return Err(
                    "must be \"env:NAME\" or \"file:PATH\": a secret does not stand in this file"
                        .into(),
                );
            }
        };
        let secret = Zeroizing::new(secret);
        match secret.trim() {
            "" => Err(format!("is empty in {place}")),
            trimmed => Ok(Self::new(trimmed)),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
