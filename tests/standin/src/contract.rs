//! The service's contract: what a request must be, and how a refusal is worded.

use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) const CHAT_PATH: &str = "/v1/ai-agent/whatsapp/chat";
/// The same chats, of users of any platform.
pub(crate) const ANY_PLATFORM_PATH: &str = "/v1/ai-agent/chat";

/// A chat that keeps the contract.
#[derive(Debug)]
pub(crate) struct ChatRequest {
    pub query: String,
    pub pid: String,
    pub chatbot_id: String,
    pub session_id: Option<String>,
}

/// The documented error envelope and the status that it comes with.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: StatusCode,
    pub message: String,
    pub code: String,
    pub detail: String,
}

impl Refusal {
    /// Worded as documented, or after the status's own name where nothing is documented.
    pub fn of(status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or("Unknown Status");
        let (code, detail) = match status {
            StatusCode::BAD_REQUEST => (
                "BAD_REQUEST",
                "Invalid request body or missing required fields.",
            ),
            StatusCode::UNAUTHORIZED => (
                "UNAUTHORIZED",
                "Authentication token is missing or invalid.",
            ),
            StatusCode::FORBIDDEN => ("FORBIDDEN", "You do not have access to this agent."),
            StatusCode::NOT_FOUND => ("PROJECT_NOT_FOUND", "No project has this ID."),
            StatusCode::INTERNAL_SERVER_ERROR => {
                ("INTERNAL_SERVER_ERROR", "An unexpected error occurred.")
            }
            _ => ("", ""),
        };
        let or = |text: &str, otherwise: String| {
            if text.is_empty() {
                otherwise
            } else {
                text.to_owned()
            }
        };
        Self {
            status,
            message: reason.to_owned(),
            code: or(
                code,
                reason
                    .to_uppercase()
                    .replace([' ', '-'], "_")
                    .replace('\'', ""),
            ),
            detail: or(detail, format!("{reason}.")),
        }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::of(StatusCode::BAD_REQUEST)
        }
    }

    pub fn no_such_path() -> Self {
        Self {
            code: "NOT_FOUND".into(),
            detail: "The stand-in serves nothing at this path.".into(),
            ..Self::of(StatusCode::NOT_FOUND)
        }
    }

    pub fn envelope(&self) -> impl Serialize {
        Envelope {
            message: &self.message,
            error: ErrorBody {
                code: &self.code,
                detail: &self.detail,
            },
        }
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    message: &'a str,
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    detail: &'a str,
}

/// Accepts any bearer that is not empty where no key is `expected`.
pub(crate) fn check_bearer(headers: &HeaderMap, expected: Option<&str>) -> Result<(), Refusal> {
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let bearer = authorization
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim);
    let accepted = match (bearer, expected) {
        (Some(bearer), Some(expected)) => bearer == expected,
        (Some(bearer), None) => !bearer.is_empty(),
        (None, _) => false,
    };
    accepted
        .then_some(())
        .ok_or_else(|| Refusal::of(StatusCode::UNAUTHORIZED))
}

pub(crate) fn check_chat(
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<ChatRequest, Refusal> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::bad_request(
            "Content-Type must be application/json.",
        ));
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("The request body is not JSON: {error}.")))?;
    let body = object(&body, "The request body")?;
    let user_context = body
        .get("user_context")
        .ok_or_else(|| Refusal::bad_request("user_context is required."))
        .and_then(|context| object(context, "user_context"))?;
    let platform = text(user_context, "platform", "user_context.platform")?;
    if path == CHAT_PATH && platform != "whatsapp" {
        return Err(Refusal::bad_request(
            "user_context.platform must be \"whatsapp\" on this endpoint.",
        ));
    }
    Ok(ChatRequest {
        query: text(body, "query", "query")?,
        pid: text(body, "pid", "pid")?,
        chatbot_id: text(body, "chatbot_id", "chatbot_id")?,
        session_id: match user_context.get("session_id") {
            None => None,
            Some(_) => Some(text(user_context, "session_id", "user_context.session_id")?),
        },
    })
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, Refusal> {
    value
        .as_object()
        .ok_or_else(|| Refusal::bad_request(format!("{name} must be a JSON object.")))
}

fn text(object: &Map<String, Value>, key: &str, name: &str) -> Result<String, Refusal> {
    match object.get(key) {
        None => Err(Refusal::bad_request(format!("{name} is required."))),
        Some(Value::String(text)) if text.is_empty() => {
            Err(Refusal::bad_request(format!("{name} must not be empty.")))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(Refusal::bad_request(format!("{name} must be a string."))),
    }
}
