//! What a caller sees fail: one status, one sentence a person can act on, and whether sending again may help.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::time::Duration;

/// Why a chat has no reply.
///
/// The numbers are those of the C interface (`ROBOFY_STATUS_*`); they are stable, and later versions only append.
///
/// ```
/// use robofy_client::Status;
///
/// assert_eq!(Status::RateLimited as i32, 11);
/// assert_eq!(Status::RateLimited.to_string(), "rate_limited");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The caller's mistake, found before anything was sent.
    InvalidArgument = 1,
    /// The service was never reached: DNS, refused, proxy, unreachable, stream refused.
    Connect = 2,
    /// The certificate or the TLS handshake.
    Tls = 3,
    /// The deadline passed.
    Timeout = 4,
    /// The connection was lost after the request was sent: the agent may have seen the message.
    Interrupted = 5,
    /// Not what the service documents.
    Protocol = 6,
    /// 400, 422 and other 4xx.
    BadRequest = 7,
    /// 401.
    Unauthorized = 8,
    /// 403.
    Forbidden = 9,
    /// 404.
    NotFound = 10,
    /// 429, or refused here by the client's own pacing.
    RateLimited = 11,
    /// 5xx.
    Server = 12,
    /// Cancelled by the caller.
    Cancelled = 13,
    /// The client's limit of chats in flight is reached.
    Overloaded = 14,
    /// A bug in this library: please report it.
    Internal = 15,
    /// A webhook's signature is missing or wrong: answer 401.
    Signature = 16,
    /// What came in could not be kept: answer 503, and it is sent again.
    Storage = 17,
}

impl Status {
    pub(crate) const ALL: [Self; 17] = [
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
        Self::Signature,
        Self::Storage,
    ];

    /// The place in [`ALL`](Self::ALL).
    pub(crate) fn index(self) -> usize {
        self as usize - 1
    }

