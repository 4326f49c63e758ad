//! What a caller chooses: the options with their defaults, and their one validation.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Uri;
use http::header::HeaderValue;
use url::Host;
use url::Url;

use crate::engine::retry::RetryPolicy;
use crate::error::Error;
use crate::secret::Secret;
use crate::wire::Endpoint;

/// Where the service lives (service contract, "Request").
pub const DEFAULT_BASE_URL: &str = "https://agents.robofy.ai";
/// The bound on a whole call, retries included.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// The bound on reaching the service.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a message that the agent cannot have seen is sent again.
pub const DEFAULT_MAX_RETRIES: u32 = 2;
/// The largest response body that is read.
pub const DEFAULT_MAX_RESPONSE_BYTES: u64 = 8 * 1024 * 1024;

/// A burst that takes longer than this to come back is without bound, and would overflow the clock.
const LONGEST_BURST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// How a client behaves. Every option has a default; [`Client::new`](crate::Client::new), which copies them, reports a bad
/// value by its name in the C interface.
///
/// ```
/// use std::time::Duration;
/// use robofy_client::{Client, Options};
///
/// let mut options = Options::new();
/// options
///     .timeout(Duration::from_secs(30))
///     .user_agent(Some("my-gateway/1.2"))
///     .ordered_sessions(true)
///     .rate_limit(25, 5);
/// let client = Client::new("your-api-key", &options)?;
///
/// let refused = Client::new("your-api-key", Options::new().timeout(Duration::ZERO)).unwrap_err();
/// assert_eq!(refused.message(), "timeout_ms must be greater than 0");
/// # Ok::<(), robofy_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    base_url: String,
    timeout: Duration,
    connect_timeout: Duration,
    max_retries: u32,
    retry_ambiguous: bool,
    pub(crate) proxy: Option<Secret>,
    pub(crate) ca_file: Option<PathBuf>,
    user_agent: Option<String>,
    max_response_bytes: u64,
    max_in_flight: u32,
    ordered_sessions: bool,
    rate_limit: (u32, u32),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            max_retries: DEFAULT_MAX_RETRIES,
            retry_ambiguous: false,
            proxy: None,
            ca_file: None,
            user_agent: None,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            max_in_flight: 0,
            ordered_sessions: false,
            rate_limit: (0, 0),
        }
    }
}

impl Options {
    /// All defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the service is: an absolute `https://` URL, default [`DEFAULT_BASE_URL`]. A path is kept in front of the
    /// service's own. Its host is ASCII (an internationalised name in its `xn--` form). Plain `http://` is accepted to
    /// loopback only, because it shows the API key.
    pub fn base_url(&mut self, url: impl Into<String>) -> &mut Self {
        self.base_url = url.into();
        self
    }

    /// Bounds a whole call: every attempt and every wait between attempts. Greater than 0, default [`DEFAULT_TIMEOUT`]. An
    /// agent with tools takes seconds to tens of seconds.
    pub fn timeout(&mut self, timeout: Duration) -> &mut Self {
        self.timeout = timeout;
        self
    }

    /// Bounds reaching the service, for each attempt: DNS, proxy, TCP and TLS. Greater than 0, default
    /// [`DEFAULT_CONNECT_TIMEOUT`].
    pub fn connect_timeout(&mut self, timeout: Duration) -> &mut Self {
        self.connect_timeout = timeout;
        self
    }

    /// How often a message is sent again after a failure in which the agent cannot have seen it: no connection, HTTP/2
    /// stream refused, 408, 429, 503. Default [`DEFAULT_MAX_RETRIES`]; 0 for never. In between the library waits:
    /// exponential backoff with full jitter, at least the service's `Retry-After`. If a wait would pass the deadline, the
    /// call fails at once with the last error.
    /// A message that meets an HTTP/2 connection which the service is closing goes to another one at once: that is not
    /// counted here, save with a [`rate_limit`](Self::rate_limit).
    pub fn max_retries(&mut self, retries: u32) -> &mut Self {
        self.max_retries = retries;
        self
    }

    /// Also sends again where the agent may have seen the message: 500, 502, 504 and other 5xx, and a lost connection.
    /// Default false, since an agent that books appointments would book twice.
    pub fn retry_ambiguous(&mut self, retry: bool) -> &mut Self {
        self.retry_ambiguous = retry;
        self
    }

    /// The proxy to tunnel through, for example `http://user:password@proxy.example:3128`; an empty text for none. With
    /// `http://` and `https://` that is CONNECT; with `socks5://` the service's name is looked up here, with `socks5h://` by
    /// the proxy. The default, `None`, is the environment's: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in small letters
    /// first, read once by [`Client::new`](crate::Client::new) and never used for a base URL on loopback. Plain http is
    /// never sent through a proxy.
    pub fn proxy(&mut self, url: Option<&str>) -> &mut Self {
        self.proxy = url.map(|url| Secret::new(url.to_owned()));
        self
    }

    /// A PEM file of certificate authorities to trust beside the platform's, read by [`Client::new`](crate::Client::new).
    /// A certificate in it is also accepted as the service's own. Certificates are always verified, with their names and
    /// dates.
    pub fn ca_file(&mut self, pem_path: Option<&Path>) -> &mut Self {
        self.ca_file = pem_path.map(Path::to_owned);
        self
    }

