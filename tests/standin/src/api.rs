//! The rest of the API: any method and path below `/v1/` that the reference names. The answer tells what was received,
//! unless the path has a sample of its own, or the query's `standin` directs another.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::connection::Connection;
use crate::contract::{self, ChatRequest, Refusal};
use crate::delivery::Delivery;
use crate::payload::Payload;
use crate::reply::{Composer, Reply};
use crate::service::Service;
use crate::stats::InFlight;

/// What is served, in the router's words.
pub(crate) const PATHS: [&str; 5] = [
    "/v1/ai-agent/{*rest}",
    "/v1/account/{*rest}",
    "/v1/projects",
    "/v1/projects/{id}",
    "/v1/license/{*rest}",
];

pub(crate) async fn any(
    State(service): State<Arc<Service>>,
    Extension(connection): Extension<Connection>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    version: Version,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    contract::check_bearer(&head.headers, service.api_key.as_deref())?;
    let received = axum::body::to_bytes(body, usize::MAX).await;
    let received = received.unwrap_or_default();
    // A message that nobody wrote: directives are those of chats.
    let pairs = pairs(&head.uri);
    let orders = pairs.iter().find(|(name, _)| name == "standin");
    let chat = ChatRequest {
        query: orders.map_or(String::new(), |(_, line)| format!("!{line}")),
        pid: head.method.to_string(),
        chatbot_id: head.uri.path().to_owned(),
        session_id: Some(format!("{} {}", head.method, head.uri)),
    };
    let directive = service.directive(&chat)?;
    let delay = directive.delay.unwrap_or(service.delay);
    if !delay.is_zero() {
        sleep(delay).await;
    }
    let delivery = Delivery {
        directive: &directive,
        connection,
        version,
        in_flight,
    };
    if let Some(broken_off) = delivery.before_answer().await {
        return Ok(broken_off);
    }
    let mut reply = Composer {
        directive: &directive,
        conversations: &service.conversations,
        chat: &chat,
        received: &received,
    }
    .compose();
    let has_none = reply.status == StatusCode::NO_CONTENT;
    if directive.has_body() || has_none || !reply.status.is_success() {
        return Ok(delivery.deliver(reply).await);
    }
    reply.payload = match sample(&head.method, head.uri.path(), &pairs) {
        Some(body) => whole(&body),
        None => whole(&json!({
            "message": "Success",
            "data": echo(&head.method, &head.uri, &pairs, &head.headers, &received),
        })),
    };
    if head.method == Method::HEAD {
        return Ok(head_alone(reply));
    }
    Ok(delivery.deliver(reply).await)
}

fn whole(body: &Value) -> Payload {
    Payload::bytes(body.to_string().as_bytes())
}

fn head_alone(reply: Reply) -> Response {
    let mut response = Response::new(Body::empty());
    *response.headers_mut() = reply.headers;
    let length = HeaderValue::from(reply.payload.len());
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length);
    response
}

/// Without the credentials, so that no test has to take them out.
fn echo(
    method: &Method,
    uri: &Uri,
    pairs: &[(String, String)],
    headers: &HeaderMap,
    received: &Bytes,
) -> Value {
    let headers = headers
        .iter()
        .filter(|(name, _)| *name != header::AUTHORIZATION)
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), Value::String(value))
        });
    json!({
        "method": method.as_str(),
        "path": uri.path(),
        "query": pairs,
        "headers": headers.collect::<Map<_, _>>(),
        "body": String::from_utf8_lossy(received),
        "bytes": received.len(),
    })
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let query = uri.query().unwrap_or_default().as_bytes();
    form_urlencoded::parse(query).into_owned().collect()
}

/// What the reference shows for a path. The IDs choose: the project `loop` has leads whose page token repeats, the agent
/// `array` has sessions without an object around them.
fn sample(method: &Method, path: &str, pairs: &[(String, String)]) -> Option<Value> {
    let rest = path.strip_prefix("/v1/ai-agent/")?;
    let parts: Vec<_> = rest.split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["leads", project, _]) => Some(leads(project, pairs)),
        ("GET", ["inbox", "sessions", chatbot]) => Some(sessions(chatbot)),
        ("GET", ["chatbot_ai_settings", _, _]) => Some(json!({
            "message": "Success",
            "data": {
                "llm_api_key": "sk-agent-secret",
                "temperature": "0.7",
                "thinking_mode": "low",
                "unheard_of": {"n": 12345678901234567890.10f64},
            },
        })),
        ("POST", ["link_content", _]) => Some(json!({
            "linkage_id": "linkage-1", "asset_id": "asset-1", "status": "pending",
        })),
        ("POST", ["crawl_website"]) => Some(json!({
            "run_id": "run-1", "status": "running", "started_at": "2026-01-01T00:00:00Z",
        })),
        _ => None,
    }
}

fn leads(project: &str, pairs: &[(String, String)]) -> Value {
    let token = pairs.iter().find(|(name, _)| name == "nextPageToken");
    let page: u64 = token.map_or(0, |(_, token)| token.parse().unwrap_or_default());
    let next = match (project, page) {
        ("loop", _) => json!("1"),
        ("empty", _) | (_, 2..) => Value::Null,
        (_, page) => json!((page + 1).to_string()),
    };
    let rows = match project {
        "empty" => json!([]),
        _ => {
            json!([{"name": format!("Lead {}", 2 * page)}, {"name": format!("Lead {}", 2 * page + 1)}])
        }
    };
    json!({
        "message": "Success",
        "data": {"report": {"columns": ["name"], "rows": rows, "next_page_token": next}},
    })
}

fn sessions(chatbot: &str) -> Value {
    let sessions = json!([
        {
            "session_id": "918727000000",
            "last_message_time": "2026-01-01T00:00:00Z",
            "last_message": "Hello",
            "user_profile_name": "Asha",
            "last_message_direction": "in",
            "website_url": null,
        },
        {"session_id": "918727000001", "last_message_time": 1767225600},
    ]);
    let data = match chatbot {
        "array" => sessions,
        _ => json!({"sessions": sessions}),
    };
    json!({"message": "Success", "data": data})
}
