//! `RobofyOptions`.

use std::ffi::c_char;
use std::path::Path;
use std::time::Duration;

use robofy_client::{DEFAULT_BASE_URL, Error, Options};

use crate::boundary::guard;
use crate::text::{BadValues, optional};

/// How a client behaves. A client copies its options: they may be reused, changed or freed afterwards.
/// robofy_client_new reports a bad value by its name. NULL for a text means the default. Only one thread at a
/// time may set its values.
///
/// Methods:
/// - robofy_options_new, robofy_options_free
/// - robofy_options_set_base_url, robofy_options_set_proxy, robofy_options_set_ca_file: the way to the service
/// - robofy_options_set_timeout_ms, robofy_options_set_connect_timeout_ms: bounds on time
/// - robofy_options_set_max_retries, robofy_options_set_retry_ambiguous: when a message is sent again
/// - robofy_options_set_max_in_flight, robofy_options_set_ordered_sessions, robofy_options_set_rate_limit:
///   how many messages go out, in which order and how fast
/// - robofy_options_set_user_agent, robofy_options_set_max_response_bytes
///
/// Since 0.1.0.
#[derive(Default)]
pub struct RobofyOptions {
    options: Options,
    bad: BadValues,
}

impl RobofyOptions {
    /// The options, unless a setter was given a bad value.
    pub(crate) fn checked(&self) -> Result<&Options, Error> {
        self.bad.report().map(|()| &self.options)
    }

    /// # Safety
    /// As for [`optional`].
    unsafe fn set_text(
        &mut self,
        parameter: &'static str,
        text: *const c_char,
        set: impl FnOnce(&mut Options, Option<&str>),
    ) {
        // SAFETY: as the caller promises.
        let text = unsafe { optional(text) };
        if let Some(text) = self.bad.check(parameter, text) {
            set(&mut self.options, text);
        }
    }
}

/// Options with every default.
///
/// @return Options to be freed with robofy_options_free; never NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_new() -> Option<Box<RobofyOptions>> {
    guard(|| Some(Box::default()))
}

/// Frees options. Clients made with them are not affected.
///
/// @param options What robofy_options_new returned; may be NULL.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_free(options: Option<Box<RobofyOptions>>) {
    guard(|| drop(options));
}

/// Where the service is. A path in the URL is put in front of the service's own path.
///
/// @param options The options to change; with NULL nothing happens.
/// @param url     An absolute https:// URL with an ASCII host (an internationalised name in its xn-- form),
///     without user name, query and fragment. Plain http:// is accepted for loopback addresses only, because it
///     would show the API key to others. NULL for the default, "https://agents.robofy.ai".
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_options_set_base_url(
    options: Option<&mut RobofyOptions>,
    url: *const c_char,
) {
    guard(|| {
        let Some(options) = options else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        unsafe {
            options.set_text("base_url", url, |options, url| {
                options.base_url(url.unwrap_or(DEFAULT_BASE_URL));
            });
        }
    });
}

/// How long a whole call may take, with every attempt and every wait between attempts. An agent that uses tools
/// can take tens of seconds.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds, greater than 0; the default is 60 000.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_timeout_ms(options: Option<&mut RobofyOptions>, ms: u64) {
    guard(|| {
        if let Some(options) = options {
            options.options.timeout(Duration::from_millis(ms));
        }
    });
}

/// How long each attempt may take to reach the service: DNS, proxy, TCP and TLS.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ms      Milliseconds, greater than 0; the default is 10 000.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_connect_timeout_ms(
    options: Option<&mut RobofyOptions>,
    ms: u64,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.connect_timeout(Duration::from_millis(ms));
        }
    });
}

/// How often a message is sent again after a failure in which the agent cannot have seen it: no connection,
/// HTTP/2 stream refused (RFC 9113, section 8.7), 408, 429, 503. Between attempts the library waits: exponential
/// backoff with full jitter, and not less than the service's Retry-After. If the wait would end after the
/// deadline, the call fails at once with the last error. If the service closes an HTTP/2 connection before it has
/// taken a message (GOAWAY), the message goes to another connection at once. That counts as a retry only if a
/// rate_limit is set.
///
/// @param options The options to change; with NULL nothing happens.
/// @param retries Attempts after the first; the default is 2, and 0 is for never.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_max_retries(
    options: Option<&mut RobofyOptions>,
    retries: u32,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.max_retries(retries);
        }
    });
}

/// Also sends again where the agent may have seen the message: 500, 502, 504 and other 5xx, and a lost
/// connection. An agent that books appointments could then book twice.
///
/// @param options The options to change; with NULL nothing happens.
/// @param retry   True to do so; the default is false.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_retry_ambiguous(
    options: Option<&mut RobofyOptions>,
    retry: bool,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.retry_ambiguous(retry);
        }
    });
}

