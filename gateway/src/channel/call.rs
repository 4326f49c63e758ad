//! What a provider is sent.

use std::fmt;

use reqwest::Method;
use serde_json::Value;

/// The body of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// None.
    Empty,
    /// JSON.
    Json(Value),
    /// JSON as it is.
    Text(String),
    /// A form.
    Form(Vec<(&'static str, String)>),
}

/// A call of a provider's API.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// Headers, credentials among them.
    pub headers: Vec<(&'static str, String)>,
    /// The query.
    pub query: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

impl Call {
    /// A POST.
    pub fn post(url: String, body: Body) -> Self {
        Self {
            method: Method::POST,
            url,
            headers: Vec::new(),
            query: Vec::new(),
            body,
        }
    }

    /// A GET.
    pub fn get(url: String) -> Self {
        Self {
            method: Method::GET,
            ..Self::post(url, Body::Empty)
        }
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a parameter of the query.
    pub fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

/// Neither credentials nor texts are printed.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}
