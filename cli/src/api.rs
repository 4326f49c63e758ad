//! `robofy api`: any endpoint of the service.

use std::collections::{BTreeMap, HashSet};
use std::ffi::CString;
use std::fs;
use std::io;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::arguments::{Api, Connection};
use crate::binding::c_text;
use crate::failure::{Failure, Status};
use crate::terminal::{Heard, is_shown, print, print_bytes};
use crate::text::paired;

/// The service's name for what a page is asked for by.
const TOKEN: &str = "nextPageToken";
/// As many as the library asks for when it lists leads.
const MAX_PAGES: usize = 10_000;

/// Prints what the endpoint answers; with `--paginate` all pages, one after another.
pub fn run(arguments: &Api) -> Result<(), Failure> {
    let method = c_text("METHOD", &arguments.method.to_ascii_uppercase())?;
    let path = c_text("PATH", &filled(&arguments.path, &arguments.connection)?)?;
    if arguments.paginate && method.as_bytes() != b"GET" {
        return Err(Failure::usage("--paginate is for GET alone".to_owned()));
    }
    let mut query = Vec::new();
    for (name, value) in &arguments.query {
        query.push((c_text("-q", name)?, c_text("-q", value)?));
    }
    let body = arguments.data.as_deref().map(body).transpose()?;
    let client = arguments.connection.client()?;
    let mut seen = Tokens::default();
    loop {
        let response = client.request(&method, &path, &query, body.as_deref())?;
        let heard = print_body(response.body(), arguments.paginate)?;
        let next = match arguments.paginate && heard == Heard::Yes {
            true => response.data().as_deref().and_then(next_token),
            false => None,
        };
        let Some(token) = next else { return Ok(()) };
        seen.check(&token)?;
        query.retain(|(name, _)| name.to_bytes() != TOKEN.as_bytes());
        query.push((c_text("-q", TOKEN)?, c_text("-q", &token)?));
    }
}

/// What pages were asked for by.
#[derive(Default)]
struct Tokens(HashSet<String>);

impl Tokens {
    /// A service that never comes to an end is not followed for ever.
    fn check(&mut self, token: &str) -> Result<(), Failure> {
        let why = match self.0.insert(token.to_owned()) {
            false => "the service gives a page token that it gave before",
            true if self.0.len() >= MAX_PAGES => "there are more than 10 000",
            true => return Ok(()),
        };
        let message = format!("the pages do not come to an end: {why}; narrow the query");
        Err(Failure::new(Status::PROTOCOL, message))
    }
}

/// The path with the named project and agent in it, each as one segment.
fn filled(path: &str, connection: &Connection) -> Result<String, Failure> {
    let mut path = path.to_owned();
    if path.contains("{pid}") {
        path = path.replace("{pid}", &segment("pid", connection.pid()?)?);
    }
    if path.contains("{chatbot_id}") {
        path = path.replace(
            "{chatbot_id}",
            &segment("chatbot_id", connection.chatbot_id()?)?,
        );
    }
    Ok(path)
}

fn segment(parameter: &str, id: &str) -> Result<String, Failure> {
    let segment = robofy_client::segment(parameter, id);
    segment.map_err(|error| Failure::usage(error.message().to_owned()))
}

/// The body as it was received. A page of many and what a person reads end with a line end.
fn print_body(body: &[u8], is_page: bool) -> Result<Heard, Failure> {
    let is_open = !body.is_empty() && !body.ends_with(b"\n");
    match print_bytes(body)? {
        Heard::Yes if is_open && (is_page || is_shown()) => print("\n"),
        heard => Ok(heard),
    }
}

/// Where the reference has a token: in a report. What else is in the data does not matter, however deep or odd it is.
fn next_token(data: &str) -> Option<String> {
    type Members<'a> = BTreeMap<String, &'a RawValue>;
    let data = paired(data);
    let data: Members<'_> = serde_json::from_str(&data).ok()?;
    let report: Members<'_> = serde_json::from_str(data.get("report")?.get()).ok()?;
    match serde_json::from_str(report.get("next_page_token")?.get()).ok()? {
        Value::String(token) => Some(token).filter(|token| !token.is_empty()),
        Value::Number(token) => Some(token.to_string()),
        _ => None,
    }
}

/// The text itself, or with `@` the file's, or with `@-` that of standard input.
fn body(given: &str) -> Result<CString, Failure> {
    let Some(file) = given.strip_prefix('@') else {
        return c_text("-d", given);
    };
    let (file, read) = match file {
        "-" => ("standard input", io::read_to_string(io::stdin())),
        file => (file, fs::read_to_string(file)),
    };
    let text = read.map_err(|error| Failure::usage(format!("cannot read {file}: {error}")))?;
    c_text("-d", &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_followed_to_a_limit_and_never_twice() {
        let mut seen = Tokens::default();
        assert!((1..MAX_PAGES).all(|page| seen.check(&page.to_string()).is_ok()));
        for token in ["1", "another"] {
            let error = seen.check(token).unwrap_err();
            assert!(error.message.contains("not come to an end"), "{error:?}");
        }
    }

    #[test]
    fn a_token_is_found_whatever_stands_beside_it() {
        let token = |rows: &str, token: &str| {
            next_token(&format!(
                r#"{{"report":{{"rows":[{rows}],"next_page_token":{token}}}}}"#
            ))
        };
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        for rows in [
            "",
            r#"{"name":"cut \ud83d"}"#,
            r#"{"cut \ud83d":1}"#,
            r#"{"$serde_json::private::Number":"x"}"#,
            "1e999999",
            &deep,
        ] {
            assert_eq!(token(rows, r#""a\"b""#).as_deref(), Some("a\"b"));
            assert_eq!(token(rows, "1.10").as_deref(), Some("1.10"));
            for none in ["\"\"", "null", "false", "{}"] {
                assert_eq!(token(rows, none), None, "{none}");
            }
        }
        for data in ["", "[]", "7", "{}", r#"{"report":[]}"#, r#"{"report":{}}"#] {
            assert_eq!(next_token(data), None, "{data}");
        }
    }
}
