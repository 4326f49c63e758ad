//! The secrets that sign: from the environment or private files, never from an argument.

use std::env;
use std::ffi::CString;
use std::fs::File;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::key::private;

const VARIABLE: &str = "ROBOFY_WEBHOOK_SECRET";

/// Those of the files, else the environment's. White space around them is none of theirs.
pub fn find(files: &[PathBuf]) -> Result<Vec<Zeroizing<CString>>, Failure> {
    if files.is_empty() {
        let Some(secret) = env::var_os(VARIABLE) else {
            return Err(Failure::usage(format!(
                "no secret: set {VARIABLE}, or name a file that holds it with --secret-file"
            )));
        };
        return Ok(vec![of_bytes(
            &Zeroizing::new(secret.into_encoded_bytes()),
            VARIABLE,
        )?]);
    }
    let read = |path: &PathBuf| {
        let bytes = private("the secret's file", path, File::open(path))?;
        of_bytes(&bytes, &path.display().to_string())
    };
    files.iter().map(read).collect()
}

fn of_bytes(bytes: &[u8], source: &str) -> Result<Zeroizing<CString>, Failure> {
    let secret = bytes.trim_ascii();
    if secret.is_empty() {
        return Err(Failure::usage(format!(
            "the secret in {source} is empty: anybody could sign with it"
        )));
    }
    CString::new(secret)
        .map(Zeroizing::new)
        .map_err(|_| Failure::usage(format!("the secret in {source} holds a NUL character")))
}