    /// The calling product, for example `my-gateway/1.2`: printable ASCII, sent in the `User-Agent` header in front of
    /// `robofy/<version>`.
    pub fn user_agent(&mut self, product: Option<&str>) -> &mut Self {
        self.user_agent = product.map(str::to_owned);
        self
    }

    /// The largest response body that is read, in bytes; a larger one is [`Protocol`](crate::Status::Protocol). Greater than
    /// 0, default [`DEFAULT_MAX_RESPONSE_BYTES`].
    pub fn max_response_bytes(&mut self, bytes: u64) -> &mut Self {
        self.max_response_bytes = bytes;
        self
    }

    /// How many submitted and awaited messages, requests and uploads, and streams, may be in flight together: a submitted one
    /// until its completion is polled, an awaited one until its future is ready or dropped. One more is refused with
    /// [`Overloaded`](crate::Status::Overloaded). Blocking calls do not count. Default 0: no limit.
    pub fn max_in_flight(&mut self, chats: u32) -> &mut Self {
        self.max_in_flight = chats;
        self
    }

    /// Sends the messages of one session one after another, in the order of the calls, each after the one before is
    /// answered, has failed or was cancelled. Other sessions, and messages without one, are not held up. The wait counts
    /// towards a message's timeout. Default false.
    pub fn ordered_sessions(&mut self, ordered: bool) -> &mut Self {
        self.ordered_sessions = ordered;
        self
    }

    /// Paces the account's messages: `burst` at once (0 is taken as 1), then `per_minute` evenly spread; retries count. A
    /// message waits for its moment inside its timeout; one whose moment would come too late fails at once with
    /// [`RateLimited`](crate::Status::RateLimited) and was never sent. A `per_minute` of 0, the default, means no pacing. The
    /// service's fair use is 30 messages a minute. For a strict count of 30, keep `per_minute` + `burst` at or below 31.
    pub fn rate_limit(&mut self, per_minute: u32, burst: u32) -> &mut Self {
        self.rate_limit = (per_minute, burst);
        self
    }

    fn pace(&self) -> Option<Pace> {
        let (per_minute, burst) = self.rate_limit;
        let interval = Duration::from_secs(60).checked_div(per_minute)?;
        let max_burst = LONGEST_BURST.as_nanos() / interval.as_nanos().max(1);
        Some(Pace {
            interval,
            burst: burst.clamp(1, u32::try_from(max_burst).unwrap_or(u32::MAX)),
        })
    }

    /// The options as the engine uses them, or the first bad value by name.
    pub(crate) fn validate(&self) -> Result<Settings, Error> {
        for (name, zero) in [
            ("timeout_ms", self.timeout.is_zero()),
            ("connect_timeout_ms", self.connect_timeout.is_zero()),
            ("max_response_bytes", self.max_response_bytes == 0),
        ] {
            if zero {
                return Err(Error::invalid_argument(name, "must be greater than 0"));
            }
        }
        let base = base(&self.base_url)?;
        let whatsapp = below(&base, Endpoint::WhatsApp);
        Ok(Settings {
            whatsapp: Target::of(&whatsapp)?,
            any_platform: Target::of(&below(&base, Endpoint::AnyPlatform))?,
            host: host(&base)?,
            base,
            endpoint: whatsapp,
            user_agent: user_agent(self.user_agent.as_deref())?,
            timeout: self.timeout,
            connect_timeout: self.connect_timeout,
            retry: RetryPolicy {
                max_retries: self.max_retries,
                ambiguous: self.retry_ambiguous,
            },
            max_response_bytes: usize::try_from(self.max_response_bytes).unwrap_or(usize::MAX),
            max_in_flight: self.max_in_flight as usize,
            ordered_sessions: self.ordered_sessions,
            pace: self.pace(),
        })
    }
}

/// A timeout beyond this is no bound to anybody, and would overflow the clock.
pub(crate) const LONGEST_TIMEOUT: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// One message every `interval`, and `burst` at once after a pause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    pub(crate) interval: Duration,
    /// At least 1.
    pub(crate) burst: u32,
}

/// The validated options that each chat needs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The base URL, its path without a slash at its end.
    pub(crate) base: Url,
    /// Of WhatsApp chats.
    pub(crate) endpoint: Url,
    whatsapp: Target,
    any_platform: Target,
    /// The `Host` header of HTTP/1.1.
    pub(crate) host: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_in_flight: usize,
    pub(crate) ordered_sessions: bool,
    pub(crate) pace: Option<Pace>,
}

impl Settings {
    pub(crate) fn target(&self, endpoint: Endpoint) -> &Target {
        match endpoint {
            Endpoint::WhatsApp => &self.whatsapp,
            Endpoint::AnyPlatform => &self.any_platform,
        }
    }
}

/// An endpoint as requests name it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// In HTTP/1.1: the path.
    pub(crate) path: Uri,
    /// In HTTP/2.
    pub(crate) uri: Uri,
}

