//! What went wrong, for people, for programs that read JSON, and as an exit code.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::c;
use crate::text::harmless;

/// The kinds of failure, with the library's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The tool itself: its output cannot be written.
    Tool,
    /// A `RobofyStatus`.
    Library(u32),
}

impl Status {
    /// The caller's mistake, the tool's own checks included.
    pub const INVALID_ARGUMENT: Self = Self::Library(c::ROBOFY_STATUS_INVALID_ARGUMENT);
    /// The service was never reached.
    pub const CONNECT: Self = Self::Library(c::ROBOFY_STATUS_CONNECT);
    /// The certificate or the handshake.
    pub const TLS: Self = Self::Library(c::ROBOFY_STATUS_TLS);
    /// The deadline passed.
    pub const TIMEOUT: Self = Self::Library(c::ROBOFY_STATUS_TIMEOUT);
    /// Not what the service documents.
    pub const PROTOCOL: Self = Self::Library(c::ROBOFY_STATUS_PROTOCOL);
    /// 400, 422 and other 4xx.
    pub const BAD_REQUEST: Self = Self::Library(c::ROBOFY_STATUS_BAD_REQUEST);
    /// 401.
    pub const UNAUTHORIZED: Self = Self::Library(c::ROBOFY_STATUS_UNAUTHORIZED);
    /// 403.
    pub const FORBIDDEN: Self = Self::Library(c::ROBOFY_STATUS_FORBIDDEN);
    /// 404.
    pub const NOT_FOUND: Self = Self::Library(c::ROBOFY_STATUS_NOT_FOUND);
    /// 429.
    pub const RATE_LIMITED: Self = Self::Library(c::ROBOFY_STATUS_RATE_LIMITED);
    /// A webhook's signature is missing or wrong.
    pub const SIGNATURE: Self = Self::Library(c::ROBOFY_STATUS_SIGNATURE);
    /// A store cannot be read.
    pub const STORAGE: Self = Self::Library(c::ROBOFY_STATUS_STORAGE);
    /// 5xx.
    pub const SERVER: Self = Self::Library(c::ROBOFY_STATUS_SERVER);

    /// The status in lower case, as `robofy_client_stats` has it.
    pub fn name(self) -> String {
        let Self::Library(number) = self else {
            return "tool".to_owned();
        };
        let known = usize::try_from(number)
            .ok()
            .and_then(|at| c::STATUS_NAMES.get(at));
        known.map_or_else(|| format!("status_{number}"), |name| (*name).to_owned())
    }

    /// One more than the library's number, so that 0 is success and 2 a mistake in the command line.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Tool => 1,
            Self::Library(number) => u8::try_from(number.saturating_add(1)).unwrap_or(u8::MAX),
        }
    }
}

/// The end of `--help`: exit codes are a promise.
pub const EXIT_CODES: &str = "\
Exit codes:
   0  done: the agent answered, every step is ok
   1  the output cannot be written
   2  the command line, the settings or the API key's file (invalid_argument)
   3  the service was not reached: DNS, refused, proxy (connect)
   4  the certificate or the TLS handshake (tls)
   5  the deadline passed (timeout)
   6  the connection was lost after sending (interrupted)
   7  not what the service documents: check the base URL (protocol)
   8  400, 422 and other 4xx (bad_request)
   9  401: the API key is missing or invalid (unauthorized)
  10  403: the API key may not use this agent (forbidden)
  11  404: no such project or agent (not_found)
  12  429: too many messages (rate_limited)
  13  5xx: the service failed (server)
  14  cancelled (cancelled)
  16  a bug in the library (internal)
  17  the signature of a webhook is missing or wrong (signature)
  18  the store of an inbox cannot be read (storage)
 130  ended by Ctrl-C";

const ENVIRONMENT: &str = "the environment, and --proxy goes before it";

/// Where each of the library's parameters is set.
const SET_BY: [(&str, &str); 16] = [
    ("api_key", "ROBOFY_API_KEY or --api-key-file"),
    ("base_url", "--base-url or ROBOFY_BASE_URL"),
    ("chatbot_id", "--chatbot-id or ROBOFY_CHATBOT_ID"),
    ("pid", "--pid or ROBOFY_PID"),
    ("project_id", "--pid or ROBOFY_PID"),
    ("proxy", "--proxy, or HTTPS_PROXY and ALL_PROXY"),
    ("https_proxy", ENVIRONMENT),
    ("HTTPS_PROXY", ENVIRONMENT),
    ("all_proxy", ENVIRONMENT),
    ("ALL_PROXY", ENVIRONMENT),
    ("ca_file", "--ca-file"),
    ("session_id", "--session"),
    ("user_context", "--user-context"),
    ("query", "MESSAGE, standard input or -q"),
    ("path", "PATH or --stream"),
    ("json_body", "-d"),
];

