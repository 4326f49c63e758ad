//! What the gateway answers: webhooks, its health, its figures, and the operator's pauses.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ring::hmac;
use robofy_conversation::inbox::Error;
use robofy_conversation::inbox::store::Accept;
use robofy_conversation::webhook::{self, Channel as Kind, Kind as EventKind};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use tracing::warn;

use crate::config::Secret;
use crate::gateway::{Channel, Gateway};

/// Larger webhooks are refused.
const LARGEST: usize = 4 << 20;
/// A body that does not come has that long.
const TIMEOUT: Duration = Duration::from_secs(30);

type Shared = State<Arc<Gateway>>;

/// Everything that the gateway answers.
pub fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .merge(webhooks(&gateway))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/admin/pause", post(pause))
        .route("/admin/resume", post(resume))
        .layer(tower_http::timeout::TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            TIMEOUT,
        ))
        .with_state(gateway)
}

/// Evolution API can be told to call a URL of its own for each event.
fn webhooks(gateway: &Arc<Gateway>) -> Router<Arc<Gateway>> {
    let gate = from_fn_with_state(gateway.clone(), gate);
    Router::new()
        .route("/webhook/{channel}", get(handshake).post(webhook))
        .route("/webhook/{channel}/{event}", post(webhook_of_event))
        .layer(DefaultBodyLimit::max(LARGEST))
        .route_layer(gate)
}

