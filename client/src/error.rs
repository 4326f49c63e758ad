//! What a caller sees fail: one status, one sentence a person can act on, and whether sending again may help.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Why a chat has no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The caller's mistake, found before anything was sent.
    InvalidArgument,
    /// The service was never reached: DNS, refused, proxy, unreachable, stream refused.
    Connect,
    /// The certificate or the TLS handshake.
    Tls,
    /// The deadline passed.
    Timeout,
    /// The connection was lost after the request was sent: the agent may have seen the message.
    Interrupted,
    /// Not what the service documents.
    Protocol,
    /// 400, 422 and other 4xx.
    BadRequest,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 429, or refused here by the client's own pacing.
    RateLimited,
    /// 5xx.
    Server,
    /// Cancelled by the caller.
    Cancelled,
    /// The client's limit of chats in flight is reached.
    Overloaded,
    /// A bug in this library: please report it.
    Internal,
}

impl Status {
    pub(crate) const ALL: [Self; 15] = [
        Self::InvalidArgument,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::Interrupted,
        Self::Protocol,
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::RateLimited,
        Self::Server,
        Self::Cancelled,
        Self::Overloaded,
        Self::Internal,
    ];

    /// The status in lower case, for example `rate_limited`: for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Protocol => "protocol",
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Cancelled => "cancelled",
            Self::Overloaded => "overloaded",
            Self::Internal => "internal",
        }
    }
}

/// Whether a message may be sent again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resend {
    /// The agent cannot have seen it, and trying later may help.
    Safe,
    /// The agent may have seen it.
    Ambiguous,
    /// Sending the same again cannot help.
    Never,
}

/// A chat that failed, or an argument that was refused.
///
/// The API key never appears in it, not even where the service echoed it.
#[derive(Clone, Debug)]
pub struct Error(Box<Failure>);

#[derive(Clone, Debug)]
struct Failure {
    status: Status,
    message: Cow<'static, str>,
    http_status: Option<u16>,
    code: Option<String>,
    detail: Option<String>,
    retry_after: Option<Duration>,
    resend: Resend,
}

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        let resend = match status {
            Status::Connect => Resend::Safe,
            Status::Interrupted => Resend::Ambiguous,
            _ => Resend::Never,
        };
        Self(Box::new(Failure {
            status,
            message: message.into(),
            http_status: None,
            code: None,
            detail: None,
            retry_after: None,
            resend,
        }))
    }

    /// An argument or option that cannot be used: `parameter` is its name in the C interface.
    pub fn invalid_argument(parameter: &str, problem: impl fmt::Display) -> Self {
        Self::new(Status::InvalidArgument, format!("{parameter} {problem}"))
    }

    /// A bug in this library.
    pub fn internal(what: impl fmt::Display) -> Self {
        Self::new(
            Status::Internal,
            format!("{what}; this is a bug in robofy, please report it"),
        )
    }

    pub(crate) fn with_http_status(mut self, http_status: u16) -> Self {
        self.0.http_status = Some(http_status);
        self
    }

    pub(crate) fn with_service_words(
        mut self,
        code: Option<String>,
        detail: Option<String>,
    ) -> Self {
        self.0.code = code;
        self.0.detail = detail;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_resend(mut self, resend: Resend) -> Self {
        self.0.resend = resend;
        self
    }

    pub(crate) fn resend(&self) -> Resend {
        self.0.resend
    }

    /// The kind of failure.
    pub fn status(&self) -> Status {
        self.0.status
    }

    /// One line a person can act on.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the response, if there was one.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The service's own code, for example `UNAUTHORIZED`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's own sentence about the failure.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// True if the agent has not seen the message and sending it again, later, may help.
    pub fn is_retryable(&self) -> bool {
        self.0.resend == Resend::Safe
    }

    /// How long the service asked to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
