//! Any call of the service: a method and a path, on the client's way.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Uri};
use serde::de::IgnoredAny;
use url::Position;

use crate::async_client::{AsyncClient, ResponseFuture};
use crate::client::Client;
use crate::engine::{Asked, Content};
use crate::error::Error;
use crate::options::LONGEST_TIMEOUT;
use crate::options::Settings;
use crate::path;
use crate::response::Response;
use crate::upload::Upload;

/// A request that is being put together; [`send`](RequestBuilder::send) makes it. Setters keep a bad value, and the call
/// reports it by name.
///
/// The path is below the base URL and can lead nowhere else; the API key goes to the base URL's origin alone, and redirects
/// are errors. `GET` and `HEAD` are repeated as chats are ([`Options::max_retries`](crate::Options::max_retries),
/// [`Options::retry_ambiguous`](crate::Options::retry_ambiguous)); other methods only where the service cannot have seen the
/// request: no connection, HTTP/2 stream refused. Requests are counted in [`Stats`](crate::Stats) as chats are, but for the
/// latency; [`Options::ordered_sessions`](crate::Options::ordered_sessions) and
/// [`Options::rate_limit`](crate::Options::rate_limit) are for messages alone.
#[must_use = "nothing is sent before `send` or `submit`"]
pub struct RequestBuilder<'a, C> {
    client: &'a C,
    method: String,
    path: String,
    query: Option<String>,
    pairs: Vec<(String, String)>,
    body: Body,
    timeout: Option<Duration>,
    limit: Option<u64>,
}

enum Body {
    Nothing,
    Json(String),
    Upload(Upload),
}

impl<'a, C> RequestBuilder<'a, C> {
    fn new(client: &'a C, method: &str, path: &str, body: Body) -> Self {
        Self {
            client,
            method: method.to_owned(),
            path: path.to_owned(),
            query: None,
            pairs: Vec::new(),
            body,
            timeout: None,
            limit: None,
        }
    }

    /// Adds a pair to the query, which is percent-encoded here.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pairs.push((name.into(), value.into()));
        self
    }

    /// The query as it stands in a URL, percent-encoded by the caller; pairs follow it.
    pub fn query_string(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// The body: the text of a JSON value, sent as it is written. In the place of an upload.
    pub fn json(mut self, json: impl Into<String>) -> Self {
        self.body = Body::Json(json.into());
        self
    }

    /// Bounds the whole call, retries included, in the place of the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The largest response body that is read, in the place of the client's.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.limit = Some(bytes);
        self
    }

    fn check(self, settings: &Settings) -> Result<Asked, Error> {
        let started = Instant::now();
        let method = method(&self.method)?;
        let refuse = |_| Error::invalid_argument("path", "cannot be requested");
        let uri = |text: &str| text.parse::<Uri>().map_err(refuse);
        let mut url = path::join(&settings.base, &self.path)?;
        path::add_query(&mut url, self.query.as_deref(), &self.pairs)?;
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::invalid_argument(
                "timeout_ms",
                "must be greater than 0",
            ));
        }
        if self.limit == Some(0) {
            let problem = "must be greater than 0";
            return Err(Error::invalid_argument("max_response_bytes", problem));
        }
        let timeout = self.timeout.unwrap_or(settings.timeout);
        let limit = self
            .limit
            .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Asked {
            method,
            path: uri(&url[Position::BeforePath..])?,
            uri: uri(url.as_str())?,
            url,
            content: self.body.check()?,
            limit: limit.unwrap_or(settings.max_response_bytes),
            started,
            deadline: started + timeout.min(LONGEST_TIMEOUT),
        })
    }
}

impl Body {
    fn check(self) -> Result<Content, Error> {
        match self {
            Self::Nothing => Ok(Content::Nothing),
            Self::Json(json) => {
                serde_json::from_str::<IgnoredAny>(&json).map_err(|error| {
                    Error::invalid_argument("json_body", format!("is not JSON: {error}"))
                })?;
                Ok(Content::Json(Bytes::from(json)))
            }
            Self::Upload(upload) => upload.check().map(|()| Content::Form(upload)),
        }
    }
}

/// Not `TRACE`, whose answer would show the API key, and not `CONNECT`, which is for proxies.
fn method(name: &str) -> Result<Method, Error> {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let mut known = known.into_iter();
    known
        .find(|known| known.as_str().eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            let problem = "must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS";
            Error::invalid_argument("method", problem)
        })
}