/// Why there is no answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind.
    pub status: Status,
    /// One line a person can act on.
    pub message: String,
    /// The response's, if there was one.
    pub http_status: Option<i32>,
    /// The service's own code.
    pub code: Option<String>,
    /// The service's own sentence.
    pub detail: Option<String>,
    /// Sending again, later, is safe and may help.
    pub retryable: bool,
    /// 0 if the service did not say.
    pub retry_after_ms: u64,
}

impl Failure {
    /// Found by the tool itself.
    pub fn new(status: Status, message: String) -> Self {
        Self {
            status,
            message,
            http_status: None,
            code: None,
            detail: None,
            retryable: false,
            retry_after_ms: 0,
        }
    }

    /// The user's mistake.
    pub fn usage(message: String) -> Self {
        Self::new(Status::INVALID_ARGUMENT, message)
    }

    /// Nothing to do with the service.
    pub fn tool(message: String) -> Self {
        Self::new(Status::Tool, message)
    }

    /// The failure and what to do, for the terminal.
    pub fn explanation(&self) -> String {
        let mut text = format!("robofy: {}", harmless(&self.message));
        for hint in self.hints() {
            let _ = write!(text, "\nrobofy: {hint}");
        }
        text
    }

    /// What the library, which knows nothing of this tool, cannot say.
    fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        hints.extend(self.wait());
        match self.status {
            Status::CONNECT | Status::TLS => {
                hints.push("`robofy check` shows at which step it fails".to_owned());
            }
            Status::UNAUTHORIZED => {
                hints.push("`robofy check` shows where the API key was read from".to_owned());
            }
            Status::TIMEOUT => hints.push("--timeout SECONDS allows more time".to_owned()),
            _ => {}
        }
        hints.extend(self.set_by());
        hints
    }

    /// How long the service asks to wait, if it does.
    pub fn wait(&self) -> Option<String> {
        let seconds = self.retry_after_ms.div_ceil(1000);
        (seconds > 0).then(|| format!("the service asks to wait {seconds} s"))
    }

    /// Where the parameters are set that the message names.
    pub fn set_by(&self) -> Option<String> {
        let advised = match self.status {
            Status::INVALID_ARGUMENT | Status::FORBIDDEN | Status::NOT_FOUND | Status::TLS => {
                &self.message
            }
            // What comes before the advice is the service's, and may name anything.
            Status::PROTOCOL | Status::BAD_REQUEST => self.message.rsplit("; ").next()?,
            _ => return None,
        };
        let named = |parameter: &str| {
            advised
                .split(|c: char| c != '_' && !c.is_alphanumeric())
                .any(|word| word == parameter)
        };
        let settings: Vec<String> = SET_BY
            .iter()
            .filter(|(parameter, _)| named(parameter))
            .map(|(parameter, option)| format!("{parameter} is set by {option}"))
            .collect();
        (!settings.is_empty()).then(|| settings.join("; "))
    }

    /// For `--json`.
    pub fn to_json(&self) -> Value {
        json!({
            "status": self.status.name(),
            "http_status": self.http_status,
            "code": self.code,
            "detail": self.detail,
            "message": self.message,
            "retryable": self.retryable,
            "retry_after_ms": Some(self.retry_after_ms).filter(|ms| *ms > 0),
            "exit_code": self.status.exit_code(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_one_more_than_the_statuses() {
        assert_eq!(Status::Tool.exit_code(), 1);
        assert_eq!(Status::INVALID_ARGUMENT.exit_code(), 2);
        assert_eq!(Status::FORBIDDEN.exit_code(), 10);
        assert_eq!(Status::Library(u32::MAX).exit_code(), u8::MAX);
    }

    #[test]
    fn a_status_of_a_later_library_has_a_name() {
        assert_eq!(Status::Library(15).name(), "internal");
        assert_eq!(Status::Library(18).name(), "status_18");
    }

    #[test]
    fn the_hints_name_the_options() {
        let failure = Failure::usage("base_url is not an absolute URL".to_owned());
        assert_eq!(
            failure.hints(),
            ["base_url is set by --base-url or ROBOFY_BASE_URL"]
        );
    }

    #[test]
    fn what_the_service_says_names_no_option() {
        let message = "400 BAD_REQUEST: query is missing; check pid, chatbot_id and the message";
        let failure = Failure::new(Status::BAD_REQUEST, message.to_owned());
        let hint = "chatbot_id is set by --chatbot-id or ROBOFY_CHATBOT_ID; pid is set by --pid or ROBOFY_PID";
        assert_eq!(failure.hints(), [hint]);
    }

    #[test]
    fn a_response_that_is_not_the_services_names_the_base_url() {
        let failure = Failure::new(
            Status::PROTOCOL,
            "302 Found; redirects are not followed; check base_url".to_owned(),
        );
        assert_eq!(
            failure.hints(),
            ["base_url is set by --base-url or ROBOFY_BASE_URL"]
        );
    }
}