/// Before anything of a body is read: whether there is room, and a token where there is to be one.
async fn gate(State(gateway): Shared, request: Request, next: Next) -> Response {
    let name = request.uri().path().split('/').nth(2).unwrap_or_default();
    let Some(channel) = gateway.channels.get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let query = request.uri().query().unwrap_or_default();
    let token = channel.webhook_token.as_ref();
    if !token.is_none_or(|token| has_token(query, token)) {
        warn!(
            channel = name,
            "a webhook has not the token of its channel in the URL"
        );
        gateway.metrics.webhook(name, "forged", 0.0);
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(_room) = gateway.webhooks.try_acquire() else {
        gateway.metrics.webhook(name, "no_room", 0.0);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    next.run(request).await
}

async fn webhook_of_event(
    gateway: Shared,
    Path((channel, _)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    webhook(gateway, Path(channel), uri, headers, body).await
}

async fn handshake(
    State(gateway): Shared,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(channel) = gateway.channels.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let challenge = channel.verify_token.as_ref().and_then(|token| {
        let query = query.unwrap_or_default();
        channel.webhook.challenge(&query, token.reveal())
    });
    match challenge {
        Some(challenge) => challenge.into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn webhook(
    State(gateway): Shared,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let began = Instant::now();
    let Some(channel) = gateway.channels.get(&name).cloned() else {
        return StatusCode::NOT_FOUND;
    };
    if gateway.is_draining() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let taking = gateway.clone();
    let taken = spawn_blocking(move || take(&taking, &channel, &uri, &headers, &body)).await;
    let (status, result) = taken.unwrap_or((StatusCode::SERVICE_UNAVAILABLE, "not_kept"));
    gateway
        .metrics
        .webhook(&name, result, began.elapsed().as_secs_f64());
    status
}

/// Keeps what a webhook brings. Where not all of it is kept, the provider sends it again, and what was kept is known.
fn take(
    gateway: &Gateway,
    channel: &Channel,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> (StatusCode, &'static str) {
    // What the provider has called: the public URL, and the rest of the path as it came.
    let rest = uri.path_and_query().map_or("", |whole| whole.as_str());
    let url = format!("{}{rest}", channel.public_url);
    let signature = headers.get(signature_header(channel.provider.webhooks()));
    let signature = signature.and_then(|value| value.to_str().ok());
    let incoming = match channel
        .webhook
        .read(&url, signature, body, SystemTime::now())
    {
        Ok(incoming) => incoming,
        Err(error @ webhook::Error::Signature(_)) => {
            warn!(channel = channel.name, %error, "a webhook is refused");
            return (StatusCode::UNAUTHORIZED, "forged");
        }
        // Some providers take any other answer for an invitation to send it again.
        Err(error) => {
            warn!(channel = channel.name, %error, "a webhook is not read");
            return (StatusCode::OK, "malformed");
        }
    };
    let mut is_kept = true;
    for event in incoming.events() {
        if event.kind() == EventKind::Status && event.status() == Some("failed") {
            let code = event.error_code();
            warn!(channel = channel.name, code, "a message was not delivered");
        }
        let Some(channel) = gateway.channel_of(channel, event.channel_id()) else {
            warn!(
                channel = channel.name,
                "an event is of a number that no channel has"
            );
            gateway.metrics.event(&channel.name, "foreign");
            continue;
        };
        let result = match channel.inbox.offer(event) {
            Ok(Accept::Refused) => "refused",
            Ok(Accept::Queued) => "queued",
            Ok(Accept::Duplicate) => "duplicate",
            Ok(Accept::Paused) => "paused",
            Ok(Accept::Ignored) => "ignored",
            Ok(Accept::TookOver) => "took_over",
            Err(error) => {
                warn!(channel = channel.name, %error, "a message is not kept");
                if matches!(error, Error::Client(_)) {
                    "ignored"
                } else {
                    "not_kept"
                }
            }
        };
        gateway.metrics.event(&channel.name, result);
        is_kept &= !matches!(result, "refused" | "not_kept");
    }
    match is_kept {
        true => (StatusCode::OK, "kept"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_kept"),
    }
}

fn signature_header(kind: Kind) -> &'static str {
    match kind {
        Kind::Waha => "x-webhook-hmac",
        Kind::Evolution => "authorization",
        Kind::Twilio => "x-twilio-signature",
        _ => "x-hub-signature-256",
    }
}

fn has_token(query: &str, token: &Secret) -> bool {
    let url = reqwest::Url::parse(&format!("http://gateway/?{query}"));
    url.is_ok_and(|url| {
        let mut pairs = url.query_pairs();
        pairs.any(|(name, given)| name == "token" && is_equal(&given, token))
    })
}

/// In a time that tells nothing of where they differ.
fn is_equal(given: &str, secret: &Secret) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"any");
    let tag = hmac::sign(&key, given.as_bytes());
    hmac::verify(&key, secret.reveal().as_bytes(), tag.as_ref()).is_ok()
}

async fn ready(State(gateway): Shared) -> Response {
    let looking = gateway.clone();
    let troubles = spawn_blocking(move || {
        let troubles = looking.channels.values().filter_map(|channel| {
            let trouble = channel.trouble()?;
            Some(format!("channel.{}: {trouble}\n", channel.name))
        });
        troubles.collect::<String>()
    });
    match troubles.await.unwrap_or_else(|error| error.to_string()) {
        _ if gateway.is_draining() => (StatusCode::SERVICE_UNAVAILABLE, "ending\n").into_response(),
        troubles if troubles.is_empty() => "ok\n".into_response(),
        troubles => (StatusCode::SERVICE_UNAVAILABLE, troubles).into_response(),
    }
}

async fn metrics(State(gateway): Shared) -> Response {
    let text = spawn_blocking(move || {
        for channel in gateway.channels.values() {
            if let Ok(stats) = channel.inbox.stats() {
                gateway.metrics.inbox(&channel.name, &stats);
            }
        }
        gateway.metrics.text()
    });
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        text.await.unwrap_or_default(),
    )
        .into_response()
}

#[derive(Deserialize)]
struct Pause {
    channel: String,
    user: String,
    seconds: u64,
}

#[derive(Deserialize)]
struct Resume {
    channel: String,
    user: String,
}

async fn pause(
    State(gateway): Shared,
    headers: HeaderMap,
    axum::Json(pause): axum::Json<Pause>,
) -> Response {
    let time = Duration::from_secs(pause.seconds);
    operate(gateway, headers, pause.channel, move |channel| {
        channel.pause(&pause.user, time)
    })
    .await
}

async fn resume(
    State(gateway): Shared,
    headers: HeaderMap,
    axum::Json(resume): axum::Json<Resume>,
) -> Response {
    let time = Duration::ZERO;
    operate(gateway, headers, resume.channel, move |channel| {
        channel.pause(&resume.user, time)
    })
    .await
}

/// Does what the operator wants, if it is the operator.
async fn operate(
    gateway: Arc<Gateway>,
    headers: HeaderMap,
    name: String,
    what: impl FnOnce(&Channel) -> Result<(), Error> + Send + 'static,
) -> Response {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    if !gateway
        .admin_token
        .as_ref()
        .is_some_and(|token| is_equal(given, token))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Some(channel) = gateway.channels.get(&name).cloned() else {
        return (
            StatusCode::NOT_FOUND,
            format!("there is no channel {name}\n"),
        )
            .into_response();
    };
    match spawn_blocking(move || what(&channel)).await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