impl RequestBuilder<'_, Client> {
    /// Sends it and waits for the whole response.
    ///
    /// # Errors
    ///
    /// Each [`Status`](crate::Status) but `Cancelled` and `Overloaded`. A status of the service that is not from 200 to 299
    /// is an error, with the service's code and detail, and so is a redirect, which is not followed.
    pub fn send(self) -> Result<Response, Error> {
        let client = self.client;
        client.engine().request(self.check(client.settings())?)
    }

    /// Sends it without waiting: its completion, by `tag`, is there to [`Client::poll`] later.
    ///
    /// # Errors
    ///
    /// As [`Client::submit`].
    pub fn submit(self, tag: u64) -> Result<(), Error> {
        let client = self.client;
        let asked = self.check(client.settings())?;
        client.engine().submit_request(asked, tag)
    }
}

impl RequestBuilder<'_, AsyncClient> {
    /// Sends it now; the future brings the whole response. Dropped before it is ready, it gives the request up.
    ///
    /// # Errors
    ///
    /// As [`RequestBuilder::send`] of a [`Client`]. [`InvalidArgument`](crate::Status::InvalidArgument) and
    /// [`Overloaded`](crate::Status::Overloaded) are ready at once.
    pub fn send(self) -> ResponseFuture {
        let client = self.client.client();
        let asked = self.check(client.settings());
        ResponseFuture::new(
            client,
            asked.and_then(|asked| client.engine().begin_request(asked)),
        )
    }
}

impl Client {
    /// Any call of the service: a method and a path below the base URL.
    ///
    /// ```no_run
    /// # use robofy_client::{Client, Options};
    /// let client = Client::new("your-api-key", &Options::new())?;
    /// let created = client
    ///     .request("POST", "/v1/ai-agent/chatbot/your-project-id")
    ///     .json(r#"{"name": "Support", "language": "en"}"#)
    ///     .send()?;
    /// println!("{:?}", created.data());
    /// # Ok::<(), robofy_client::Error>(())
    /// ```
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder<'_, Self> {
        RequestBuilder::new(self, method, path, Body::Nothing)
    }

    /// A multipart `POST` to a path below the base URL.
    pub fn upload(&self, path: &str, upload: &Upload) -> RequestBuilder<'_, Self> {
        RequestBuilder::new(self, "POST", path, Body::Upload(upload.clone()))
    }
}

impl AsyncClient {
    /// Any call of the service: a method and a path below the base URL.
    ///
    /// ```no_run
    /// # use robofy_client::{AsyncClient, Options};
    /// # async fn list(client: AsyncClient) -> Result<(), robofy_client::Error> {
    /// let response = client.request("GET", "/v1/projects").query("page", "2").send().await?;
    /// println!("{:?}", response.data());
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder<'_, Self> {
        RequestBuilder::new(self, method, path, Body::Nothing)
    }

    /// A multipart `POST` to a path below the base URL.
    pub fn upload(&self, path: &str, upload: &Upload) -> RequestBuilder<'_, Self> {
        RequestBuilder::new(self, "POST", path, Body::Upload(upload.clone()))
    }
}

/// The method and the path, without query and body.
impl<C> fmt::Debug for RequestBuilder<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    fn check(
        build: impl FnOnce(RequestBuilder<'_, ()>) -> RequestBuilder<'_, ()>,
    ) -> Result<Asked, Error> {
        let settings = Options::new().validate().unwrap();
        let request = RequestBuilder::new(&(), "get", "/v1/projects", Body::Nothing);
        build(request).check(&settings)
    }

    #[test]
    fn what_cannot_be_sent_is_refused_by_name() {
        let refused = |build: fn(RequestBuilder<'_, ()>) -> RequestBuilder<'_, ()>| {
            check(build).err().unwrap().message().to_owned()
        };
        assert!(refused(|request| request.json("secret")).starts_with("json_body "));
        assert!(!refused(|request| request.json("secret")).contains("secret"));
        assert!(refused(|request| request.timeout(Duration::ZERO)).starts_with("timeout_ms "));
        assert!(
            refused(|request| request.max_response_bytes(0)).starts_with("max_response_bytes ")
        );
        assert!(refused(|request| request.query_string("a#b")).starts_with("query "));
        for name in ["", "TRACE", "CONNECT", "GET ", "BREW", "GET\r\n"] {
            assert!(
                method(name).unwrap_err().message().starts_with("method "),
                "{name}"
            );
        }
    }

    #[test]
    fn a_request_is_put_together() {
        let asked = check(|request| request.query("a", "b c").json(" {\"x\": 1.10} ")).unwrap();
        assert_eq!(asked.method, Method::GET);
        assert_eq!(
            asked.url.as_str(),
            "https://agents.robofy.ai/v1/projects?a=b+c"
        );
        assert!(matches!(asked.content, Content::Json(json) if json == " {\"x\": 1.10} "));
        assert_eq!(asked.limit, 8 << 20);
    }
}
