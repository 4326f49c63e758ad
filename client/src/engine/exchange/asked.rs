//! A request that is no message, as the caller has asked for it.

use std::time::Instant;

use bytes::Bytes;
use http::{Method, Uri};
use url::Url;

use crate::upload::Upload;

pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// In HTTP/1.1: the path and the query.
    pub(crate) path: Uri,
    /// In HTTP/2.
    pub(crate) uri: Uri,
    pub(crate) content: Content,
    /// Of the response's body, in bytes.
    pub(crate) limit: usize,
    pub(crate) started: Instant,
    pub(crate) deadline: Instant,
}

pub(crate) enum Content {
    Nothing,
    Json(Bytes),
    Form(Upload),
}