/// The proxy to tunnel through. Plain http is never sent through a proxy.
///
/// @param options The options to change; with NULL nothing happens.
/// @param url     An http:// or https:// URL for CONNECT; socks5://, with which the service's name is looked up here;
///     or socks5h://, with which the proxy looks it up. For example "http://user:password@proxy.example:3128",
///     where reserved characters of user and password are percent-encoded; "" for none. NULL, the default, for
///     the environment's: HTTPS_PROXY, ALL_PROXY and NO_PROXY. A lower-case name goes first. They are read once by
///     robofy_client_new and never used for a base URL on loopback.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_options_set_proxy(
    options: Option<&mut RobofyOptions>,
    url: *const c_char,
) {
    guard(|| {
        let Some(options) = options else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        unsafe {
            options.set_text("proxy", url, |options, url| _ = options.proxy(url));
        }
    });
}

/// Certificate authorities to trust in addition to the platform's. A certificate in the file is also accepted as
/// the service's own. Certificates are always verified, with their names and dates: no option turns that off.
///
/// @param options  The options to change; with NULL nothing happens.
/// @param pem_path The path, in UTF-8, of a PEM file, which is read by robofy_client_new; NULL, the default,
///     for none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_options_set_ca_file(
    options: Option<&mut RobofyOptions>,
    pem_path: *const c_char,
) {
    guard(|| {
        let Some(options) = options else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        unsafe {
            options.set_text("ca_file", pem_path, |options, path| {
                _ = options.ca_file(path.map(Path::new));
            });
        }
    });
}

/// The name of your product. It is sent in the User-Agent header, in front of `robofy/<version>`.
///
/// @param options The options to change; with NULL nothing happens.
/// @param product Printable ASCII, for example "my-gateway/1.2"; NULL, the default, for none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn robofy_options_set_user_agent(
    options: Option<&mut RobofyOptions>,
    product: *const c_char,
) {
    guard(|| {
        let Some(options) = options else { return };
        // SAFETY: NULL or a NUL-terminated string, as the header's rules say.
        unsafe {
            options.set_text("user_agent", product, |options, product| {
                _ = options.user_agent(product);
            });
        }
    });
}

/// The largest response body that is read; a larger one is ROBOFY_STATUS_PROTOCOL.
///
/// @param options The options to change; with NULL nothing happens.
/// @param bytes   Greater than 0; the default is 8 388 608 (8 MiB).
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_max_response_bytes(
    options: Option<&mut RobofyOptions>,
    bytes: u64,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.max_response_bytes(bytes);
        }
    });
}

/// How many submitted messages, requests and uploads, and streams, may be in flight at once. What is submitted is in
/// flight until its completion is polled, a stream until its end was taken or it is freed. One more is refused with
/// ROBOFY_STATUS_OVERLOADED. Blocking calls do not count.
///
/// @param options The options to change; with NULL nothing happens.
/// @param chats   The limit; 0, the default, for none.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_max_in_flight(
    options: Option<&mut RobofyOptions>,
    chats: u32,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.max_in_flight(chats);
        }
    });
}

/// Sends the messages of one session_id one after another, in the order of the calls: each is sent when the one
/// before it was answered, has failed or was cancelled. Completions come in the same order. A message that is
/// cancelled, or times out, while it waits for its turn completes at once. Other sessions, and messages without a
/// session_id, do not wait. The time that a message waits counts towards its timeout.
///
/// @param options The options to change; with NULL nothing happens.
/// @param ordered True to do so; the default is false.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_ordered_sessions(
    options: Option<&mut RobofyOptions>,
    ordered: bool,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.ordered_sessions(ordered);
        }
    });
}

/// Limits how fast the account's messages are sent: `burst` at once after a pause, then `per_minute`, evenly
/// spread. The library stays up to 5 percent below that, because messages take different times to arrive. A retry
/// counts as a message. A message waits until it may be sent, and the wait counts towards its timeout. If it
/// would wait longer than that, it fails at once with ROBOFY_STATUS_RATE_LIMITED and HTTP status 0, it is not
/// sent, and robofy_error_retry_after_ms says when to try again. The service's fair use is 30 messages a minute.
/// To send no more than 30 in any minute, keep `per_minute` + `burst` at or below 31: 30 and 1, or 26 and 5.
///
/// @param options    The options to change; with NULL nothing happens.
/// @param per_minute Messages a minute; 0, the default, for no pacing.
/// @param burst      Messages at once; 0 is taken as 1.
///
/// Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn robofy_options_set_rate_limit(
    options: Option<&mut RobofyOptions>,
    per_minute: u32,
    burst: u32,
) {
    guard(|| {
        if let Some(options) = options {
            options.options.rate_limit(per_minute, burst);
        }
    });
}
