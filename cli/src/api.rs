//! `robofy api`: any endpoint of the service.

use std::collections::HashSet;
use std::ffi::CString;
use std::fs;
use std::io::{self, Read};

use serde_json::Value;

use crate::arguments::Api;
use crate::binding::api::Response;
use crate::binding::c_text;
use crate::failure::{Failure, Status};
use crate::terminal::{Heard, print_bytes};

/// The service's name for what a page is asked for by.
const TOKEN: &str = "nextPageToken";

/// Prints what the endpoint answers; with `--paginate` all pages, one after another.
pub fn run(arguments: &Api) -> Result<(), Failure> {
    let method = c_text("METHOD", &arguments.method.to_ascii_uppercase())?;
    let path = c_text("PATH", &arguments.path)?;
    let body = arguments.data.as_deref().map(body).transpose()?;
    let mut query = Vec::new();
    for (name, value) in &arguments.query {
        query.push((c_text("-q", name)?, c_text("-q", value)?));
    }
    if arguments.paginate && method.as_bytes() != b"GET" {
        return Err(Failure::usage("--paginate is for GET alone".to_owned()));
    }
    let client = arguments.connection.client()?;
    let mut seen = HashSet::new();
    loop {
        let response = client.request(&method, &path, &query, body.as_deref())?;
        let heard = print_body(&response)?;
        let next = match arguments.paginate && heard == Heard::Yes {
            true => next_token(&response),
            false => None,
        };
        let Some(token) = next else { return Ok(()) };
        if !seen.insert(token.clone()) {
            return Err(Failure::new(
                Status::PROTOCOL,
                format!(
                    "the pages do not come to an end: the service gives a page token that it gave before"
                ),
            ));
        }
        query.retain(|(name, _)| name.to_bytes() != TOKEN.as_bytes());
        query.push((c_text("-q", TOKEN)?, c_text("-q", &token)?));
    }
}

/// On a line of its own, so that pages can be told apart.
fn print_body(response: &Response) -> Result<Heard, Failure> {
    let mut body = response.body.clone();
    if !body.is_empty() && !body.ends_with(b"\n") {
        body.push(b'\n');
    }
    print_bytes(&body)
}

/// Where the reference has a token: in a report.
fn next_token(response: &Response) -> Option<String> {
    let data: Value = serde_json::from_str(response.data.as_deref()?).ok()?;
    match &data["report"]["next_page_token"] {
        Value::String(token) if token.is_empty() => None,
        Value::String(token) => Some(token.clone()),
        Value::Number(token) => Some(token.to_string()),
        _ => None,
    }
}

/// The text itself, or with `@` the file's, or with `@-` that of standard input.
fn body(given: &str) -> Result<CString, Failure> {
    let Some(file) = given.strip_prefix('@') else {
        return c_text("-d", given);
    };
    let mut text = String::new();
    let read = match file {
        "-" => io::stdin().read_to_string(&mut text).map(|_| text),
        file => fs::read_to_string(file),
    };
    let text = read.map_err(|error| Failure::usage(format!("cannot read {file}: {error}")))?;
    c_text("-d", &text)
}