impl Target {
    /// Stricter than URLs are: what HTTP cannot send is found here, and not by each chat.
    pub(crate) fn of(endpoint: &Url) -> Result<Self, Error> {
        let refuse = |problem| Error::invalid_argument("base_url", problem);
        let path = endpoint.path().parse();
        let uri = endpoint.as_str().parse();
        Ok(Self {
            path: path.map_err(|_| refuse("has a path that cannot be requested"))?,
            uri: uri.map_err(|_| refuse("has a character that cannot stand in a request"))?,
        })
    }
}

fn base(base_url: &str) -> Result<Url, Error> {
    let refuse = |problem: &str| Err(Error::invalid_argument("base_url", problem));
    let Ok(mut url) = Url::parse(base_url) else {
        return refuse("is not an absolute URL such as https://agents.robofy.ai");
    };
    if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() || !url.has_host() {
        return refuse("is not an absolute http(s) URL such as https://agents.robofy.ai");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must not have a query or a fragment");
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return refuse(
            "must be https: plain http, which would show the API key, is allowed to loopback only",
        );
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn below(base: &Url, endpoint: Endpoint) -> Url {
    let mut url = base.clone();
    let prefix = base.path().trim_end_matches('/');
    url.set_path(&format!("{prefix}{}", endpoint.path()));
    url
}

fn host(endpoint: &Url) -> Result<HeaderValue, Error> {
    let host = endpoint.host_str().unwrap_or_default();
    let host = match endpoint.port() {
        Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
        None => HeaderValue::try_from(host),
    };
    host.map_err(|_| Error::invalid_argument("base_url", "has a host that cannot be requested"))
}

/// True for this machine's own addresses (RFC 5735, RFC 4291) and names (RFC 6761, section 6.3).
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback()
                || ip
                    .to_ipv4_mapped()
                    .is_some_and(|ip| IpAddr::V4(ip).is_loopback())
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

fn user_agent(product: Option<&str>) -> Result<HeaderValue, Error> {
    let own = concat!("robofy/", env!("CARGO_PKG_VERSION"));
    let Some(product) = product else {
        return Ok(HeaderValue::from_static(own));
    };
    let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if product.trim().is_empty() || !product.bytes().all(printable) {
        return Err(Error::invalid_argument(
            "user_agent",
            "must be printable ASCII, for example my-gateway/1.2",
        ));
    }
    HeaderValue::try_from(format!("{} {own}", product.trim()))
        .map_err(|_| Error::invalid_argument("user_agent", "cannot be sent in a header"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint_of(base_url: &str) -> Result<String, Error> {
        let mut options = Options::new();
        let settings = options.base_url(base_url).validate()?;
        Ok(settings.endpoint.into())
    }

    #[test]
    fn the_services_path_follows_the_base_url() {
        for (base, expected) in [
            (
                DEFAULT_BASE_URL,
                "https://agents.robofy.ai/v1/ai-agent/whatsapp/chat",
            ),
            (
                "https://gw.example/robofy/",
                "https://gw.example/robofy/v1/ai-agent/whatsapp/chat",
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080/v1/ai-agent/whatsapp/chat",
            ),
        ] {
            assert_eq!(endpoint_of(base).unwrap(), expected);
        }
    }

    #[test]
    fn plain_http_reaches_loopback_only() {
        for base in [
            "http://127.8.9.1",
            "http://[::1]:80",
            "http://localhost",
            "http://a.localhost.",
        ] {
            assert!(endpoint_of(base).is_ok(), "{base}");
        }
        for base in [
            "http://agents.robofy.ai",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://0.0.0.0",
        ] {
            assert!(endpoint_of(base).is_err(), "{base}");
        }
    }

    #[test]
    fn base_urls_that_cannot_work_are_refused_by_name() {
        for base in [
            "",
            "agents.robofy.ai",
            "/v1",
            "ftp://agents.robofy.ai",
            "https://",
            "https://user:secret@agents.robofy.ai",
            "https://agents.robofy.ai/?key=secret",
            "mailto:agents@robofy.ai",
            "https://agents{.robofy.ai",
        ] {
            let error = endpoint_of(base).unwrap_err();
            assert!(error.message().starts_with("base_url "), "{base}: {error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn no_pace_is_too_odd_to_be_kept() {
        for (per_minute, burst) in [(1, u32::MAX), (u32::MAX, u32::MAX), (u32::MAX, 1), (1, 0)] {
            let mut options = Options::new();
            options.rate_limit(per_minute, burst);
            let pace = options.pace().unwrap();
            assert!(!pace.interval.is_zero(), "{per_minute}, {burst}");
            assert!(pace.burst >= 1, "{per_minute}, {burst}");
            assert!(
                pace.interval * pace.burst <= LONGEST_BURST,
                "{per_minute}, {burst}"
            );
        }
        assert_eq!(Options::new().pace(), None);
    }

    #[test]
    fn the_product_stands_in_front_of_the_librarys_name() {
        let agent = user_agent(Some("gateway/2")).unwrap();
        assert!(agent.to_str().unwrap().starts_with("gateway/2 robofy/"));
        assert!(user_agent(Some("line\nbreak")).is_err());
    }
}
