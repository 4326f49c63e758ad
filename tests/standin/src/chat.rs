//! A request's way: it is recorded, held to the contract, and answered as its message directs.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, Version};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};

use crate::api;
use crate::connection::Connection;
use crate::contract::{self, ANY_PLATFORM_PATH, CHAT_PATH, ChatRequest, Refusal};
use crate::control;
use crate::delivery::{Delivery, pause};
use crate::reply::Composer;
use crate::service::Service;
use crate::stats::InFlight;
use crate::stream::stream;
use crate::words::BadDirective;

const MAX_REQUEST_BODY: usize = 64 << 20;

pub(crate) fn router(service: Arc<Service>) -> Router {
    let mut agent = api::PATHS
        .iter()
        .fold(Router::new(), |router, path| {
            router.route(path, any(api::any))
        })
        .route(CHAT_PATH, post(chat))
        .route(ANY_PLATFORM_PATH, post(chat));
    if let Some(path) = &service.stream_path {
        agent = agent.route(path, post(stream));
    }
    let agent = agent
        .fallback(async || Refusal::no_such_path())
        .method_not_allowed_fallback(async || Refusal::of(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(service.clone(), receive))
        .with_state(service.clone());
    control::router(service).merge(agent)
}

/// Reads the request, records it and counts it as in flight.
async fn receive(
    State(service): State<Arc<Service>>,
    Extension(connection): Extension<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let in_flight = Arc::new(service.counters.request_began());
    let received_ms = service.records.now_ms();
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_REQUEST_BODY).await;
    service
        .records
        .add(&parts, body.as_deref().ok(), connection.number, received_ms);
    service.log(format_args!(
        "connection {}: {} {} {:?}, {} bytes",
        connection.number,
        parts.method,
        parts.uri.path(),
        parts.version,
        body.as_ref().map_or(0, Bytes::len),
    ));
    match body {
        Ok(body) => {
            parts.extensions.insert(in_flight);
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
        // Or the client has left, and then the status is nobody's matter.
        Err(_) => Refusal::of(StatusCode::PAYLOAD_TOO_LARGE).into_response(),
    }
}

async fn chat(
    State(service): State<Arc<Service>>,
    Extension(connection): Extension<Connection>,
    Extension(in_flight): Extension<Arc<InFlight>>,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    received: Bytes,
) -> Result<Response, Refusal> {
    contract::check_bearer(&headers, service.api_key.as_deref())?;
    let chat = contract::check_chat(uri.path(), &headers, &received)?;
    let directive = service.directive(&chat)?;
    let delivery = Delivery {
        directive: &directive,
        connection,
        version,
        in_flight,
    };
    begin(&service, delivery, &chat, &received).await
}

/// Answers as the delivery's directive would have it.
pub(crate) async fn begin(
    service: &Service,
    delivery: Delivery<'_>,
    chat: &ChatRequest,
    received: &Bytes,
) -> Result<Response, Refusal> {
    let directive = delivery.directive;
    pause(directive.delay.unwrap_or(service.delay)).await;
    if let Some(broken_off) = delivery.before_answer().await {
        return Ok(broken_off);
    }
    let conversations = &service.conversations;
    let reply = Composer {
        directive,
        conversations,
        chat,
        received,
    }
    .compose();
    Ok(delivery.deliver(reply).await)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.envelope())).into_response()
    }
}

impl From<BadDirective> for Refusal {
    fn from(BadDirective(why): BadDirective) -> Self {
        let detail = format!(
            "The stand-in does not understand this message: {why}. Its README lists the directives."
        );
        Self {
            code: "BAD_DIRECTIVE".into(),
            ..Self::bad_request(detail)
        }
    }
}