    /// The status in lower case, for example `rate_limited`: for logs and metrics.
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    /// The name as C has it.
    #[doc(hidden)]
    pub fn c_name(self) -> &'static CStr {
        match self {
            Self::InvalidArgument => c"invalid_argument",
            Self::Connect => c"connect",
            Self::Tls => c"tls",
            Self::Timeout => c"timeout",
            Self::Interrupted => c"interrupted",
            Self::Protocol => c"protocol",
            Self::BadRequest => c"bad_request",
            Self::Unauthorized => c"unauthorized",
            Self::Forbidden => c"forbidden",
            Self::NotFound => c"not_found",
            Self::RateLimited => c"rate_limited",
            Self::Server => c"server",
            Self::Cancelled => c"cancelled",
            Self::Overloaded => c"overloaded",
            Self::Internal => c"internal",
            Self::Signature => c"signature",
            Self::Storage => c"storage",
        }
    }

    /// The status of a number, as C has it.
    #[doc(hidden)]
    pub fn from_number(number: u32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
/// It prints as [`message`](Self::message), which says the whole: there is no
/// [`source`](std::error::Error::source) beneath, whose text could show what must stay secret. The API key never appears in
/// it, not even where the service echoed it.
///
/// ```
/// use robofy_client::{Client, Options, Status};
///
/// let error = Client::new("", &Options::new()).unwrap_err();
/// assert_eq!(error.status(), Status::InvalidArgument);
/// assert_eq!(error.to_string(), "api_key must not be empty");
/// assert!(!error.is_retryable() && error.http_status().is_none());
/// ```
#[derive(Clone)]
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
            Status::Connect | Status::Storage => Resend::Safe,
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
    ///
    /// ```
    /// # use robofy_client::Error;
    /// let error = Error::invalid_argument("timeout_ms", "must be greater than 0");
    /// assert_eq!(error.message(), "timeout_ms must be greater than 0");
    /// ```
    pub fn invalid_argument(parameter: &str, problem: impl fmt::Display) -> Self {
        Self::new(Status::InvalidArgument, format!("{parameter} {problem}"))
    }

    /// A bug in this library, or in one around it.
    ///
    /// ```
    /// # use robofy_client::{Error, Status};
    /// assert_eq!(Error::internal("the runtime is gone").status(), Status::Internal);
    /// ```
    pub fn internal(what: impl fmt::Display) -> Self {
        Self::new(
            Status::Internal,
            format!("{what}; this is a bug in robofy, please report it"),
        )
    }

    /// A webhook's signature is missing or wrong.
    ///
    /// ```
    /// # use robofy_client::{Error, Status};
    /// assert_eq!(Error::signature("the webhook has no signature").status(), Status::Signature);
    /// ```
    pub fn signature(what: impl fmt::Display) -> Self {
        Self::new(Status::Signature, what.to_string())
    }

    /// What came in could not be kept: nothing was done with it, and it may be given again.
    ///
    /// ```
    /// # use robofy_client::{Error, Status};
    /// let error = Error::storage("/var/lib/bot: the disk is full; make room");
    /// assert_eq!(error.status(), Status::Storage);
    /// assert!(error.is_retryable());
    /// ```
    pub fn storage(what: impl fmt::Display) -> Self {
        Self::new(Status::Storage, what.to_string())
    }

    /// A limit is reached: nothing was done, and it may be tried again when something has ended.
    ///
    /// ```
    /// # use robofy_client::{Error, Status};
    /// assert_eq!(Error::overloaded("max_pending messages wait").status(), Status::Overloaded);
    /// ```
    pub fn overloaded(what: impl fmt::Display) -> Self {
        Self::new(Status::Overloaded, what.to_string())
    }

    pub(crate) fn reworded(mut self, words: impl FnOnce(&str) -> String) -> Self {
        self.0.message = words(&self.0.message).into();
        self
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

    /// The same after an attempt in which the agent may have seen the message: it may have been then.
    pub(crate) fn after(self, earlier: &Self) -> Self {
        match (self.resend(), earlier.resend()) {
            (Resend::Safe, Resend::Ambiguous) => {
                let message = format!(
                    "{}; the agent may have seen an earlier attempt",
                    self.0.message
                );
                let mut error = self.with_resend(Resend::Ambiguous);
                error.0.message = message.into();
                error
            }
            _ => self,
        }
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

/// One level deep, as `main` and logs print it; what there is nothing of is left out.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            status,
            message,
            http_status,
            code,
            detail,
            retry_after,
            resend: _,
        } = &*self.0;
        let mut shown = f.debug_struct("Error");
        shown.field("status", status).field("message", message);
        if let Some(http_status) = http_status {
            shown.field("http_status", http_status);
        }
        if let Some(code) = code {
            shown.field("code", code);
        }
        if let Some(detail) = detail {
            shown.field("detail", detail);
        }
        if let Some(retry_after) = retry_after {
            shown.field("retry_after", retry_after);
        }
        shown.field("is_retryable", &self.is_retryable()).finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_stand_at_their_place() {
        for (place, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(status.index(), place, "{status}");
        }
    }

    #[test]
    fn what_an_earlier_attempt_may_have_done_is_not_undone() {
        let lost = Error::new(Status::Interrupted, "lost");
        let refused = Error::new(Status::Connect, "refused");
        assert!(refused.clone().after(&refused).is_retryable());
        let after = refused.after(&lost);
        assert_eq!(after.resend(), Resend::Ambiguous);
        assert_eq!(
            after.message(),
            "refused; the agent may have seen an earlier attempt"
        );
        let denied = Error::new(Status::Unauthorized, "denied").after(&after);
        assert_eq!(denied.message(), "denied");
    }

    #[test]
    fn an_error_prints_as_its_message_and_shows_what_there_is() {
        let error = Error::new(Status::Unauthorized, "401 UNAUTHORIZED: check the API key")
            .with_http_status(401)
            .with_service_words(Some("UNAUTHORIZED".into()), None);
        assert_eq!(error.to_string(), "401 UNAUTHORIZED: check the API key");
        assert_eq!(
            format!("{error:?}"),
            r#"Error { status: Unauthorized, message: "401 UNAUTHORIZED: check the API key", http_status: 401, code: "UNAUTHORIZED", is_retryable: false }"#
        );
    }
}
