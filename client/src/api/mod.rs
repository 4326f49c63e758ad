//! The calls whose answers the service's reference describes, typed. What it leaves open stays JSON.

pub(crate) mod leads;
pub(crate) mod sessions;
pub(crate) mod settings;

use crate::error::{Error, Status};
use crate::response::Response;
use crate::wire;

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

/// A member of an object that the service describes as text, or shows as such.
fn member(value: Option<&str>) -> Option<String> {
    value.and_then(wire::scalar)
}
