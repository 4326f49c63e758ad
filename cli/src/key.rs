//! The API key: from the environment or a private file, never from an argument, where every user of the machine reads it.

use std::env;
use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::failure::Failure;

const VARIABLE: &str = "ROBOFY_API_KEY";
const LARGEST: usize = 8 * 1024;
const OTHERS: u32 = 0o077;

/// The key and where it was found.
pub struct ApiKey {
    /// Wiped when dropped.
    pub text: Zeroizing<CString>,
    /// For people: the variable, or the file.
    pub source: String,
}

impl ApiKey {
    /// The chosen file's, else the environment's, else the default file's.
    pub fn find(chosen: Option<&Path>) -> Result<Self, Failure> {
        if let Some(path) = chosen {
            return Self::of_file(path, File::open(path));
        }
        if let Some(key) = env::var_os(VARIABLE).filter(|key| !key.is_empty()) {
            return Self::of_bytes(os_bytes(key), VARIABLE.to_owned());
        }
        let Some(path) = default_file() else {
            return Err(Failure::usage(format!(
                "no API key: set {VARIABLE}, or name a file that holds it with --api-key-file"
            )));
        };
        match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Failure::usage(format!(
                    "no API key: set {VARIABLE}, or write it to {} and run `chmod 600 {}`",
                    path.display(),
                    quoted(&path)
                )))
            }
            file => Self::of_file(&path, file),
        }
    }

    fn of_file(path: &Path, file: std::io::Result<File>) -> Result<Self, Failure> {
        let bytes = private("the API key's file", path, file)?;
        Self::of_bytes(bytes, path.display().to_string())
    }

    fn of_bytes(bytes: Zeroizing<Vec<u8>>, source: String) -> Result<Self, Failure> {
        let key = bytes.trim_ascii();
        let wrong =
            |problem: &str| Err(Failure::usage(format!("the API key in {source} {problem}")));
        if key.is_empty() {
            return wrong("is empty: write the key there");
        }
        if key.len() > LARGEST {
            return wrong("is far too long: it is one line");
        }
        if !key.iter().all(u8::is_ascii_graphic) {
            return wrong("is more than one word: it holds the key alone, on one line, in ASCII");
        }
        match CString::new(key) {
            Ok(text) => Ok(Self {
                text: Zeroizing::new(text),
                source,
            }),
            Err(_) => wrong("holds a NUL character"),
        }
    }
}

/// What a file holds that no other user may read; no more than a secret may be, and one byte.
pub fn private(
    what: &str,
    path: &Path,
    file: std::io::Result<File>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let name = path.display();
    let unreadable = |error| Failure::usage(format!("cannot read {what} {name}: {error}"));
    let file = file.map_err(unreadable)?;
    // Of the open file: what is checked is what is read.
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(Failure::usage(format!(
            "{what} {name} is open to other users (mode {:03o}): run `chmod 600 {}`",
            mode & 0o777,
            quoted(path)
        )));
    }
    // Room for all of it from the start: growing would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LARGEST + 64));
    let most = u64::try_from(LARGEST + 1).unwrap_or(u64::MAX);
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

fn os_bytes(text: OsString) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.into_encoded_bytes())
}

/// `$XDG_CONFIG_HOME/robofy/api-key`, with the standard's default for the variable.
fn default_file() -> Option<PathBuf> {
    xdg("XDG_CONFIG_HOME", ".config").map(|directory| directory.join("robofy/api-key"))
}

/// A directory of the XDG Base Directory Specification, which has relative paths ignored.
pub fn xdg(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = env::var_os(variable).map(PathBuf::from);
    set.filter(|path| path.is_absolute()).or_else(|| {
        let home = env::var_os("HOME").map(PathBuf::from)?;
        home.is_absolute().then(|| home.join(below_home))
    })
}

fn quoted(path: &Path) -> String {
    shell_word(&path.display().to_string())
}

/// The text as one word of a shell's command line.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._+@:=-".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_word_back() {
        assert_eq!(shell_word("918727000000"), "918727000000");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }
}
