//! The calls whose answers the service's reference describes, typed. What it leaves open stays JSON.

pub(crate) mod leads;
pub(crate) mod sessions;
pub(crate) mod settings;

use crate::error::{Error, Status};
use crate::response::Response;
use crate::wire;

/// The most rows of a page, and the most sessions of a list.
pub(crate) const MAX_LISTED: usize = 100_000;

/// The data of a response, which is named by what is missing in it where it is not as documented.
fn data(response: &Response) -> Result<&str, Error> {
    response
        .data()
        .ok_or_else(|| unexpected(response, "data is missing"))
}

/// The body is not quoted: it may hold a key, or people's names.
fn unexpected(response: &Response, problem: &str) -> Error {
    Error::new(
        Status::Protocol,
        format!(
            "{}, but {problem}, which the service documents; check base_url",
            response.status()
        ),
    )
    .with_http_status(response.status())
}

/// The elements of an array: of at most so many, because each takes more memory than its bytes in the body.
fn listed<'a>(response: &Response, json: &'a str) -> Option<Result<Vec<&'a str>, Error>> {
    let elements = wire::elements(json, MAX_LISTED + 1)?;
    Some(match elements.len() {
        ..=MAX_LISTED => Ok(elements),
        _ => Err(Error::new(
            Status::Protocol,
            "the service has listed more than 100 000 entries in one response".to_owned(),
        )
        .with_http_status(response.status())),
    })
}

/// A member of an object that the service describes as text, or shows as such.
fn member(value: Option<&str>) -> Option<String> {
    value.and_then(wire::scalar)
}
